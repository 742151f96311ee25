"""Who ran out: one number per pool tells, because standing is a function of index and time (app/domain/standing.py)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, false, select

from app.db import db
from app.domain.standing import LimitChange
from app.models import Deposit, Membership, Period, Pool, RuleVersion, Settlement
from app.services import closings, rulebook
from app.services.days import day_of, midnight


def limit_history(pool: Pool, *, since: dt.datetime, until: dt.datetime) -> list[LimitChange]:
    """The limit (index + floor) of a pool that was in force at `since`, and every change of it up to `until`.

    A pool that opened later begins with its opening. It costs what lies between the two, however old the pool is.
    """
    floors = _floors(pool)
    settled = _settled(pool, since=since, until=until)
    opening = min(midnight(pool.plan.opened_on), floors[0][0])
    moments = sorted({opening, *(at for at, _ in floors[1:] if at <= until), *(at for at, _ in settled)})
    in_force = [moment for moment in moments if moment <= since][-1:]
    history, index_fen, coming = [], 0, iter([*settled, None])
    following = next(coming)
    for moment in (*in_force, *(moment for moment in moments if moment > since)):
        while following is not None and following[0] <= moment:
            index_fen, following = following[1], next(coming)
        floor_fen = [floor for begins, floor in floors if begins <= moment or begins == floors[0][0]][-1]
        history.append(LimitChange(moment, index_fen + floor_fen))
    return history


def _floors(pool: Pool) -> list[tuple[dt.datetime, int]]:
    """The floor of each rule version of the plan, with the instant from which it holds."""
    versions = db.session.scalars(
        select(RuleVersion).where(RuleVersion.plan_id == pool.plan_id).order_by(RuleVersion.number)
    ).all()
    return [(midnight(version.valid_from), rulebook.rules_of(version).pool.floor_fen) for version in versions]


def _settled(pool: Pool, *, since: dt.datetime, until: dt.datetime) -> list[tuple[dt.datetime, int]]:
    """The last settlement that charged something up to `since`, and those after it: when, and the index after it."""
    charged = (
        select(Settlement.at, Settlement.index_after_fen)
        .where(Settlement.pool_id == pool.id, Settlement.share_fen > 0)
        .order_by(Settlement.seq.desc())
    )
    before = db.session.execute(charged.where(Settlement.at <= min(since, until)).limit(1)).all()
    after = db.session.execute(charged.where(Settlement.at > since, Settlement.at <= until)).all()
    return [(row.at, row.index_after_fen) for row in (*before, *reversed(after))]


def grace_window(today: dt.date, grace_days: int) -> dt.datetime:
    """00:00 of the first day whose limits decide whether somebody has ended by today."""
    return midnight(today - dt.timedelta(days=grace_days))


def least_limit_fen(pool: Pool, *, at: dt.datetime) -> int:
    """The least limit of the whole grace window that ends now: below it, a membership has ended."""
    terms = rulebook.rules_of(rulebook.version_on(pool.plan_id, day_of(at))).pool
    history = limit_history(pool, since=grace_window(day_of(at), terms.grace_days), until=at)
    return min((change.limit_fen for change in history), default=0)


def may_lapse_today(pool: Pool, *, at: dt.datetime) -> bool:
    """Nobody ends between a lock and 24:00 of the day it is over: who is charged is still a member.

    And nobody of a plan that is closing, where nothing can be paid in any more.
    """
    if closings.holds_everybody(pool):
        return False
    last = db.session.scalar(
        select(Period)
        .where(Period.pool_id == pool.id, Period.locked_at.is_not(None))
        .order_by(Period.locked_at.desc())
        .limit(1)
    )
    if last is None:
        return True
    return last.lock_over_at is not None and day_of(last.lock_over_at) < day_of(at)


def run_out(pool: Pool, least_limit_fen: int, *, at: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    """Whose grace is over: below the least limit of the window, and no top-up of theirs reversed within it.

    Nobody's in a plan that is closing.
    """
    if closings.holds_everybody(pool):
        return (false(),)
    terms = rulebook.rules_of(rulebook.version_on(pool.plan_id, day_of(at))).pool
    window = midnight(day_of(at) - dt.timedelta(days=terms.grace_days))
    protected = select(Deposit.id).where(
        Deposit.membership_id == Membership.id, Deposit.kind == "reversal", Deposit.at >= window
    )
    return (Membership.threshold_fen < least_limit_fen, ~protected.exists())
