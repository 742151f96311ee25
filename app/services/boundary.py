"""Before and after each settlement: the questions about one pool that cost the same whatever its size.

They are asked inside the settlement's own transaction, while nobody else can move the pool. One that finds something
refuses the settlement; a settlement that leaves something behind is not kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial

from sqlalchemy import select

from app.db import db
from app.domain import ledger
from app.models import Period, Pool, Settlement
from app.services import check_runs, counters, journal, second_look
from app.services.check_runs import MoneyDisagrees

Asks = dict[str, Callable[[], Iterable[str]]]


def before(period: Period, pool: Pool, *, at: dt.datetime) -> None:
    """Raises `MoneyDisagrees` when the pool is not what its last settlement and the ledger say."""
    _ask("before-settlement", period, _of_pool(pool), at=at)


def after(period: Period, pool: Pool, settlement: Settlement, *, at: dt.datetime) -> None:
    """Raises `MoneyDisagrees` when the settlement at hand did not do exactly what it says."""
    questions = _of_pool(pool) | {
        "settlements-recomputed": partial(second_look.computed_again, settlement),
        "settlements-are-booked": partial(second_look.booked_as_it_says, settlement, pool),
        "locked-is-charged": partial(_charged, period, settlement),
    }
    _ask("after-settlement", period, questions, at=at)


def _ask(trigger: str, period: Period, questions: Asks, *, at: dt.datetime) -> None:
    asked = check_runs.ask(questions)
    if asked.wrong:
        raise MoneyDisagrees(trigger, period.name, asked)
    check_runs.keep(trigger, asked, at=at, about=period.name)


def _of_pool(pool: Pool) -> Asks:
    return {
        "thresholds-minus-index-is-the-ledger": partial(_thresholds, pool),
        "surplus-is-the-ledger": partial(_surplus, pool),
        "settlements-have-no-gap": partial(_stands_at_the_last, pool),
        "reserve-is-not-overdrawn": partial(_reserve, pool),
    }


def _thresholds(pool: Pool) -> Iterable[str]:
    counted, booked = counters.counted_and_booked(pool)
    derived = counted.thresholds_fen - counted.members * pool.index_fen
    if derived != booked:
        yield f"{pool.name}: thresholds − members × index = {derived}, the ledger says {booked}"


def _surplus(pool: Pool) -> Iterable[str]:
    booked = journal.held_fen(ledger.rounding_carry(pool.name))
    if pool.surplus_fen != booked:
        yield f"{pool.name}: surplus {pool.surplus_fen}, the ledger says {booked}"


def _stands_at_the_last(pool: Pool) -> Iterable[str]:
    last = db.session.execute(
        select(Settlement.seq, Settlement.index_after_fen, Settlement.surplus_after_fen)
        .where(Settlement.pool_id == pool.id)
        .order_by(Settlement.seq.desc())
        .limit(1)
    ).first()
    ended = (last.seq, last.index_after_fen) if last else (0, 0)
    if (pool.seq, pool.index_fen) != ended:
        yield f"{pool.name}: the pool stands at {pool.seq} with {pool.index_fen}, its last settlement at {ended}"


def _reserve(pool: Pool) -> Iterable[str]:
    held = journal.held_fen(ledger.reserve(pool.plan.slug))
    if held < 0:
        yield f"{pool.plan.slug}: the reserve stands at {held}"


def _charged(period: Period, settlement: Settlement) -> Iterable[str]:
    counted = counters.counted(settlement.pool_id).members
    if not period.members == settlement.members == counted:
        yield f"{period.name}: {period.members} locked, {settlement.members} charged, {counted} counted"
