"""What is known of objections: sealed for the caseworkers, as counts and public reasons for everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.db import db
from app.domain.objections import ObjectionState
from app.domain.period_states import LOCKED_STATES
from app.models import Award, Case, Claim, Deferral, Objection, Period
from app.services import facts, hands, vault

TEXT: Final = "objection.text"
NAME: Final = "objection.name"
CONTACT: Final = "objection.contact"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as the public reads it."""

    number: int
    """The number its case had in the period."""
    state: ObjectionState
    on: dt.datetime
    reason: str
    filed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class OfPeriod:
    """The objections filed in one period, and the cases that left it because one was not answered."""

    filed: int
    open: int
    dismissed: int
    admitted: int
    moot: int
    """Filed to a case that was withdrawn before anybody answered."""
    answered: tuple[Answered, ...]
    deferred: tuple[int, ...]
    """The numbers of the cases that were deferred to the next period."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case of a locked period with objections that nobody has answered."""

    number: int
    ref: str
    objections: int
    since: dt.datetime
    was_deferred: bool
    """Deferred before: now its settlement waits."""


def of_period(period: Period) -> OfPeriod:
    """Counts, public reasons and deferrals of one period: one question."""
    rows = db.session.execute(
        select(
            Objection.state, Objection.answered_at, Objection.public_reason, Case.number, Deferral.from_number,
            Objection.filed_at,
        )
        .join(Case, Objection.case_id == Case.id)
        .outerjoin(Deferral, (Deferral.award_id == Case.award_id) & (Deferral.from_period_id == Objection.period_id))
        .where(Objection.period_id == period.id)
        .order_by(Objection.answered_at, Objection.id)
    ).all()  # fmt: skip
    states = [row.state for row in rows]
    deferred = sorted({row.from_number for row in rows if row.from_number is not None})
    answered = tuple(
        Answered(row.from_number or row.number, row.state, row.answered_at, row.public_reason, row.filed_at)
        for row in rows
        if row.state in {"admitted", "dismissed"}
    )
    return OfPeriod(
        filed=len(rows),
        open=states.count("open"),
        dismissed=states.count("dismissed"),
        admitted=states.count("admitted"),
        moot=states.count("moot"),
        answered=answered,
        deferred=tuple(deferred),
    )


@dataclass(frozen=True, slots=True)
class OfCase:
    """One objection to a case as the public reads it; what it says, and who filed it, nobody reads here."""

    filed_at: dt.datetime
    state: ObjectionState
    answered_at: dt.datetime | None
    reason: str
    """Public; empty while nobody has answered."""


def waiting_in(period_ids: Sequence[int]) -> dict[int, list[Waiting]]:
    """The cases with unanswered objections of each of these periods that is locked."""
    rows = db.session.execute(
        select(Case.period_id, Case.number, Case.ref, func.count(), func.min(Objection.filed_at), func.max(Deferral.id))
        .join(Objection, Objection.case_id == Case.id)
        .join(Award, Case.award_id == Award.id)
        .join(Claim, Award.claim_id == Claim.id)
        .join(Period, Case.period_id == Period.id)
        .outerjoin(Deferral, Deferral.award_id == Case.award_id)
        .where(
            Case.period_id.in_(period_ids),
            Period.state.in_(LOCKED_STATES),
            Objection.state == "open",
            Claim.state == "published",
        )
        .group_by(Case.period_id, Case.number, Case.ref)
        .order_by(Case.number)
    ).all()
    found: dict[int, list[Waiting]] = {}
    for period_id, number, ref, objections, since, deferral in rows:
        found.setdefault(period_id, []).append(Waiting(number, ref, objections, since, deferral is not None))
    return found


def waiting(*, but_not_of: int) -> int:
    """How many objections wait for an answer, those to cases that are one account's own not counted."""
    counted = (
        select(func.count(Objection.id))
        .join(Case, Objection.case_id == Case.id)
        .join(Award, Case.award_id == Award.id)
        .join(Claim, Award.claim_id == Claim.id)
        .where(Objection.state == "open", hands.of_others(but_not_of))
    )
    return db.session.scalar(counted) or 0


def of_claim(claim: Claim) -> Sequence[Objection]:
    """Every objection ever filed to the cases of a claim, oldest first."""
    return db.session.scalars(
        select(Objection)
        .join(Case, Objection.case_id == Case.id)
        .join(Award, Case.award_id == Award.id)
        .where(Award.claim_id == claim.id)
        .order_by(Objection.id)
    ).all()


def claim_of(case: Case) -> Claim:
    """The claim that a case is published of."""
    return db.session.get_one(Claim, case.award.claim_id)


def state_fact(objection: Objection, event: str, *, at: dt.datetime) -> None:
    """The public log learns that an objection was filed, admitted or dismissed: the case, never a word of anybody.

    The public reason is committed to; it stands on the page of the period. The objection is called by its public
    reference: the other one is its filer's alone, who adds documents by it.
    """
    reason = facts.commitment(objection.salt, objection.public_reason) if objection.public_reason else ""
    period = objection.period
    facts.state(
        "objection", period.name, at=at, plan=period.plan.slug, objection=objection.public_ref,
        case=objection.case.ref, event=event, reason=reason,
    )  # fmt: skip


def unsealed(sealed: bytes | None, purpose: str) -> str:
    """What was sealed; empty when nothing was given, or when it was erased."""
    return vault.unseal(sealed, purpose=purpose) if sealed else ""
