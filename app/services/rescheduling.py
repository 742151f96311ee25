"""Periods that do not go as planned: postponed, cancelled, or locked late; always with a reason everybody can read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import func, select, update

from app.db import db
from app.domain import period_states
from app.domain.calendar import LOCK_TOLERANCE, PeriodDays, publication_moved, settlement_moved
from app.models import Award, Claim, Membership, Period, PeriodChange, Pool
from app.services import approvals, audit, carrying, facts, messages, pools
from app.services.days import day_of, midnight

_PLANNED = ("planned", "postponed")


class NothingToExplain(Exception):
    """The period was locked on time, or is not locked at all."""


def days_of(period: Period) -> PeriodDays:
    """The four days of a period as they stand."""
    return PeriodDays(period.publication_day, period.objections_last_day, period.settle_day, period.pay_by_day)


def keep_days(period: Period, days: PeriodDays) -> None:
    """Give a period these four days."""
    period.publication_day, period.objections_last_day = days.publication_day, days.objections_last_day
    period.settle_day, period.pay_by_day = days.settle_day, days.pay_by_day


def next_lock_day(period: Period) -> dt.date | None:
    """When the pool's next period is published: this one has to be settled before that. None when none is planned."""
    return db.session.scalar(
        select(func.min(Period.publication_day)).where(
            Period.pool_id == period.pool_id,
            Period.state.in_(_PLANNED),
            Period.id != period.id,
            Period.publication_day > period.publication_day,
        )
    )


def moved(period: Period, to: dt.date, *, today: dt.date) -> PeriodDays:
    """The days of a period when it is postponed to `to`: its publication day, or once locked its settle day.

    Raises `DayDoesNotFit`.
    """
    move = settlement_moved if period.locked_at is not None else publication_moved
    return move(days_of(period), to, today=today, next_lock=next_lock_day(period))


def postpone(period: Period, *, to: dt.date, reason: str, by: int, at: dt.datetime) -> None:
    """A treasurer moves a period: before its lock the publication day, after it the settle day; an approval is void.

    Everybody who waits for money of it is told. Raises `ReasonMissing`, `DayDoesNotFit` and `MoveNotAllowed`.
    """
    pools.hold(period.pool, alone=True)
    db.session.refresh(period)
    to_state = period_states.after(period.state, "postpone", by="treasurer")
    period_states.check_reason("postpone", reason)
    before, after = days_of(period), moved(period, to, today=day_of(at))
    keep_days(period, after)
    period.state, period.reason = to_state, reason.strip()
    approvals.forget(period)
    _note("postponed", period, before, after, reason=period.reason, by=by, at=at)
    facts.state(
        "postponed", period.name, at=at, plan=period.plan.slug, reason=period.reason,
        publication_day=[before.publication_day.isoformat(), after.publication_day.isoformat()],
        settle_day=[before.settle_day.isoformat(), after.settle_day.isoformat()],
    )  # fmt: skip
    audit.note("postpone", "period", period.name, by=by, role="treasurer", at=at, detail=to.isoformat())
    for claim in _claims_of(period):
        messages.tell(
            claim.account_id, "period-postponed", key=f"period-postponed:{claim.ref}:{period.name}:{to}", at=at,
            claim=claim.ref, period=period.name, reason=period.reason, pay_by=period.pay_by_day.isoformat(),
            locked=period.locked_at is not None,
        )  # fmt: skip
    db.session.flush()


def cancel(period: Period, *, reason: str, by: int | None, at: dt.datetime) -> int:
    """A treasurer cancels a period: nobody is charged for it, and its cases go to the next one; returns how many.

    The clock (`by` is None) cancels one that nobody could be locked for; its `reason` is a key of `LATE_CAUSES`. A
    cancelled lock is over: whoever waited for it enters, ends or lapses as after a settlement. Raises `ReasonMissing`
    and `MoveNotAllowed`.
    """
    pool = pools.hold(period.pool, alone=True)
    db.session.refresh(period)
    role = "system" if by is None else "treasurer"
    to_state = period_states.after(period.state, "cancel", by=role)
    period_states.check_reason("cancel", reason)
    days = days_of(period)
    period.reason = reason.strip()
    cases = []
    if period.locked_at is not None and by is not None:  # the clock cancels nothing that is locked
        cases = carrying.carry_on(period, period.reason, by=by, at=at)
        _free_who_waits(pool, period)
    period.state, period.cancelled_at = to_state, at
    approvals.forget(period)
    _note("cancelled", period, days, days, reason=period.reason, by=by, at=at)
    facts.state(
        "cancelled", period.name, at=at, plan=period.plan.slug, reason=period.reason,
        locked=period.locked_at is not None, cases=[case.ref for case in cases],
    )  # fmt: skip
    audit.note("cancel", "period", period.name, by=by, role=role, at=at, detail=f"{len(cases)} cases carried on")
    db.session.flush()
    return len(cases)


def explain(period: Period, *, reason: str, by: int, at: dt.datetime) -> None:
    """A treasurer says in public why a lock came late. Raises `NothingToExplain` and `ReasonMissing`."""
    db.session.refresh(period)
    if not any(change.kind == "late" for change in changes(period)):
        raise NothingToExplain
    if not reason.strip():
        raise period_states.ReasonMissing
    days = days_of(period)
    _note("explained", period, days, days, reason=reason.strip(), by=by, at=at)
    audit.note("explain-lateness", "period", period.name, by=by, role="treasurer", at=at)
    db.session.flush()


def note_lateness(period: Period, before: PeriodDays, *, at: dt.datetime) -> None:
    """Write down that a lock came late and why, as far as the house knows; a lock on time leaves nothing."""
    due = midnight(before.publication_day)
    if at - due <= LOCK_TOLERANCE:
        return
    _note("late", period, before, days_of(period), reason=_late_cause(period, due), by=None, at=at)


def changes(period: Period) -> Sequence[PeriodChange]:
    """Everything that became of a period's days, oldest first."""
    return db.session.scalars(
        select(PeriodChange).where(PeriodChange.period_id == period.id).order_by(PeriodChange.id)
    ).all()


def _late_cause(period: Period, due: dt.datetime) -> period_states.LateCause:
    over = func.max(func.coalesce(Period.settled_at, Period.cancelled_at))
    locks = (Period.pool_id == period.pool_id, Period.id != period.id, Period.locked_at.is_not(None))
    freed = db.session.scalar(select(over).where(*locks))
    if freed is not None and freed > due:
        return "earlier_period_open"
    first = db.session.scalar(
        select(func.min(Membership.joined_at)).where(
            Membership.pool_id == period.pool_id, Membership.state == "sharing"
        )
    )
    return "nobody_shared" if first is not None and first > due else "clock_stood_still"


def _note(  # noqa: PLR0913 -- a change is made of these
    kind: Literal["postponed", "cancelled", "late", "explained"],
    period: Period,
    before: PeriodDays,
    after: PeriodDays,
    *,
    reason: str,
    by: int | None,
    at: dt.datetime,
) -> None:
    db.session.add(
        PeriodChange(
            period_id=period.id, kind=kind, at=at, by=by, reason=reason,
            publication_day_before=before.publication_day, publication_day_after=after.publication_day,
            settle_day_before=before.settle_day, settle_day_after=after.settle_day,
        )
    )  # fmt: skip


def _claims_of(period: Period) -> Sequence[Claim]:
    """Whose money depends on this period: its published cases, or before the lock whatever is approved so far."""
    if period.locked_at is not None:
        of_it = select(Award.claim_id).where(Award.period_id == period.id)
        return db.session.scalars(select(Claim).where(Claim.id.in_(of_it), Claim.state == "published")).all()
    of_plan = select(Claim).join(Membership, Claim.membership_id == Membership.id)
    return db.session.scalars(of_plan.where(Membership.plan_id == period.plan_id, Claim.state == "approved")).all()


def _free_who_waits(pool: Pool, period: Period) -> None:
    """Who was to end after the settlement that is cancelled ends now: its lock is over."""
    db.session.execute(
        update(Membership)
        .where(Membership.pool_id == pool.id, Membership.state == "sharing", Membership.ends_after_seq == period.seq)
        .values(ends_after_seq=pool.seq)
        .execution_options(synchronize_session="fetch")
    )
