"""Who ran out: one number per pool tells, because standing is a function of index and time (app/domain/standing.py)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, select

from app.db import db
from app.domain.standing import LimitChange
from app.models import Deposit, Membership, Period, Pool, RuleVersion, Settlement
from app.services import rulebook
from app.services.days import day_of, midnight


def limit_history(pool: Pool, *, until: dt.datetime) -> list[LimitChange]:
    """Every change of index + floor of a pool up to an instant, oldest first, beginning with its opening."""
    versions = db.session.scalars(
        select(RuleVersion).where(RuleVersion.plan_id == pool.plan_id).order_by(RuleVersion.number)
    ).all()
    settled = db.session.execute(
        select(Settlement.at, Settlement.index_after_fen)
        .where(Settlement.pool_id == pool.id, Settlement.at <= until, Settlement.share_fen > 0)
        .order_by(Settlement.seq)
    ).all()
    floors = [(midnight(version.valid_from), rulebook.rules_of(version).pool.floor_fen) for version in versions]
    opening = min(midnight(pool.plan.opened_on), floors[0][0])
    moments = sorted({opening, *(at for at, _ in floors[1:] if at <= until), *(row.at for row in settled)})
    history = []
    for moment in moments:
        floor_fen = [floor for begins, floor in floors if begins <= moment or begins == floors[0][0]][-1]
        index_fen = next((row.index_after_fen for row in reversed(settled) if row.at <= moment), 0)
        history.append(LimitChange(moment, index_fen + floor_fen))
    return history


def least_limit_fen(pool: Pool, *, at: dt.datetime) -> int:
    """The least limit of the whole grace window that ends now: below it, a membership has ended."""
    terms = rulebook.rules_of(rulebook.version_on(pool.plan_id, day_of(at))).pool
    window = midnight(day_of(at) - dt.timedelta(days=terms.grace_days))
    history = limit_history(pool, until=at)
    in_force = [change for change in history if change.at <= window][-1:]
    inside = [change for change in history if change.at > window]
    return min((change.limit_fen for change in (*in_force, *inside)), default=0)


def may_lapse_today(pool: Pool, *, at: dt.datetime) -> bool:
    """Nobody ends between a lock and 24:00 of the day it is over: who is charged is still a member."""
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
    """Whose grace is over: below the least limit of the window, and no top-up of theirs reversed within it."""
    terms = rulebook.rules_of(rulebook.version_on(pool.plan_id, day_of(at))).pool
    window = midnight(day_of(at) - dt.timedelta(days=terms.grace_days))
    protected = select(Deposit.id).where(
        Deposit.membership_id == Membership.id, Deposit.kind == "reversal", Deposit.at >= window
    )
    return (Membership.threshold_fen < least_limit_fen, ~protected.exists())
