"""The head-count of a pool and the sum of its thresholds, and the lock that keeps both still.

Joins and ends hold their pool's lock in the shared form; a settlement and a lock hold it alone. On SQLite the
write lock of the transaction does all of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select, update

from app.db import db
from app.domain.period_states import LOCKED_STATES
from app.models import Period, Pool, PoolCounter
from app.services import holds, rulebook

MEMBERS = func.coalesce(func.sum(PoolCounter.members), 0)
THRESHOLDS_FEN = func.coalesce(func.sum(PoolCounter.thresholds_fen), 0)
_COUNTED = select(MEMBERS, THRESHOLDS_FEN).where(PoolCounter.pool_id == bindparam("pool_id"))
_PERIOD = select(Period).where(Period.id == bindparam("period_id")).execution_options(populate_existing=True)


@dataclass(frozen=True, slots=True)
class Count:
    """How many share in a pool, and the sum of their thresholds."""

    members: int
    thresholds_fen: int


def hold(pool: Pool, *, alone: bool) -> Pool:
    """Serialise against the pool's settlement, then read the pool as it is now."""
    holds.hold(holds.Kind.POOL, pool.id, shared=not alone)
    db.session.refresh(pool)
    return pool


def hold_of(period: Period) -> Pool:
    """Hold the pool of a period alone, then read the period with its pool as both are now."""
    holds.hold(holds.Kind.POOL, period.pool_id)
    return db.session.scalars(_PERIOD, {"period_id": period.id}).one().pool


def open_lock(pool_id: int) -> Period | None:
    """The period that is locked and not yet settled, if there is one."""
    return db.session.scalar(select(Period).where(Period.pool_id == pool_id, Period.state.in_(LOCKED_STATES)))


def counted(pool_id: int) -> Count:
    """What the counters say."""
    members, thresholds_fen = db.session.execute(_COUNTED, {"pool_id": pool_id}).one()
    return Count(int(members), int(thresholds_fen))


def move_counter(pool_id: int, slot_of: int, *, members: int = 0, thresholds_fen: int = 0) -> None:
    """Add to one slot of a pool's counter; which slot does not matter, only the sum does."""
    db.session.execute(
        update(PoolCounter)
        .where(PoolCounter.pool_id == pool_id, PoolCounter.slot == slot_of % rulebook.SLOTS)
        .values(members=PoolCounter.members + members, thresholds_fen=PoolCounter.thresholds_fen + thresholds_fen)
    )
