"""What a notice tells, read from the recorded facts it is about; the words for it are chosen where it is printed."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from app.db import db
from app.domain.calendar import completed_years, first_eligible_day
from app.domain.equation import Caps, Equation, caps_of, equation_of
from app.domain.masking import bank_account_masked, document_masked
from app.domain.terms import Benefit, MemberTerms, PoolTerms, Rules
from app.models import (
    Account,
    Application,
    Case,
    Claim,
    ClaimQuestion,
    Credit,
    Decision,
    Deposit,
    Fact,
    Membership,
    Notice,
    Payout,
    Period,
    RuleVersion,
    Settlement,
    SettlementAward,
)
from app.services import claim_file, claim_letters, crediting, rulebook, vault
from app.services.claim_file import BankAccount
from app.services.claim_letters import DecisionLetter, QuestionLetter, Receipt


@dataclass(frozen=True, slots=True)
class Certificate:
    """A membership, as it began."""

    membership: Membership
    to: str
    name: str
    document: str
    version: RuleVersion
    rules: Rules
    terms: MemberTerms
    pool: PoolTerms
    first_eligible_on: dt.date
    benefits: tuple[Benefit, ...]
    """What a case receives at the age of joining and later."""
    first_topup_fen: int | None


@dataclass(frozen=True, slots=True)
class PayoutLetter:
    """Money that arrived, with the sum it came from."""

    payout: Payout
    result: SettlementAward
    claim: Claim
    case: Case
    to: str
    bank: BankAccount | None
    period: Period
    rules: Rules
    pool: PoolTerms
    """The pool's terms the period was settled under."""
    settlement: Settlement
    equation: Equation
    helped: bool
    """Whether the membership ends with this settlement, because the whole lump sum was awarded."""
    digest: str

    @property
    def account_masked(self) -> str:
        """The number of the account, all but its end in stars; empty when none was named."""
        return bank_account_masked(self.bank.number) if self.bank else ""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A settled period, as everybody may read it."""

    period: Period
    settlement: Settlement
    rules: Rules
    pool: PoolTerms
    equation: Equation
    caps: Caps
    rows: tuple[tuple[Case, SettlementAward], ...]
    locked_digest: str
    digest: str
    credits: tuple[Credit, ...]
    """What was credited for it since."""


Letter = Certificate | Receipt | QuestionLetter | DecisionLetter | PayoutLetter | Bulletin


def letter_of(notice: Notice) -> Letter:
    """Everything a notice tells, read from the facts it is about."""
    if notice.kind == "bulletin":
        return _bulletin(db.session.get_one(Period, notice.about))
    to = db.session.get_one(Account, notice.account_id).name
    if notice.kind == "certificate":
        return _certificate(db.session.get_one(Membership, notice.about), to)
    if notice.kind == "decision":
        return claim_letters.decision(db.session.get_one(Decision, notice.about), to)
    if notice.kind == "receipt":
        return claim_letters.receipt(db.session.get_one(Claim, notice.about), to)
    if notice.kind == "question":
        return claim_letters.question(db.session.get_one(ClaimQuestion, notice.about), to)
    return _payout(db.session.get_one(Payout, notice.about), to)


def _certificate(membership: Membership, to: str) -> Certificate:
    application = db.session.get(Application, membership.application_id) if membership.application_id else None
    pinned = application.member_terms if application else membership.member_terms
    person, terms = membership.person, rulebook.member_terms(pinned)
    joined = membership.joined_on
    age = completed_years(person.birth_on, joined)
    first = db.session.scalar(
        db.select(Deposit).where(Deposit.membership_id == membership.id).order_by(Deposit.at, Deposit.id).limit(1)
    )
    return Certificate(
        membership=membership,
        to=to,
        name=name_of(membership),
        document=document_masked(vault.unseal(person.document_sealed, purpose="person.document")),
        version=pinned.version,
        rules=rulebook.rules_of(pinned.version),
        terms=terms,
        pool=rulebook.rules_of(rulebook.version_on(membership.plan_id, joined)).pool,
        first_eligible_on=first_eligible_day(membership.waiting_since, terms.waiting_days),
        benefits=tuple(benefit for benefit in terms.benefits if benefit.age_to >= age),
        first_topup_fen=first.amount_fen if first else None,
    )


def _payout(payout: Payout, to: str) -> PayoutLetter:
    result = payout.settled
    claim = db.session.get_one(Claim, result.award.claim_id)
    period = db.session.get_one(Period, result.award.period_id)
    settlement = db.session.get_one(Settlement, (result.pool_id, result.seq))
    case = db.session.scalars(db.select(Case).where(Case.award_id == result.award_id)).one()
    membership = claim.membership
    return PayoutLetter(
        payout=payout,
        result=result,
        claim=claim,
        case=case,
        to=to,
        bank=claim_file.bank_account_of(claim),
        period=period,
        rules=rulebook.rules_of(claim.member_terms.version),
        pool=_locked_under(period).pool,
        settlement=settlement,
        equation=equation_of(settlement),
        helped="helped" in (membership.state, membership.ends_as)
        and result.seq in (membership.end_seq, membership.ends_after_seq),
        digest=fact_digest("payout", case.ref),
    )


def _bulletin(period: Period) -> Bulletin:
    settlement = db.session.scalars(db.select(Settlement).where(Settlement.period_id == period.id)).one()
    rules = _locked_under(period)
    rows = db.session.execute(
        db.select(Case, SettlementAward)
        .join(SettlementAward, SettlementAward.award_id == Case.award_id)
        .where(SettlementAward.pool_id == settlement.pool_id, SettlementAward.seq == settlement.seq)
        .order_by(Case.number)
    ).all()
    return Bulletin(
        period=period,
        settlement=settlement,
        rules=rules,
        pool=rules.pool,
        equation=equation_of(settlement),
        caps=caps_of(settlement, rules.pool, [result.asked_fen for _case, result in rows]),
        rows=tuple((case, result) for case, result in rows),
        locked_digest=fact_digest("members-locked", period.name),
        digest=fact_digest("settlement", period.name),
        credits=tuple(crediting.of_period(period)),
    )


def _locked_under(period: Period) -> Rules:
    if period.pool_terms is None:
        raise LookupError(f"{period.name} is not locked")
    return rulebook.rules_of(period.pool_terms.version)


def fact_digest(type_: str, about: str) -> str:
    """SHA-256 of the newest public fact of this type about this, as it was stated, in hex."""
    body = db.session.scalars(
        db.select(Fact.body).where(Fact.type == type_, Fact.about == about).order_by(Fact.id.desc()).limit(1)
    ).one()
    return hashlib.sha256(body.encode()).hexdigest()


def name_of(membership: Membership) -> str:
    """The name of the person who may receive."""
    return vault.unseal(membership.person.name_sealed, purpose="person.name")
