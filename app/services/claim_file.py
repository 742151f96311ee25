"""The file of a claim, as claimant and reviewers both see it: what is told, what is there or missing, what is promised.

Both rooms ask here, so that the page of the claimant and the desk of the reviewer can never disagree.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.db import canonical_json, db
from app.domain.calendar import completed_years
from app.domain.claim_states import PromisedDates, promised_dates
from app.domain.eligibility import Deadline, Finding, benefit_for, judge_event, report_deadline
from app.domain.filers import hospital_key
from app.domain.terms import Benefit, Calendar, EvidenceKind, MemberTerms
from app.models import Claim, ClaimStep, Consent, Evidence, Membership
from app.services import asked_papers, closings, evidence, rulebook, vault
from app.services.days import day_of

BANK_ACCOUNT: Final = "bank-account"
STORY: Final = "claim.story"
HOSPITAL: Final = "claim.hospital"
NEEDED_CONSENT: Final = "claim_file"
_LAST_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where a payout goes."""

    holder: str
    bank: str
    number: str

    @property
    def ending(self) -> str:
        """The last four digits: enough for its owner to know it by."""
        return self.number[-_LAST_DIGITS:]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist with what was brought for it."""

    number: int
    """Its place in the checklist, from 1."""
    wanted: EvidenceKind
    documents: tuple[Evidence, ...]
    replaced_by: EvidenceKind | None
    """Another document of the same alternative that is there already."""

    @property
    def is_missing(self) -> bool:
        """Whether the claim cannot be handed in without it."""
        return self.wanted.required and not self.documents and self.replaced_by is None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Which parts of a draft are complete."""

    event: bool
    filer: bool
    documents: bool
    bank_account: bool
    consents: bool

    @property
    def is_complete(self) -> bool:
        """Whether the claim may be handed in."""
        return self.event and self.filer and self.documents and self.bank_account and self.consents


def terms_of(claim: Claim) -> MemberTerms:
    """The member terms this claim is judged by."""
    return rulebook.member_terms(claim.member_terms)


def keep_bank_account(claim: Claim, account: BankAccount) -> None:
    """Seal the account with the claim."""
    told = canonical_json({"holder": account.holder, "bank": account.bank, "number": account.number})
    claim.account_sealed = vault.seal(told, purpose=BANK_ACCOUNT)
    claim.payee_hash = vault.keyed_hash("payee", account.number)


def bank_account_of(claim: Claim) -> BankAccount | None:
    """The account the payout goes to, None while the claimant has named none."""
    if claim.account_sealed is None:
        return None
    told = json.loads(vault.unseal(claim.account_sealed, purpose=BANK_ACCOUNT))
    return BankAccount(told["holder"], told["bank"], told["number"])


def is_reading_taken_back(claim: Claim) -> bool:
    """Whether the claimant agreed to the reading of the documents and has taken that back."""
    given = db.select(Consent.withdrawn_at).where(Consent.claim_id == claim.id, Consent.kind == NEEDED_CONSENT)
    times = db.session.scalars(given).all()
    return bool(times) and None not in times


def keep_story(claim: Claim, story: str) -> None:
    """Seal what happened, in the claimant's words; it replaces what was told before."""
    claim.story_sealed = vault.seal(story, purpose=STORY) if story else None


def add_to_story(claim: Claim, words: str, *, on: dt.date) -> None:
    """Add what the claimant says later, under its day; what was told before stays."""
    if words:
        before = story_of(claim)
        keep_story(claim, f"{before}\n\n[{on.isoformat()}]\n{words}".strip())


def story_of(claim: Claim) -> str:
    """What happened, in the claimant's words; empty when nothing was told."""
    return vault.unseal(claim.story_sealed, purpose=STORY) if claim.story_sealed else ""


def keep_hospital(claim: Claim, name: str) -> None:
    """Seal the hospital's name with the claim, and key it so that claims of one hospital are found; "" removes it."""
    key = hospital_key(name)
    claim.hospital_sealed = vault.seal(name, purpose=HOSPITAL) if key else None
    claim.hospital_hash = vault.keyed_hash("hospital", key) if key else None


def hospital_of(claim: Claim) -> str:
    """The hospital that treated the person, as the claimant wrote it; empty when none was named."""
    return vault.unseal(claim.hospital_sealed, purpose=HOSPITAL) if claim.hospital_sealed else ""


def checklist(claim: Claim) -> tuple[Line, ...]:
    """Every line of the checklist in its order, then what was asked for in words, with the documents that are there."""
    wanted = (*terms_of(claim).checklist, *asked_papers.kinds_of(claim))
    here: dict[str, list[Evidence]] = {}
    for document in evidence.documents_of(claim):
        here.setdefault(document.kind, []).append(document)
    return tuple(
        Line(number, kind, tuple(here.get(kind.key, ())), _replacement(kind, wanted, here))
        for number, kind in enumerate(wanted, start=1)
    )


def _replacement(
    kind: EvidenceKind, wanted: Sequence[EvidenceKind], here: Mapping[str, list[Evidence]]
) -> EvidenceKind | None:
    if not kind.alternative:
        return None
    return next(
        (other for other in wanted if other.alternative == kind.alternative and other != kind and here.get(other.key)),
        None,
    )


def consents_of(claim: Claim) -> dict[str, Consent]:
    """The consents given for this claim and not withdrawn, by kind."""
    rows = db.session.scalars(
        db.select(Consent).where(Consent.claim_id == claim.id, Consent.withdrawn_at.is_(None)).order_by(Consent.id)
    )
    return {row.kind: row for row in rows}


def readiness(claim: Claim) -> Readiness:
    """Which parts of a draft are complete."""
    return Readiness(
        event=None not in (claim.event_on, claim.benefit, claim.disease_group, claim.province),
        filer=claim.filer is not None,
        documents=not any(line.is_missing for line in checklist(claim)),
        bank_account=claim.account_sealed is not None,
        consents=NEEDED_CONSENT in consents_of(claim),
    )


def benefit_of(claim: Claim) -> Benefit | None:
    """What a case like this receives at this age by the rules; None while no event is named.

    Raises `NoSuchBenefit` when the terms name no amount at this age.
    """
    if claim.event_on is None or claim.benefit is None:
        return None
    age = completed_years(claim.membership.person.birth_on, claim.event_on)
    return benefit_for(terms_of(claim), age, claim.benefit)


def findings(claim: Claim, *, on: dt.date) -> list[Finding]:
    """What the dates alone say about the event, if it were reported on that day (or when it was); [] without an event.

    Whether an illness came from an accident is for the reviewers to see: such an illness does not wait.
    """
    if claim.event_on is None:
        return []
    reported_on = day_of(claim.submitted_at) if claim.submitted_at else on
    return judge_dates(claim.membership, terms_of(claim), event_on=claim.event_on, reported_on=reported_on)


def deadline_of(claim: Claim, *, on: dt.date) -> Deadline | None:
    """Until when the event is to be reported, counted on a day; None without an event, or once it was handed in."""
    if claim.event_on is None or claim.state != "draft":
        return None
    return report_deadline(terms_of(claim), claim.event_on, on=on)


def judge_dates(
    membership: Membership, terms: MemberTerms, *, event_on: dt.date, reported_on: dt.date, accident: bool = False
) -> list[Finding]:
    """What the dates of a membership say about an event; its last day is the one before the day it ended on.

    In a plan that is closing it is the day before the closing day, when that is earlier. `accident` says that an
    accident caused the illness, which then does not wait.
    """
    ended = membership.ended_at
    last_days = [day_of(ended) - dt.timedelta(days=1)] if ended else []
    closing = closings.last_event_day(membership.plan_id)
    return judge_event(
        terms,
        joined_on=membership.joined_on,
        waits_from=membership.waiting_since,
        last_day=min([*last_days, *([closing] if closing else [])], default=None),
        event_on=event_on,
        reported_on=reported_on,
        accident=accident,
    )


def promises(claim: Claim, *, on: dt.date) -> PromisedDates:
    """The days promised for this claim; for a draft, as if it were handed in on the day `on`.

    The clock of the decision stands still while evidence is asked of the claimant, also now. An appeal, and a claim
    that an admitted objection sent back, have the same days as a claim, counted from the day it came.
    """
    version = rulebook.version_on(claim.membership.plan_id, on)
    submitted_on = day_of(claim.submitted_at) if claim.submitted_at else on
    number, began = clock_began(claim)
    anew_on = day_of(claim.steps[began - 1].at) if number else submitted_on
    promised = promised_dates(
        anew_on,
        terms_of(claim),
        rulebook.rules_of(version).pool.calendar,
        waited_for_claimant_days=_waited_days(claim.steps[began:], on),
    )
    first_look_by = submitted_on + dt.timedelta(days=terms_of(claim).first_look_days)
    return replace(promised, first_look_by=first_look_by)


def promised_on_submission(claim: Claim, handed_in: dt.date, calendar: Calendar) -> PromisedDates:
    """What was promised on the day a claim was handed in; nothing that came later moves it."""
    return promised_dates(handed_in, terms_of(claim), calendar)


def clock_began(claim: Claim) -> tuple[int, int]:
    """How often the clock of the decision began anew, and the place of the first step after it began last.

    It begins anew with an appeal and with an admitted objection.
    """
    anew = [place for place, step in enumerate(claim.steps, start=1) if step.move in {"appeal", "admit_objection"}]
    return len(anew), anew[-1] if anew else 0


def _waited_days(steps: Sequence[ClaimStep], on: dt.date) -> int:
    """Days between asking for evidence and its answer; a question still open counts until the day `on`."""
    waited = 0
    asked_on: dt.date | None = None
    for step in steps:
        if step.to_state == "evidence_asked":
            asked_on = day_of(step.at)
        elif step.from_state == "evidence_asked" and asked_on is not None:
            waited += (day_of(step.at) - asked_on).days
            asked_on = None
    return waited + ((on - asked_on).days if asked_on is not None else 0)
