"""What periods that wait for their settlement would come to, many at once.

Four questions, whatever the data; five at New Year. The one place where inputs become a quote: what is approved and
settled (`settling.preview`) is asked here as well.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from app.db import db
from app.domain import ledger
from app.domain.calendar import planned_settle_day, settlements_left
from app.domain.closing import BINDING, settle_run_off
from app.domain.ledger import Account
from app.domain.period_states import LOCKED_STATES
from app.domain.shares import Case, Quote, room_fen, settle_period
from app.domain.terms import Calendar
from app.models import Award, Claim, Closing, Period, Settlement
from app.services import journal, rulebook
from app.services.days import day_of, midnight

_ASKED = (
    select(Award.period_id, Award.number, Award.amount_fen)
    .join(Claim, Award.claim_id == Claim.id)
    .where(Award.period_id.in_(bindparam("periods", expanding=True)), Claim.state == "published")
)
_INDEX_BEFORE = (
    select(Settlement.pool_id, func.max(Settlement.index_after_fen))
    .where(Settlement.pool_id.in_(bindparam("pools", expanding=True)), Settlement.at < bindparam("new_year"))
    .group_by(Settlement.pool_id)
)
_UNSETTLED = (
    select(
        Period.pool_id, Period.id, Period.year, Period.month, Period.number, Period.state, Period.publication_day,
        Period.settle_day, Closing.closing_day,
    )
    .outerjoin(Closing, (Closing.plan_id == Period.plan_id) & Closing.stage.in_(BINDING))
    .where(Period.pool_id.in_(bindparam("pools", expanding=True)), Period.settled_at.is_(None))
    .order_by(Period.publication_day)
)  # fmt: skip


class _Days(NamedTuple):
    """Where a period that is not settled stands in the calendar."""

    id: int
    year: int
    month: int
    number: int
    state: str
    publication_day: dt.date
    settle_day: dt.date
    closing_day: dt.date | None
    """Of the plan, once its closing is announced."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A settlement as it would be on its day: the quote with the inputs that lie outside it."""

    quote: Quote
    index_before_fen: int
    index_at_new_year_fen: int
    settlements_left: int
    day: dt.date

    @property
    def digest(self) -> str:
        """What an approval is bound to."""
        return self.quote.digest


def previews(periods: Sequence[Period], *, at: dt.datetime) -> dict[int, Preview]:
    """The preview of each locked period by its id; periods that are not locked are left out."""
    locked = [period for period in periods if period.pool_terms is not None and period.state in LOCKED_STATES]
    if not locked:
        return {}
    asked = _asked([period.id for period in locked])
    new_year = _indexes_at_new_year(locked, at)
    timetable = _timetable([period.pool_id for period in locked])
    held = journal.held([account for period in locked for account in _accounts(period)])
    found = {}
    for period in locked:
        day = max(period.settle_day, day_of(at))
        index = new_year.get((period.pool_id, day.year), 0)
        found[period.id] = _preview(period, day, index, asked[period.id], timetable[period.pool_id], held)
    return found


def _preview(  # noqa: PLR0913, PLR0917  one settlement has this many inputs
    period: Period,
    day: dt.date,
    at_new_year_fen: int,
    asked: list[Case],
    timetable: list[_Days],
    held: dict[Account, int],
) -> Preview:
    if period.pool_terms is None or period.members is None:
        raise LookupError(f"{period.name} is not locked")
    terms, pool = rulebook.pool_terms(period.pool_terms), period.pool
    unpaid, reserve = _accounts(period)
    if period.run_off:  # nobody is charged any more: what was left pays
        quote = settle_run_off(
            asked, terms=terms, surplus_fen=pool.surplus_fen, reserve_fen=held[reserve], unpaid_fen=held[unpaid],
            credits_fen=pool.credits_fen,
        )  # fmt: skip
        return Preview(quote, pool.index_fen, at_new_year_fen, 1, day)
    left = _settlements_left(period, terms.calendar, timetable, day)
    quote = settle_period(
        asked,
        members=period.members,
        terms=terms,
        surplus_in_fen=pool.surplus_fen,
        credits_fen=pool.credits_fen,
        room_fen=room_fen(terms, pool.index_fen, at_new_year_fen, left),
        unpaid_waiting_fen=held[unpaid],
        reserve_fen=held[reserve],
    )
    return Preview(quote, pool.index_fen, at_new_year_fen, left, day)


def _accounts(period: Period) -> tuple[Account, Account]:
    return ledger.unpaid_shares(period.pool.name), ledger.reserve(period.plan.slug)


def _asked(period_ids: list[int]) -> defaultdict[int, list[Case]]:
    found: defaultdict[int, list[Case]] = defaultdict(list)
    for period_id, number, amount_fen in db.session.execute(_ASKED, {"periods": period_ids}):
        found[period_id].append(Case(number, amount_fen))
    return found


def _indexes_at_new_year(periods: list[Period], at: dt.datetime) -> dict[tuple[int, int], int]:
    """Each pool's index at the new year of its settle day, by pool and year; the index never falls, so the highest."""
    pools = [period.pool_id for period in periods]
    found: dict[tuple[int, int], int] = {}
    for year in sorted({max(period.settle_day, day_of(at)).year for period in periods}):
        rows = db.session.execute(_INDEX_BEFORE, {"pools": pools, "new_year": midnight(dt.date(year, 1, 1))})
        found |= {(pool_id, year): int(index_fen) for pool_id, index_fen in rows}
    return found


def _timetable(pool_ids: list[int]) -> defaultdict[int, list[_Days]]:
    """The days of every period of these pools that is not settled, cancelled ones too, by the pool."""
    found: defaultdict[int, list[_Days]] = defaultdict(list)
    for row in db.session.execute(_UNSETTLED, {"pools": pool_ids}):
        found[row.pool_id].append(_Days(*row[1:]))
    return found


def _settlements_left(period: Period, calendar: Calendar, timetable: list[_Days], day: dt.date) -> int:
    """The settlement of `day` and those to come this year: cancelled ones do not count, postponed ones on their day.

    Of a plan that closes only those count that are still shared: what is left of the year's cap is for them.
    """
    gone, added, overdue = set(), set(), 0
    for other in timetable:
        if other.id == period.id:
            continue
        planned = planned_settle_day(calendar, other.year, other.month, other.number)
        if planned is not None and (other.state == "cancelled" or planned != other.settle_day):
            gone.add(planned)
        if other.state == "cancelled" or other.publication_day > (other.closing_day or dt.date.max):
            continue
        if other.settle_day > day:
            added.add(other.settle_day)
        elif other.publication_day > period.publication_day and other.settle_day.year == day.year:
            overdue += 1
    until = next((other.closing_day for other in timetable), None)
    return settlements_left(calendar, day, cancelled=gone, added=added, overdue=overdue, published_until=until)
