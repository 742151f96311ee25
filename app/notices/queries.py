"""What the notices room asks: whose a notice is, what it tells, and the file it was written to."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Final

from app.adapters import store
from app.db import db
from app.domain.calendar import completed_years, first_eligible_day
from app.domain.equation import Caps, Equation, caps_of, equation_of
from app.domain.masking import bank_account_masked, document_masked
from app.domain.terms import Benefit, Clause, MemberTerms, PoolTerms, Rules, Words
from app.models import (
    Account,
    Application,
    Award,
    Case,
    Claim,
    Decision,
    Deposit,
    Fact,
    Membership,
    Notice,
    NoticeFile,
    Payout,
    Period,
    RuleVersion,
    Settlement,
    SettlementAward,
)
from app.services import claim_file, rulebook, vault
from app.services.claim_file import BankAccount
from app.services.days import day_of
from app.services.decisions import commitment_of
from app.web.doors import EVERYBODY

PER_PAGE: Final = 20
_OF_A_CLAIM: Final = {
    "decision": db.select(Decision.id, Claim).join(Claim, Decision.claim_id == Claim.id),
    "payout": db.select(Payout.id, Claim)
    .join(Award, Payout.award_id == Award.id)
    .join(Claim, Award.claim_id == Claim.id),
}
"""The claim behind each notice of these kinds, by the row it tells of."""


class NoticeDamaged(Exception):
    """The stored file is not the one that was written."""


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
class DecisionLetter:
    """A decision with everything it rests on."""

    decision: Decision
    claim: Claim
    to: str
    name: str
    version: RuleVersion
    rules: Rules
    pool: PoolTerms
    """The pool's terms on the day of the decision: the calendar that publication follows."""
    clause: Clause | None
    after_appeal: bool
    commitment: str


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


Letter = Certificate | DecisionLetter | PayoutLetter | Bulletin


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the member's list: the notice, and what it is about."""

    notice: Notice
    plan: Words
    claim: str | None
    """The reference of the claim it belongs to; None for a certificate."""


def notice_with(ref: str) -> Notice | None:
    """The notice with this reference, whoever it is for."""
    return db.session.scalar(db.select(Notice).where(Notice.ref == ref))


def addressee(ref: str) -> int | str | None:
    """Whom a notice is for: an account, everybody, or None when there is no such notice."""
    notice = notice_with(ref)
    if notice is None:
        return None
    return EVERYBODY if notice.account_id is None else notice.account_id


def count_notices(account: Account) -> int:
    """How many notices were sent to this account."""
    return db.session.scalar(db.select(db.func.count(Notice.id)).where(Notice.account_id == account.id)) or 0


def notices_of(account: Account, *, page: int) -> list[Listed]:
    """One page of what was sent to this account, newest first; what they are about is asked once a kind."""
    sent = db.session.scalars(
        db.select(Notice)
        .where(Notice.account_id == account.id)
        .order_by(Notice.at.desc(), Notice.id.desc())
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE)
    ).all()
    about = {kind: [notice.about for notice in sent if notice.kind == kind] for kind in ("certificate", *_OF_A_CLAIM)}
    certificates = db.session.scalars(db.select(Membership).where(Membership.id.in_(about["certificate"]))).all()
    plans = {("certificate", row.id): _plan_name(row) for row in certificates}
    claims: dict[tuple[str, int], Claim] = {}
    for kind, asked in _OF_A_CLAIM.items():
        rows = db.session.execute(asked.where(asked.selected_columns[0].in_(about[kind]))).all()
        claims.update({(kind, row[0]): row[1] for row in rows})
    return [
        Listed(
            notice,
            plans[key] if notice.kind == "certificate" else _plan_name(claims[key].membership),
            claims[key].ref if key in claims else None,
        )
        for notice in sent
        for key in [(notice.kind, notice.about)]
    ]


def _plan_name(membership: Membership) -> Words:
    return rulebook.rules_of(membership.member_terms.version).name


def file_of(notice: Notice, language: str) -> NoticeFile | None:
    """The file a notice was written to in this language, if it was asked for before."""
    return db.session.scalar(
        db.select(NoticeFile).where(NoticeFile.notice_id == notice.id, NoticeFile.language == language)
    )


def content_of(notice: Notice, file: NoticeFile) -> bytes:
    """The document as it was written. Raises `NoticeDamaged`, `store.ObjectMissing`, `vault.VaultTampered`."""
    content = b"".join(store.get(file.object))
    if notice.account_id is not None:
        content = vault.unseal_bytes(content, purpose=sealing_purpose(notice, file.language))
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise NoticeDamaged(notice.ref)
    return content


def sealing_purpose(notice: Notice, language: str) -> str:
    """What the file of a personal notice is sealed for: one cannot be put in the place of another."""
    return f"notice.{notice.ref}.{language}"


def letter_of(notice: Notice) -> Letter:
    """Everything a notice tells, read from the facts it is about."""
    if notice.kind == "bulletin":
        return _bulletin(db.session.get_one(Period, notice.about))
    to = db.session.get_one(Account, notice.account_id).name
    if notice.kind == "certificate":
        return _certificate(db.session.get_one(Membership, notice.about), to)
    if notice.kind == "decision":
        return _decision(db.session.get_one(Decision, notice.about), to)
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
        first_eligible_on=first_eligible_day(joined, terms.waiting_days),
        benefits=tuple(benefit for benefit in terms.benefits if benefit.age_to >= age),
        first_topup_fen=first.amount_fen if first else None,
    )


def _decision(decision: Decision, to: str) -> DecisionLetter:
    claim = db.session.get_one(Claim, decision.claim_id)
    terms = claim_file.terms_of(claim)
    today = rulebook.version_on(claim.membership.plan_id, day_of(decision.at))
    return DecisionLetter(
        decision=decision,
        claim=claim,
        to=to,
        name=name_of(claim.membership),
        version=claim.member_terms.version,
        rules=rulebook.rules_of(claim.member_terms.version),
        pool=rulebook.rules_of(today).pool,
        clause=next((one for one in (*terms.clauses, *terms.exclusions) if one.number == decision.clause), None),
        after_appeal=any(made.id < decision.id and made.verdict == "refuse" for made in claim.decisions),
        commitment=commitment_of(decision, claim),
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
