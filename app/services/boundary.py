"""Before and after each settlement: the questions about one pool that cost the same whatever its size.

They are asked inside the settlement's own transaction, while nobody else can move the pool. One that finds something
refuses the settlement; a settlement that leaves something behind is not kept.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, select

from app.db import db
from app.domain import ledger
from app.models import AccountBalance, Period, Pool, PoolCounter, Settlement
from app.services import check_runs, counters, journal, second_look
from app.services.check_runs import Asked, Asks, MoneyDisagrees


class HeadCountDiffers(Exception):
    """The pool's counters do not say the number that was locked. Nothing is settled until it is explained."""

    def __init__(self, locked: int, counted: int) -> None:
        super().__init__(f"{locked} locked, {counted} counted")
        self.locked, self.counted = locked, counted


class _Stand(NamedTuple):
    """What stands beside the row of a pool: its counters, its accounts, and its last settlement."""

    members: int
    thresholds_fen: int
    funds_fen: int
    surplus_fen: int
    reserve_fen: int
    last_seq: int
    last_index_fen: int


def before(period: Period, pool: Pool) -> Asked:
    """What the questions before a settlement found: nothing.

    Raises `HeadCountDiffers`, and `MoneyDisagrees` when the pool is not what its last settlement and the ledger say.
    """
    began, stand = time.monotonic_ns(), _stand(pool)
    if stand.members != period.members:
        raise HeadCountDiffers(period.members or 0, stand.members)
    return _ask("before-settlement", period, _of_pool(pool, stand), began)


def after(period: Period, pool: Pool, settlement: Settlement, found_before: Asked, *, at: dt.datetime) -> None:
    """Ask again, and write both runs down.

    Raises `MoneyDisagrees` when the settlement at hand did not do exactly what it says.
    """
    began, stand = time.monotonic_ns(), _stand(pool)
    questions = _of_pool(pool, stand) | {
        "settlements-recomputed": partial(second_look.computed_again, settlement),
        "settlements-are-booked": partial(second_look.booked_as_it_says, settlement, pool),
        "locked-is-charged": partial(_charged, period, settlement, stand),
    }
    found = _ask("after-settlement", period, questions, began)
    check_runs.keep("before-settlement", found_before, at=at, about=period.name)
    check_runs.keep("after-settlement", found, at=at, about=period.name)


def _ask(trigger: str, period: Period, questions: Asks, began: int) -> Asked:
    asked = check_runs.ask(questions, began=began)
    if asked.wrong:
        raise MoneyDisagrees(trigger, period.name, asked)
    return asked


def _net(account: str) -> ScalarSelect[Any]:
    net_fen = func.coalesce(func.sum(AccountBalance.net_fen), 0)
    return select(net_fen).where(AccountBalance.account == bindparam(account)).scalar_subquery()


def _last(column: Any) -> ColumnElement[Any]:
    newest = select(column).where(Settlement.pool_id == bindparam("pool")).order_by(Settlement.seq.desc()).limit(1)
    return func.coalesce(newest.scalar_subquery(), 0)


_STAND = select(
    counters.MEMBERS, counters.THRESHOLDS_FEN,
    _net("funds"), _net("surplus"), _net("reserve"),
    _last(Settlement.seq), _last(Settlement.index_after_fen),
).where(PoolCounter.pool_id == bindparam("pool"))  # fmt: skip


def _stand(pool: Pool) -> _Stand:
    """Everything that stands beside the row of a pool, in one question.

    A top-up holds no lock of the pool: between two questions it would be in one sum and not in the other.
    """
    named = {
        "funds": ledger.member_funds(pool.name),
        "surplus": ledger.rounding_carry(pool.name),
        "reserve": ledger.reserve(pool.plan.slug),
    }
    members, thresholds_fen, *nets, seq, index_fen = db.session.execute(_STAND, {"pool": pool.id, **named}).one()
    funds, surplus, reserve = map(journal.in_its_direction, named.values(), map(int, nets))
    return _Stand(int(members), int(thresholds_fen), funds, surplus, reserve, seq, index_fen)


def _of_pool(pool: Pool, stand: _Stand) -> Asks:
    return {
        "thresholds-minus-index-is-the-ledger": partial(_thresholds, pool, stand),
        "surplus-is-the-ledger": partial(_surplus, pool, stand),
        "settlements-have-no-gap": partial(_stands_at_the_last, pool, stand),
        "reserve-is-not-overdrawn": partial(_reserve, pool, stand),
    }


def _thresholds(pool: Pool, stand: _Stand) -> Iterable[str]:
    derived = stand.thresholds_fen - stand.members * pool.index_fen
    if derived != stand.funds_fen:
        yield f"{pool.name}: thresholds − members × index = {derived}, the ledger says {stand.funds_fen}"


def _surplus(pool: Pool, stand: _Stand) -> Iterable[str]:
    if pool.surplus_fen != stand.surplus_fen:
        yield f"{pool.name}: surplus {pool.surplus_fen}, the ledger says {stand.surplus_fen}"


def _stands_at_the_last(pool: Pool, stand: _Stand) -> Iterable[str]:
    ended = (stand.last_seq, stand.last_index_fen)
    if (pool.seq, pool.index_fen) != ended:
        yield f"{pool.name}: the pool stands at {pool.seq} with {pool.index_fen}, its last settlement at {ended}"


def _reserve(pool: Pool, stand: _Stand) -> Iterable[str]:
    if stand.reserve_fen < 0:
        yield f"{pool.plan.slug}: the reserve stands at {stand.reserve_fen}"


def _charged(period: Period, settlement: Settlement, stand: _Stand) -> Iterable[str]:
    if not period.members == settlement.members == stand.members:
        yield f"{period.name}: {period.members} locked, {settlement.members} charged, {stand.members} counted"
