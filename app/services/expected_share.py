"""What the next settlement of a pool will charge: its day for certain, its share as far as anybody can say today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from app.db import db
from app.domain.calendar import period_after
from app.domain.money import ceil_div
from app.models import Period, Pool, Settlement
from app.services import pools, rulebook, settling
from app.services.days import day_of

LOOKED_BACK = 6
"""How many settlements an average is taken over."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The next charge of a pool.

    `basis` says how `share_fen` was found: `at_most`, from a locked period (a case taken out lowers it); `average`, of
    the last `settlements`; `unknown`, when nothing was settled yet and `share_fen` is None.
    """

    day: dt.date
    share_fen: int | None
    basis: Literal["at_most", "average", "unknown"]
    settlements: int
    period: Period | None
    """The locked period behind `at_most`."""


def next_share(pool: Pool, *, at: dt.datetime) -> Expected:
    """The next charge of those who share in a pool now."""
    locked = pools.open_lock(pool.id)
    if locked is not None:
        seen = settling.preview(locked, at=at)
        return Expected(seen.day, seen.quote.share_fen, "at_most", 0, locked)
    return _by_experience(pool, next_settle_day(pool, day_of(at)))


def share_after_lock(pool: Pool, *, at: dt.datetime) -> Expected:
    """The next charge of those who wait for the open lock to end: the one after it."""
    locked = pools.open_lock(pool.id)
    after = max(locked.publication_day, locked.settle_day) if locked is not None else day_of(at)
    return _by_experience(pool, next_settle_day(pool, after))


def _by_experience(pool: Pool, day: dt.date) -> Expected:
    shares = db.session.scalars(
        select(Settlement.share_fen)
        .where(Settlement.pool_id == pool.id)
        .order_by(Settlement.seq.desc())
        .limit(LOOKED_BACK)
    ).all()
    if not shares:
        return Expected(day, None, "unknown", 0, None)
    return Expected(day, ceil_div(sum(shares), len(shares)), "average", len(shares), None)


def next_settle_day(pool: Pool, after: dt.date) -> dt.date:
    """The settle day of the first period that is published after `after`, or should have been by now."""
    planned = db.session.scalar(
        select(Period.settle_day)
        .where(Period.pool_id == pool.id, Period.state.in_(("planned", "postponed")), Period.settle_day > after)
        .order_by(Period.publication_day)
        .limit(1)
    )
    if planned is not None:
        return planned
    terms = rulebook.rules_of(rulebook.version_on(pool.plan_id, after)).pool
    return period_after(terms.calendar, after).settle_day
