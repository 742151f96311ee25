"""The clock's hand: whatever is due is done, in order, each deed in its own transaction. Done again, it does nothing.

The order of a midnight: members whose grace is over end, those who wait begin to share, plans that close go on with
their closing, what is planned is locked and published, everybody who is locked is counted, who has reached the age of
a plan is marked, cases with an unanswered objection are deferred on their settle day, what is approved and due is
settled, whoever that brought low is told, and the outbox is swept.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from sqlalchemy import select

import app.jobs.work  # noqa: F401 -- fills outbox.handlers
from app.db import db, transaction
from app.domain.objections import Unanswered
from app.domain.period_states import LOCKED_STATES
from app.jobs import counting, daily, expiring, figures, numbering, upkeep
from app.models import Closing, Instance, Period, Plan, Pool
from app.services import (
    ages,
    calendars,
    check_runs,
    closing_steps,
    deferrals,
    lapses,
    named_credits,
    outbox,
    payouts,
    periods,
    pools,
    reminders,
    rescheduling,
    rescissions,
    settling,
    visibility,
)
from app.services.check_runs import MoneyDisagrees
from app.services.days import day_of, midnight
from app.web import clock

_log = logging.getLogger(__name__)
_CHUNK = 10_000
"""So many members move in one transaction."""


def tick(at: dt.datetime) -> list[str]:
    """Do everything due at an instant; returns what was done, in words for the operator's log."""
    done: list[str] = []
    for pool_id in db.session.scalars(select(Pool.id).order_by(Pool.id)).all():
        done += _tick_pool(pool_id, at)
    done += numbering.number(at)  # from here on the public sees what was locked
    done += _let_payouts_go(at)
    named_credits_due(at)
    done += expiring.do(at)
    done += daily.do(at)
    done += upkeep.do(at)
    swept = sweep(at)
    if swept:
        done.append(f"outbox: {swept}")
    return done + numbering.number(at)


def named_credits_due(at: dt.datetime) -> None:
    """Ask for parts of credits whose memberships have ended since; reads first."""
    if named_credits.is_due():
        with transaction():
            named_credits.ask_due(at=at)


def sweep(at: dt.datetime) -> int:
    """Do the work that is due; returns how much was done. Leases are about processes: measured in real time."""
    return outbox.sweep(at, real_now=clock.real_now)


def _tick_pool(pool_id: int, at: dt.datetime) -> list[str]:
    """One pool; what goes wrong with it stops no other."""
    done: list[str] = []
    for step in _STEPS:
        try:
            done += step(pool_id, at)
        except Exception:  # noqa: BLE001 -- the next pool must not wait for this one
            db.session.rollback()
            _log.exception("pool %s: %s failed and will be tried again", pool_id, step.__name__)
            break
    return done


def _end_and_enter(pool_id: int, at: dt.datetime) -> list[str]:
    """Read first: a tick that finds nothing to do takes no lock from anybody."""
    pool = db.session.get_one(Pool, pool_id)
    least = lapses.least_limit_fen(pool, at=at) if lapses.may_lapse_today(pool, at=at) else None
    if not pools.has_somebody_to_move(pool, least, at=at):
        return []
    done = []
    if least is not None:
        done += _in_chunks(pool_id, "lapsed", lambda held: pools.lapse_due(held, least, at=at, most=_CHUNK))
    done += _in_chunks(pool_id, "ended", lambda held: pools.carry_out_ends(held, at=at, most=_CHUNK))
    done += _in_chunks(pool_id, "began to share", lambda held: pools.let_pending_enter(held, at=at, most=_CHUNK))
    return done


def _in_chunks(pool_id: int, what: str, chunk: Callable[[Pool], int]) -> list[str]:
    """Until one is not full: who comes after that, while others go on leaving, moves with the lock."""
    total = 0
    while True:
        with transaction():
            pool = db.session.get_one(Pool, pool_id)
            moved = chunk(pool)
            name = pool.name
        total += moved
        if moved < _CHUNK:
            return [f"{name}: {total} {what}"] if total else []


def _plan(pool_id: int, at: dt.datetime) -> list[str]:
    done: list[str] = []
    if calendars.is_due(db.session.get_one(Pool, pool_id), at=at):
        with transaction():
            done += calendars.follow(db.session.get_one(Pool, pool_id), at=at)
    if not periods.needs_planning(db.session.get_one(Pool, pool_id), at=at):
        return done
    with transaction():
        pool = db.session.get_one(Pool, pool_id)
        return done + [f"{period.name}: planned" for period in periods.plan_ahead(pool, at=at)]


def _close(pool_id: int, at: dt.datetime) -> list[str]:
    """The stages of a closing, one deed after the other, until nothing of it is due."""
    done: list[str] = []
    while (found := closing_steps.is_due(db.session.get_one(Pool, pool_id))) is not None:
        number = found.id
        with transaction():
            deeds = closing_steps.step(db.session.get_one(Closing, number), at=at)
        if not deeds:
            break
        done += deeds
    return done


def _lock(pool_id: int, at: dt.datetime) -> list[str]:
    if periods.due_to_lock(db.session.get_one(Pool, pool_id), at=at) is None:
        return []
    with transaction():
        pool = db.session.get_one(Pool, pool_id)
        period = periods.due_to_lock(pool, at=at)
        if period is None:
            return []
        _move_the_last(pool, at)
        try:
            periods.lock_and_publish(period, at=at)
        except periods.EarlierPeriodOpen as wait:
            _log.warning("%s cannot be locked: %s", period.name, wait)
            return []
        except periods.NobodyToLock:
            return _give_up(period, at)
        return [f"{period.name}: locked and published"]


def _move_the_last(pool: Pool, at: dt.datetime) -> None:
    """Whoever left or ran out since the chunks moves in the deed of the lock, while nobody else can come.

    Without it a pool whose members never stop leaving would never be locked.
    """
    pools.hold(pool, alone=True)
    if lapses.may_lapse_today(pool, at=at):
        pools.lapse_due(pool, lapses.least_limit_fen(pool, at=at), at=at, most=_CHUNK)
    pools.carry_out_ends(pool, at=at, most=_CHUNK)
    pools.let_pending_enter(pool, at=at, most=_CHUNK)


def _give_up(period: Period, at: dt.datetime) -> list[str]:
    """Nobody shares: the period waits for somebody to join until its settle day, and is then cancelled in public."""
    if day_of(at) < period.settle_day:
        return []
    rescheduling.cancel(period, reason="nobody_shared", by=None, at=at)
    return [f"{period.name}: cancelled, nobody shares"]


def _age(pool_id: int, at: dt.datetime) -> list[str]:
    """After the lock of the day: whoever reaches the age on it is locked. Decisions nobody contested take their course.

    Read first: a tick that finds nothing to do takes no lock from anybody.
    """
    held = db.session.get_one(Pool, pool_id)
    if not ages.is_due(held, at=at) and not rescissions.is_due(held, at=at):
        return []
    with transaction():
        pool = db.session.get_one(Pool, pool_id)
        ages.ask_to_announce(pool, at=at)
        rescissions.carry_out(pool, at=at)
        marked = ages.mark_due(pool, at=at)
        return [f"{pool.name}: {marked} reached the age"] if marked else []


def _defer(pool_id: int, at: dt.datetime) -> list[str]:
    period = db.session.scalar(
        select(Period).where(
            Period.pool_id == pool_id, Period.state.in_(LOCKED_STATES), Period.settle_day <= day_of(at)
        )
    )
    if period is None or not deferrals.to_defer(period):
        return []
    name, period_id = period.name, period.id
    with transaction():
        deferred = settling.defer_unanswered(db.session.get_one(Period, period_id), at=at)
    return [f"{name}: {deferred} deferred, the objections are unanswered"] if deferred else []


def _settle(pool_id: int, at: dt.datetime) -> list[str]:
    period = db.session.scalar(
        select(Period).where(Period.pool_id == pool_id, Period.state == "approved", Period.settle_day <= day_of(at))
    )
    if period is None or not visibility.is_seen(period):
        return []
    name, period_id = period.name, period.id
    try:
        with transaction():
            settling.settle(db.session.get_one(Period, period_id), by=None, at=at)
    except Unanswered as wait:
        _log.warning("%s waits: %s", name, wait)
        return []
    except MoneyDisagrees as found:
        _log.error("%s is not settled: %s", name, found)
        with transaction():
            check_runs.keep_refusal(found, at=at)
        return []
    except settling.PreviewVoid:
        with transaction():
            settling.void_approval(db.session.get_one(Period, period_id), at=at)
        return [f"{name}: approval void, a treasurer has to look again"]
    return [f"{name}: settled"]


def _let_payouts_go(at: dt.datetime) -> list[str]:
    """Payouts that were released and waited for money leave as soon as it is there."""
    done = []
    for custody in db.session.scalars(select(Plan.custody_account).distinct()).all():
        if payouts.somebody_waits(custody):
            with transaction():
                gone = payouts.release_waiting(custody, at=at)
            done += [f"{custody}: {gone} payouts left when their money had arrived"] if gone else []
    return done


def _remind(pool_id: int, at: dt.datetime) -> list[str]:
    told = reminders.remind(pool_id, at)
    return [f"{db.session.get_one(Pool, pool_id).name}: {told} reminded"] if told else []


_STEPS = (
    _end_and_enter, _plan, _close, _lock, counting.do, _age, _defer, _settle, _remind, _close, _end_and_enter, _close,
    figures.do,
)  # fmt: skip
"""A plan that closes is looked after before a lock, and again before and after memberships end. Figures come last."""


def advance(to: dt.datetime | None = None, *, days: int = 1) -> list[str]:
    """Move the demo's clock forward, living through every midnight on the way. RuntimeError in production."""
    from_now = _demo_now()
    target = to or from_now + dt.timedelta(days=days)
    done: list[str] = []
    day = day_of(from_now) + dt.timedelta(days=1)
    while midnight(day) <= target:
        set_clock(midnight(day))
        done += tick(midnight(day))
        day += dt.timedelta(days=1)
    set_clock(target)
    return done + tick(target)


def _demo_now() -> dt.datetime:
    instance = db.session.get(Instance, 1)
    if instance is None or instance.mode != "demo":
        raise RuntimeError("only the demonstration moves its clock")
    return clock.real_now() + dt.timedelta(seconds=instance.clock_offset_seconds)


def set_clock(moment: dt.datetime) -> None:
    """Let the demo's clock stand at a moment and go on from there."""
    with transaction():
        instance = db.session.get_one(Instance, 1)
        instance.clock_offset_seconds = round((moment - clock.real_now()).total_seconds())
