"""Cases whose objection nobody answered in time: deferred to the next period once, then the settlement waits for them.

The award moves with its case: it leaves its period on the settle day, and joins the next one when that is published.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Exists, bindparam, exists, select

from app.db import db
from app.domain.objections import Unanswered
from app.models import Award, Carry, Case, Claim, Deferral, Membership, Objection, Period
from app.services import audit, claims, facts, messages
from app.services.days import day_of
from app.services.lifetime import removed

_UNANSWERED = (
    select(Case)
    .join(Award, Case.award_id == Award.id)
    .join(Claim, Award.claim_id == Claim.id)
    .where(Case.period_id == bindparam("period"), Claim.state == "published")
    .where(exists().where(Objection.case_id == Case.id, Objection.state == "open"))
    .order_by(Case.number)
)
_NUMBERS = _UNANSWERED.with_only_columns(Case.number)


def to_defer(period: Period) -> Sequence[Case]:
    """The cases of a period with an unanswered objection that were never deferred, by number.

    None in a run-off, which has no next period: its settlement waits for the answers.
    """
    if period.run_off:
        return []
    return db.session.scalars(_UNANSWERED.where(~_deferred()), {"period": period.id}).all()


def waited_for(period: Period) -> Sequence[Case]:
    """The cases of a period with an unanswered objection that were deferred before: the settlement waits for them."""
    if period.run_off:
        return db.session.scalars(_UNANSWERED, {"period": period.id}).all()
    return db.session.scalars(_UNANSWERED.where(_deferred()), {"period": period.id}).all()


def check_answered(period: Period) -> None:
    """Raises `Unanswered` while a published case of the period has an objection that nobody has answered."""
    numbers = tuple(db.session.scalars(_NUMBERS, {"period": period.id}))
    if numbers:
        raise Unanswered(numbers)


def _deferred() -> Exists:
    return exists().where(Deferral.award_id == Case.award_id)


def defer(period: Period, *, at: dt.datetime) -> int:
    """Take the unanswered cases out of a period, each for the first time; returns how many. Its pool is held."""
    cases = to_defer(period)
    for case in cases:
        claim = db.session.get_one(Claim, case.award.claim_id)
        db.session.add(Deferral(award_id=case.award_id, from_period_id=period.id, from_number=case.number, at=at))
        step = claims.move(claim, "defer", by=None, role="system", at=at)
        facts.state(
            "deferral", period.name, at=at, plan=period.plan.slug, case=case.ref, number=case.number,
            amount_fen=case.amount_fen,
        )  # fmt: skip
        audit.note("defer-case", "period", period.name, by=None, role="system", at=at, detail=case.ref)
        messages.tell(claim.account_id, "claim-defer", key=f"claim-step:{step.id}", at=at, claim=claim.ref)
    db.session.flush()
    return len(cases)


def waiting(plan_id: int) -> dict[int, Deferral | Carry]:
    """What waits in a plan for its next period, by the claim, in the order it came; cases of cancelled periods last."""
    return {**_waiting(Deferral, plan_id), **_waiting(Carry, plan_id)}


def _waiting(kind: type[Deferral | Carry], plan_id: int) -> dict[int, Deferral | Carry]:
    rows: Any = db.session.execute(
        select(Award.claim_id, kind)
        .join(Award, kind.award_id == Award.id)
        .join(Claim, Award.claim_id == Claim.id)
        .join(Membership, Claim.membership_id == Membership.id)
        .where(Membership.plan_id == plan_id, kind.to_period_id.is_(None), Claim.state == "approved", ~removed())
        .order_by(kind.at, kind.from_number)
    ).all()
    return {row.claim_id: row[1] for row in rows}


def publish_again(deferral: Deferral | Carry, period: Period, number: int, *, at: dt.datetime) -> Case:
    """Move a deferred award with its case into a period; it keeps its reference and shows what it showed."""
    award = db.session.get_one(Award, deferral.award_id)
    case = db.session.scalars(select(Case).where(Case.award_id == award.id)).one()
    award.period_id, award.number = period.id, number
    case.period, case.number, case.published_on = period, number, day_of(at)
    deferral.to_period_id = period.id
    db.session.flush()
    return case
