"""The checklist of a claim that dates, ages and lists answer by themselves, row by row, each with its clause."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.domain.calendar import completed_years, first_eligible_day
from app.domain.eligibility import (
    AlreadyEnded,
    BeforeJoining,
    NoSuchBenefit,
    ReportedLate,
    StillWaiting,
    benefit_for,
)
from app.domain.terms import Benefit
from app.models import Claim
from app.services import claim_conditions, claim_file, decisions, lifetime
from app.services.claim_conditions import Check, Line
from app.services.days import day_of


@dataclass(frozen=True, slots=True)
class Amount:
    """What the table gives for one benefit at the age of the event, and how much of a lifetime was received before."""

    benefit: Benefit
    most_fen: int
    received_before_fen: int
    working: tuple[Line, ...] = ()
    """How it is worked out, line by line."""


def checks_of(claim: Claim, *, on: dt.date) -> tuple[Check, ...]:
    """All rows of a claim that names its event; `on` counts as the day of the report while it is not handed in."""
    return (
        *_date_checks(claim, on=on),
        _amount_check(claim),
        _reporting_check(claim, on=on),
        *claim_conditions.checks(claim),
        _documents_check(claim),
    )


def amounts_of(claim: Claim) -> tuple[Amount, ...]:
    """What the table of the claim gives at the age of the event, the benefit asked for first."""
    terms = claim_file.terms_of(claim)
    age = _age(claim)
    before_fen = lifetime.received_before_fen(claim) if terms.kind == "reimbursement" else 0
    here = [benefit for benefit in terms.benefits if benefit.age_from <= age <= benefit.age_to]
    here.sort(key=lambda benefit: benefit.key != claim.benefit)
    most = [decisions.most_fen(claim, benefit) for benefit in here]
    return tuple(
        Amount(benefit, fen, before_fen, claim_conditions.working(claim, benefit, fen))
        for benefit, fen in zip(here, most, strict=True)
    )


def may_be_accident(claim: Claim, *, on: dt.date) -> bool:
    """Whether it matters if an accident caused the illness: only then an event in the waiting period counts."""
    waits = any(isinstance(finding, StillWaiting) for finding in claim_file.findings(claim, on=on))
    return waits and claim_file.terms_of(claim).event == "illness"


def _age(claim: Claim) -> int:
    if claim.event_on is None:
        raise LookupError(f"claim {claim.ref} names no event")
    return completed_years(claim.membership.person.birth_on, claim.event_on)


def _date_checks(claim: Claim, *, on: dt.date) -> tuple[Check, Check]:
    terms, of = claim_file.terms_of(claim), claim.membership
    findings = claim_file.findings(claim, on=on)
    out = next((finding for finding in findings if isinstance(finding, (BeforeJoining, AlreadyEnded))), None)
    waits = any(isinstance(finding, StillWaiting) for finding in findings)
    last_day = day_of(of.ended_at) - dt.timedelta(days=1) if of.ended_at else None
    return (
        Check(
            "membership",
            "fails" if out else "fits",
            out.clause if out else terms.cited.joining,
            {"joined_on": of.joined_on, "last_day": last_day},
        ),
        Check(
            "waiting",
            "fails" if waits else "fits",
            terms.cited.waiting,
            {"eligible_from": first_eligible_day(of.waiting_since, terms.waiting_days)},
        ),
    )


def _amount_check(claim: Claim) -> Check:
    terms, age = claim_file.terms_of(claim), _age(claim)
    try:
        benefit = benefit_for(terms, age, claim.benefit or "")
    except NoSuchBenefit:
        return Check("amount", "fails", terms.cited.joining, {"age": age, "benefit": None})
    return Check("amount", "fits", benefit.clause, {"age": age, "benefit": benefit})


def _reporting_check(claim: Claim, *, on: dt.date) -> Check:
    terms = claim_file.terms_of(claim)
    reported_on = day_of(claim.submitted_at) if claim.submitted_at else on
    days = (reported_on - claim.event_on).days if claim.event_on else 0
    late = any(isinstance(finding, ReportedLate) for finding in claim_file.findings(claim, on=on))
    datum: dict[str, object] = {"days": days, "allowed_days": terms.report_within_days}
    return Check("reporting", "flag" if late else "fits", terms.cited.reporting, datum)


def _documents_check(claim: Claim) -> Check:
    lines = claim_file.checklist(claim)
    missing = tuple(line.wanted for line in lines if line.is_missing)
    clause = missing[0].clause if missing else lines[0].wanted.clause
    return Check("documents", "flag" if missing else "fits", clause, {"missing": missing})
