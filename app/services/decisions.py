"""Recommendations and decisions: what they say, what they must hold to, and what the public log knows of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from app.db import db
from app.domain import claim_states
from app.domain.calendar import completed_years
from app.domain.claim_states import Refusal
from app.domain.eligibility import Finding, StillWaiting, benefit_for
from app.domain.terms import Benefit
from app.models import Account, Award, Case, Claim, Decision, Objection
from app.services import claim_file, facts, lifetime
from app.services.days import day_of

Verdict = Literal["approve", "refuse"]

_APPROVED: Final = ("approved", "published")
_SETTLED: Final = ("settled", "paid", "returned")


class RuledOut(ValueError):
    """The rules refuse this claim whatever its papers say; `findings` names why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(", ".join(type(finding).__name__ for finding in findings))
        self.findings = findings


class MoreThanTheRulesGive(ValueError):
    """The amount is above what the rules give in this case; `most_fen` is the most."""

    def __init__(self, most_fen: int) -> None:
        super().__init__(f"the rules give at most {most_fen} fen")
        self.most_fen = most_fen


class LessThanWasPaid(ValueError):
    """Parts of this claim were settled already, and a total below them cannot be; `least_fen` is what they come to."""

    def __init__(self, least_fen: int) -> None:
        super().__init__(f"{least_fen} fen have been awarded")
        self.least_fen = least_fen


class GivenOnce(MoreThanTheRulesGive):
    """The full benefit was approved in another claim of this membership, which ends with it; `other` is that claim."""

    def __init__(self, other: str) -> None:
        super().__init__(0)
        self.other = other


class AdmittedIt(claim_states.SamePerson):
    """Whoever admitted an objection to the case has said what they think of it: others go on with the claim."""


class Incomplete(ValueError):
    """Something that must be said is not; `missing` names the parts."""

    def __init__(self, *missing: str) -> None:
        super().__init__("missing: " + ", ".join(missing))
        self.missing = missing


class NoSuchClause(LookupError):
    """The rule version of this claim has no clause of this number."""

    def __init__(self, number: str) -> None:
        super().__init__(f"no clause {number!r}")
        self.number = number


@dataclass(frozen=True, slots=True)
class RecommendationValue:
    """What the first reviewer says. A refusal has the amount 0."""

    verdict: Verdict
    amount_fen: int
    clause: str
    reason: str
    benefit: str | None = None
    """Key of the benefit the papers show, None for the one that was asked for."""
    judged: tuple[tuple[str, str], ...] = ()
    """What was judged by a person: point and answer, "fits", "fails" or "open"."""
    notes: tuple[tuple[str, str], ...] = ()
    """What was written to points: point and note."""
    caused_by_accident: bool = False
    """The illness was caused directly by an accident, so that it does not wait."""


@dataclass(frozen=True, slots=True)
class DecisionValue:
    """What the second reviewer, or the one of an appeal, decides. A refusal has the amount 0."""

    verdict: Verdict
    amount_fen: int
    clause: str
    evidence: str
    """The documents it rests on, in words the claimant reads."""
    reason: str
    would_change: str = ""
    """What would lead to another decision; a refusal must say it."""
    benefit: str | None = None
    caused_by_accident: bool = False


def check_recommendation(claim: Claim, value: RecommendationValue) -> None:
    """Raises what `check_approval` raises, or for a refusal `NoSuchClause`, or `Incomplete` without a reason."""
    if value.verdict == "approve":
        check_approval(claim, value)
        return
    _check_clause(claim, value.clause)
    if not value.reason.strip():
        raise Incomplete("reason")


def check_decision(claim: Claim, value: DecisionValue, *, at: dt.datetime) -> None:
    """Raises what `check_approval` raises; `RefusalIncomplete` or `NoSuchClause`; `Incomplete` for what is not said.

    A decision that differs from the recommendation says why, and a refusal always does.
    """
    if value.verdict == "approve":
        check_approval(claim, value)
        if not value.evidence.strip():
            raise Incomplete("evidence")
    else:
        last_day = appeal_until(claim, at=at)
        claim_states.check_refusal(Refusal(value.clause, (value.evidence,), value.would_change, last_day))
        _check_clause(claim, value.clause)
    recommended = claim.recommendations[-1]
    follows = (value.verdict, value.amount_fen) == (recommended.verdict, recommended.amount_fen)
    if not value.reason.strip() and (value.verdict == "refuse" or not follows):
        raise Incomplete("reason")


def check_approval(claim: Claim, value: RecommendationValue | DecisionValue) -> Benefit:
    """The benefit an approval is for.

    Holds the membership, so that of two claims decided at once each sees the other's approval. Raises `RuledOut`,
    `NoSuchBenefit`, `NoSuchClause`, `GivenOnce`, `MoreThanTheRulesGive`, `LessThanWasPaid`, and `Incomplete` without
    an amount, or when amount or benefit differ from the table and no reason is given.
    """
    lifetime.hold_person(claim)
    if claim.event_on is None or claim.benefit is None or claim.submitted_at is None:
        raise Incomplete("event")
    findings = ruled_out(claim, on=day_of(claim.submitted_at), caused_by_accident=value.caused_by_accident)
    if findings:
        raise RuledOut(findings)
    age = completed_years(claim.membership.person.birth_on, claim.event_on)
    benefit = benefit_for(claim_file.terms_of(claim), age, value.benefit or claim.benefit)
    _check_clause(claim, value.clause)
    given = given_in_full(claim) if benefit.full else None
    if given is not None:
        raise GivenOnce(given)
    most = most_fen(claim, benefit)
    if value.amount_fen > most:
        raise MoreThanTheRulesGive(most)
    if value.amount_fen <= 0:
        raise Incomplete("amount")
    awarded_fen = lifetime.awarded_fen([claim.id])[claim.id]
    if value.amount_fen < awarded_fen:
        raise LessThanWasPaid(awarded_fen)
    differs = benefit.key != claim.benefit or value.amount_fen != most
    if differs and not value.reason.strip():
        raise Incomplete("reason")
    return benefit


def computed_fen(claim: Claim, value: RecommendationValue | DecisionValue) -> int | None:
    """What the table gives for the benefit of an approval; None for a refusal. Kept beside the amount."""
    if value.verdict == "refuse" or claim.event_on is None:
        return None
    age = completed_years(claim.membership.person.birth_on, claim.event_on)
    return most_fen(claim, benefit_for(claim_file.terms_of(claim), age, value.benefit or str(claim.benefit)))


def check_may_decide(claim: Claim, by: Account) -> None:
    """Raises `SamePerson` when this caseworker had a hand in the claim that forbids deciding it.

    That is whoever recommended last or decided before; for an appeal, whoever ever recommended or decided. Raises
    `AdmittedIt` for who admitted an objection to it.
    """
    check_did_not_admit(claim, by)
    decided = {made.by for made in claim.decisions}
    if claim.state == "appealed":
        claim_states.check_independent(by.id, decided | {made.by for made in claim.recommendations})
        return
    if claim.recommendations:
        claim_states.check_second_reviewer(claim.recommendations[-1].by, by.id)
    claim_states.check_independent(by.id, decided)


def check_did_not_admit(claim: Claim, by: Account) -> None:
    """Raises `AdmittedIt`; only a claim that was decided can have been published and objected to."""
    admitted = (
        db.select(Objection.id)
        .join(Case, Objection.case_id == Case.id)
        .join(Award, Case.award_id == Award.id)
        .where(Award.claim_id == claim.id, Objection.state == "admitted", Objection.answered_by == by.id)
    )
    if claim.decisions and db.session.scalar(admitted.limit(1)) is not None:
        raise AdmittedIt


def ruled_out(claim: Claim, *, on: dt.date, caused_by_accident: bool = False) -> tuple[Finding, ...]:
    """What in the dates of a claim refuses it. An illness that an accident caused does not wait; an accident does."""
    free_of_waiting = caused_by_accident and claim_file.terms_of(claim).event == "illness"
    return tuple(
        finding
        for finding in claim_file.findings(claim, on=on)
        if finding.refuses and not (free_of_waiting and isinstance(finding, StillWaiting))
    )


def most_fen(claim: Claim, benefit: Benefit) -> int:
    """The most the rules give for this benefit.

    A lump sum is its amount, less what the same event has been given already: no event is paid twice, and what follows
    from it later adds the difference. Of reimbursement, and of accidents, no more than is left of the lifetime.
    """
    terms = claim_file.terms_of(claim)
    if terms.kind == "lump_sum":
        left_fen = max(benefit.amount_fen - lifetime.received_before_fen(claim, same_event=True), 0)
        if terms.event != "accident":
            return left_fen
        return min(left_fen, max(terms.top_fen - lifetime.received_before_fen(claim), 0))
    return min(benefit.amount_fen, max(terms.top_fen - lifetime.received_before_fen(claim), 0))


def given_in_full(claim: Claim) -> str | None:
    """The other claim of this membership whose full lump sum was approved, by its reference; None when there is none.

    A lump sum of the full benefit ends the membership with its settlement, so there is never a second one.
    """
    terms = claim_file.terms_of(claim)
    full = [benefit.key for benefit in terms.benefits if benefit.full]
    if terms.kind != "lump_sum":
        return None
    return db.session.scalar(
        db.select(Claim.ref)
        .where(
            Claim.membership_id == claim.membership_id,
            Claim.id != claim.id,
            Claim.state.in_((*_APPROVED, *_SETTLED, "closed_unpaid")),
            Claim.benefit.in_(full),
        )
        .order_by(Claim.id)
        .limit(1)
    )


def appeal_until(claim: Claim, *, at: dt.datetime) -> dt.date:
    """The last day to appeal against a refusal now. There is one appeal: refusing it repeats the day that was."""
    if claim.state == "appealed" and claim.decisions:
        return claim.decisions[-1].appeal_until or day_of(at)
    return claim_states.appeal_last_day(day_of(at), claim_file.terms_of(claim))


def commitment_of(decision: Decision, claim: Claim) -> str:
    """What the public log holds of a decision: SHA-256 over its salt and everything it says (`facts.commitment`).

    Claim, round, verdict, amount in fen, clause, evidence, reason, what would change it, last day to appeal.
    """
    return facts.commitment(
        decision.salt,
        claim.ref,
        str(decision.round),
        decision.verdict,
        str(decision.amount_fen),
        decision.clause,
        decision.evidence,
        decision.reason,
        decision.would_change,
        decision.appeal_until.isoformat() if decision.appeal_until else "",
    )


def _check_clause(claim: Claim, number: str) -> None:
    try:
        claim_file.terms_of(claim).clause(number)
    except KeyError as unknown:
        raise NoSuchClause(number) from unknown
