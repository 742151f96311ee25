"""What the public asks about the closing of a plan: counts, never people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from app.db import db
from app.domain.claim_states import OPEN_STATES
from app.models import Award, Claim, Closing, Membership, Payout, Period, Plan, Refund
from app.services import counters, joining
from app.services.visibility import SEEN


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who still waits for what."""

    members: int
    """Who share still."""
    refunds: int
    refunds_fen: int
    payouts: int
    payouts_fen: int
    claims: int
    """Handed in and not settled, refused or withdrawn."""


def plan(slug: str) -> Plan | None:
    """The plan of this slug."""
    return db.session.scalar(select(Plan).where(Plan.slug == slug))


def waiting(closing: Closing) -> Waiting:
    """Counts and sums of what a closing still owes."""
    of_plan = Membership.plan_id == closing.plan_id
    refunds = _counted(
        select(func.count(Refund.id), func.coalesce(func.sum(Refund.amount_fen), 0)).join(
            Membership, Refund.membership_id == Membership.id
        ),
        of_plan,
        Refund.state != "paid",
    )
    payouts = _counted(
        select(func.count(Payout.id), func.coalesce(func.sum(Payout.amount_fen), 0))
        .join(Award, Payout.award_id == Award.id)
        .join(Period, Award.period_id == Period.id),
        Period.plan_id == closing.plan_id,
        Payout.state != "paid",
    )
    claims = db.session.scalar(
        select(func.count(Claim.id))
        .join(Membership, Claim.membership_id == Membership.id)
        .where(of_plan, Claim.state.in_(OPEN_STATES))
    )
    members = counters.counted(joining.pool_of(closing.plan_id).id).members
    return Waiting(members, *refunds, *payouts, int(claims or 0))


def _counted(wanted: object, *which: ColumnElement[bool]) -> tuple[int, int]:
    number, fen = db.session.execute(wanted.where(*which)).one()  # type: ignore[attr-defined]
    return int(number), int(fen)


def run_off_periods(closing: Closing) -> Sequence[Period]:
    """The periods that settle, or have settled, the claims of the run-off."""
    return db.session.scalars(
        select(Period)
        .where(Period.plan_id == closing.plan_id, Period.run_off, Period.state != "planned", SEEN)
        .order_by(Period.id)
    ).all()
