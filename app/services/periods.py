"""A period begins: planned from the calendar, locked at 00:00 of its publication day, published in the same instant."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.db import db
from app.domain import claim_states, period_states
from app.domain.calendar import LOCK_TOLERANCE, days_after_lock, period_name, periods_of_month
from app.models import Claim, Membership, Period, Pool
from app.services import (
    appeals,
    audit,
    closings,
    lapses,
    parts,
    pools,
    publishing,
    rescheduling,
    rulebook,
    run_log,
)
from app.services.days import day_of, midnight

_MONTHS_AHEAD = 3


class NobodyToLock(Exception):
    """The pool has no sharing member: there is nothing to lock, the dissolution path opens."""


class EarlierPeriodOpen(Exception):
    """The pool's earlier period is not settled yet; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not settled yet")
        self.name = name


class MembersStillToMove(Exception):
    """Pending members or ends of the last boundary are not carried out yet; the lock waits for them."""


def plan_ahead(pool: Pool, *, at: dt.datetime) -> list[Period]:
    """Write down the pool's next periods, as its rules foresee them; those that exist stay. Never backdated."""
    today = day_of(at)
    last = db.session.scalar(select(func.max(Period.publication_day)).where(Period.pool_id == pool.id))
    made = []
    for ahead in range(_MONTHS_AHEAD):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        version = rulebook.version_on(pool.plan_id, max(today, dt.date(year, month + 1, 1)))
        for foreseen in periods_of_month(rulebook.rules_of(version).pool.calendar, year, month + 1):
            if foreseen.publication_day < today or (last is not None and foreseen.publication_day <= last):
                continue
            made.append(
                Period(
                    plan_id=pool.plan_id,
                    pool_id=pool.id,
                    year=foreseen.year,
                    month=foreseen.month,
                    number=foreseen.number,
                    name=period_name(pool.name, foreseen.year, foreseen.month, foreseen.number),
                    state="planned",
                    publication_day=foreseen.publication_day,
                    objections_last_day=foreseen.objections_last_day,
                    settle_day=foreseen.settle_day,
                    pay_by_day=foreseen.pay_by_day,
                )
            )
    db.session.add_all(made)
    db.session.flush()
    run_log.remember_planned(made, at=at)
    return made


def needs_planning(pool: Pool, *, at: dt.datetime) -> bool:
    """Whether the last planned period is nearer than the months `plan_ahead` looks; never once a plan has closed."""
    closing = closings.binding_of(pool.plan_id)
    if closing is not None and closing.stage != "announced":
        return False
    last = db.session.scalar(select(func.max(Period.publication_day)).where(Period.pool_id == pool.id))
    today = day_of(at)
    return last is None or (last.year * 12 + last.month) - (today.year * 12 + today.month) < _MONTHS_AHEAD - 1


def due_to_lock(pool: Pool, *, at: dt.datetime) -> Period | None:
    """The earliest planned period whose lock is due."""
    return db.session.scalar(
        select(Period)
        .where(
            Period.pool_id == pool.id, Period.state.in_(("planned", "postponed")), Period.publication_day <= day_of(at)
        )
        .order_by(Period.publication_day)
        .limit(1)
    )


def lock_and_publish(period: Period, *, at: dt.datetime) -> Period:
    """Freeze who shares and publish the claims approved so far.

    Everybody is counted next (`counting`); the public sees the period once that count stands in the log.

    A lock that comes late carries its true instant and its cause, and the objections keep all their days, whole ones:
    later days move.

    Raises `NobodyToLock`, `EarlierPeriodOpen`, `MembersStillToMove`, and `MoveNotAllowed` for a period locked before.
    """
    pool = pools.hold(period.pool, alone=True)
    db.session.refresh(period)
    to_state = period_states.after(period.state, "lock", by="system")
    earlier = pools.open_lock(pool.id)
    if earlier is not None:
        raise EarlierPeriodOpen(earlier.name)
    if _still_to_move(pool, at=at):
        raise MembersStillToMove
    members = pools.counted(pool.id).members
    if members == 0 and not period.run_off:
        raise NobodyToLock
    version = rulebook.version_on(pool.plan_id, period.publication_day)
    period.pool_terms_id = rulebook.pool_terms_row(version).id
    period.state, period.seq, period.members, period.locked_at = to_state, pool.seq + 1, members, at
    before, on = rescheduling.days_of(period), day_of(at)
    on_time = at - midnight(on) <= LOCK_TOLERANCE
    calendar = rulebook.rules_of(version).pool.calendar
    rescheduling.keep_days(period, days_after_lock(before, calendar, locked_on=on, on_time=on_time))
    rescheduling.note_lateness(period, before, at=at)
    counts = _claim_counts(pool.plan_id, since=_last_lock(period))
    period.received = {**counts, "appeals": appeals.counts(pool.plan_id)}
    db.session.flush()
    db.session.refresh(period, ["pool_terms"])
    audit.note("lock", "period", period.name, by=None, role="system", at=at)
    parts.call_up(period.plan_id, rulebook.rules_of(version).member, at=at)
    publishing.publish_cases(period, at=at)
    return period


def _still_to_move(pool: Pool, *, at: dt.datetime) -> bool:
    """Whether somebody has to enter or to end first: pending, at the end of the membership, or out of grace."""
    moves = [Membership.state == "pending", and_(Membership.state == "sharing", Membership.ends_after_seq.is_not(None))]
    if lapses.may_lapse_today(pool, at=at):
        run_out = lapses.run_out(pool, lapses.least_limit_fen(pool, at=at), at=at)
        moves.append(and_(Membership.state == "sharing", *run_out))
    left = select(Membership.id).where(Membership.pool_id == pool.id, or_(*moves))
    return db.session.scalar(left.limit(1)) is not None


def _last_lock(period: Period) -> dt.datetime | None:
    """When the pool was locked before; None for the first time."""
    locks = (Period.pool_id == period.pool_id, Period.id != period.id)
    return db.session.scalar(select(func.max(Period.locked_at)).where(*locks))


def _claim_counts(plan_id: int, *, since: dt.datetime | None) -> dict[str, object]:
    """All claims of the plan so far, and under `new` those handed in since the lock before.

    Each adds up: received = approved + refused + withdrawn + open.
    """
    of_plan = (Membership.plan_id == plan_id, Claim.submitted_at.is_not(None))
    lately = () if since is None else (Claim.submitted_at > since,)
    return {**_counts(*of_plan), "new": _counts(*of_plan, *lately)}


def _counts(*which: ColumnElement[bool]) -> dict[str, int]:
    rows = db.session.execute(
        select(Claim.state, func.count(Claim.id))
        .join(Membership, Claim.membership_id == Membership.id)
        .where(*which)
        .group_by(Claim.state)
    ).all()
    counts = dict.fromkeys(("received", "approved", "refused", "withdrawn", "open"), 0)
    for state, number in rows:
        counts["received"] += number
        counts[claim_states.fate_of(state)] += number
    return counts
