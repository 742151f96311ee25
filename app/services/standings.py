"""How memberships stand, read from the history of their pools (app/domain/standing.py): never a stored flag."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain.calendar import end_of_day
from app.domain.standing import LimitChange, Standing, end_of_lock, end_of_protection, standing
from app.models import Deposit, Membership, Period, Pool
from app.services import closings, lapses, rulebook
from app.services.days import day_of, zone

_MOST_LOCKS_IN_A_ROW = 24


@dataclass(frozen=True, slots=True)
class _Limits:
    """What all members of one pool are measured by."""

    history: list[LimitChange]
    grace_days: int
    locked_at: dt.datetime | None
    lock_open_until: dt.datetime | None


def standing_of(membership: Membership, *, at: dt.datetime) -> Standing:
    """How one membership stands."""
    return standings_of([membership], at=at)[membership.id]


def standings_of(memberships: Sequence[Membership], *, at: dt.datetime) -> dict[int, Standing]:
    """How each of a few memberships stands, by its number. Each pool is read once, however many share in it.

    Who is pending is in good standing; who ended by deed or by the clock, ended when the row says so.
    """
    limits: dict[int, _Limits] = {}
    reversals = _last_reversals(memberships)
    found = {}
    for membership in memberships:
        if membership.ended_at is not None:
            found[membership.id] = Standing("ended", None, membership.ended_at, 0)
        elif membership.threshold_fen is None:
            found[membership.id] = Standing("good", None, None, 0)
        else:
            if membership.pool_id not in limits:
                limits[membership.pool_id] = _limits_of(membership.pool, at=at)
            found[membership.id] = _judge(
                membership.threshold_fen, limits[membership.pool_id], reversals.get(membership.id), at=at
            )
    return found


def _judge(theta_fen: int, limits: _Limits, reversed_at: dt.datetime | None, *, at: dt.datetime) -> Standing:
    protected = end_of_protection(day_of(reversed_at), limits.grace_days, zone()) if reversed_at is not None else None
    return standing(
        theta_fen,
        limits.history,
        now=at,
        grace_days=limits.grace_days,
        zone=zone(),
        locked_at=limits.locked_at,
        lock_open_until=limits.lock_open_until,
        protected_until=protected,
    )


def _limits_of(pool: Pool, *, at: dt.datetime) -> _Limits:
    terms = rulebook.rules_of(rulebook.version_on(pool.plan_id, day_of(at))).pool
    locked_at, until = _while_closing(pool, *_last_locks(pool, at=at), at=at)
    # An end is put off by a lock only if it comes after it: whoever fell below earlier than this had ended before.
    first = min(day_of(at), day_of(locked_at) if locked_at is not None else day_of(at)) - dt.timedelta(days=1)
    since = lapses.grace_window(first, terms.grace_days)
    return _Limits(lapses.limit_history(pool, since=since, until=at), terms.grace_days, locked_at, until)


def _while_closing(
    pool: Pool, locked_at: dt.datetime | None, until: dt.datetime | None, *, at: dt.datetime
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The closing of a plan holds everybody like a lock, from its announcement until memberships end."""
    closing = closings.binding_of(pool.plan_id)
    if closing is None or closing.announced_at is None or closing.announced_at > at:
        return locked_at, until
    held_at = closing.announced_at if locked_at is None or until is None or until <= closing.announced_at else locked_at
    return held_at, end_of_day(max(closing.closing_day, day_of(at)), zone())


def _last_locks(pool: Pool, *, at: dt.datetime) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When the last lock began and its day ends; locks that follow each other within a day count as one.

    A lock that came while the day of the one before was not over holds everybody whom that one held.
    """
    locks = db.session.execute(
        select(
            Period.locked_at, func.coalesce(Period.settled_at, Period.cancelled_at).label("over_at"), Period.settle_day
        )
        .where(Period.pool_id == pool.id, Period.locked_at.is_not(None), Period.locked_at <= at)
        .order_by(Period.locked_at.desc())
        .limit(_MOST_LOCKS_IN_A_ROW)
    ).all()
    days = [
        (
            lock.locked_at,
            end_of_lock(
                lock.settle_day, over_on=day_of(lock.over_at) if lock.over_at else None, today=day_of(at), zone=zone()
            ),
        )
        for lock in locks
    ]
    if not days:
        return None, None
    began, ends = days[0]
    for earlier, until in days[1:]:
        if until <= began:
            break
        began = earlier
    return began, ends


def _last_reversals(memberships: Sequence[Membership]) -> dict[int, dt.datetime]:
    """When a top-up of each of these was last reversed, for those it happened to."""
    rows = db.session.execute(
        select(Deposit.membership_id, func.max(Deposit.at).label("at"))
        .where(Deposit.membership_id.in_([membership.id for membership in memberships]), Deposit.kind == "reversal")
        .group_by(Deposit.membership_id)
    ).all()
    return {row.membership_id: row.at for row in rows}
