"""What is asked of all cases together: one page of them, how many there are, and all of them in pieces for a table.

A page goes on from a place in the order, never by counting rows away. What the public reads is decided as for every
other page (`disclosures.queries.public_cases`). Place and group are those that are shown on this day: what has expired
or was taken down is found by its plan, its month and its amount alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import lazyload

from app.db import Day, Key, db
from app.disclosures.queries import public_cases
from app.disclosures.records.queries import entry_of_case
from app.disclosures.searching.forms import Wanted
from app.domain.calendar import NotAPeriodName, PeriodName, parse_period_name
from app.models import Case, Payout, Period, Plan, PublicStory, SettlementAward
from app.services import public_reading
from app.services.public_reading import Reading

PAGE_ROWS: Final = 20
FEED_ROWS: Final = 50
PIECE_ROWS: Final = 1000
MOST_COUNTED: Final = 1000
"""Beyond so many a list says "more than": counting a million cases would take longer than reading a page of them."""
_LONGEST_PLACE: Final = 100
_MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Found:
    """One case of the list."""

    case: Case
    reading: Reading
    """What is shown of it."""
    plan: str
    """The slug of its plan."""
    period: str
    """The name of its period."""
    publication_day: dt.date
    state: str
    """`waiting`, `settled` or `paid`."""
    received_fen: int | None
    """What it receives; None while the period is not settled."""
    changed_at: dt.datetime
    """When something became of it last: published, settled, or paid."""

    entry: int | None
    """Which entry of the public log disclosed it; None until that is signed."""

    @property
    def month(self) -> PeriodName:
        """Year, month and number of its period."""
        return parse_period_name(self.period)

    @property
    def place(self) -> str:
        """Its place in the order, as an address says it."""
        return f"{self.period}.{self.case.number}"


@dataclass(frozen=True, slots=True)
class CasesFound:
    """One page of the list, newest period first, how many cases there are, and the place the next page comes after."""

    rows: list[Found]
    total: int
    """At most `MOST_COUNTED` + 1."""
    next_after: str | None

    @property
    def more_than(self) -> int | None:
        """Set when there are more than were counted."""
        return MOST_COUNTED if self.total > MOST_COUNTED else None


@dataclass(frozen=True, slots=True)
class Place:
    """After which case a page goes on: its period and its number there."""

    publication_day: dt.date
    period_id: int
    number: int


def place(after: str) -> Place | None:
    """The place an address names; None when there is none such."""
    name, _dot, number = after[:_LONGEST_PLACE].rpartition(".")
    if not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        return None
    try:
        parse_period_name(name)
    except NotAPeriodName:
        return None
    row = db.session.execute(select(Period.publication_day, Period.id).where(Period.name == name)).first()
    return Place(row[0], row[1], int(number)) if row else None


def cases(wanted: Wanted, *, after: Place | None, on: dt.date, limit: int = PAGE_ROWS) -> CasesFound:
    """One page of the cases that were asked for, as they are read on a day. Two questions, whatever there is."""
    conditions = list(_conditions(wanted, on=on))
    counted = public_cases(select(literal(1)).select_from(Case)).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    total = db.session.scalar(select(func.count()).select_from(counted)) or 0
    rows = _read(conditions, after, on=on, limit=limit + 1) if total else []
    return CasesFound(rows[:limit], total, rows[limit - 1].place if len(rows) > limit else None)


def all_cases(wanted: Wanted, *, on: dt.date) -> Iterator[list[Found]]:
    """Every case that was asked for, in pieces: a table of a million needs no more memory than one of a thousand."""
    conditions, after = list(_conditions(wanted, on=on)), None
    while rows := _read(conditions, after, on=on, limit=PIECE_ROWS):
        yield rows
        if len(rows) < PIECE_ROWS:
            return
        last = rows[-1]
        after = Place(last.publication_day, last.case.period_id, last.case.number)
        db.session.expunge_all()


def _read(conditions: list[ColumnElement[bool]], after: Place | None, *, on: dt.date, limit: int) -> list[Found]:
    plan = select(Plan.slug).where(Plan.id == Period.plan_id).scalar_subquery()  # joined, it would rule the order
    received = SettlementAward.shared_fen + SettlementAward.from_reserve_fen + SettlementAward.from_operator_fen
    asked = (
        public_cases(
            select(
                Case, PublicStory.audience, plan, Period.name, Period.publication_day, Period.locked_at,
                Period.settled_at, received, Payout.state, Payout.paid_at, entry_of_case(),
            )
        )
        .outerjoin(PublicStory, and_(PublicStory.case_id == Case.id, PublicStory.state == "published"))
        .where(*conditions)
        .options(lazyload(Case.award), lazyload(Case.period))
        .order_by(Period.publication_day.desc(), Period.id.desc(), Case.number)
        .limit(limit)
    )  # fmt: skip
    if after is not None:
        asked = asked.where(*_beyond(after))
    return [_found(row, on=on) for row in db.session.execute(asked)]


def _found(row: Any, *, on: dt.date) -> Found:
    case, audience, plan, period, publication_day, locked_at, settled_at, received_fen, payout, paid_at, entry = row
    is_paid = payout == "paid"
    return Found(
        case=case,
        reading=public_reading.listed(case, audience, on=on),
        plan=plan,
        period=period,
        publication_day=publication_day,
        state="waiting" if received_fen is None else "paid" if is_paid else "settled",
        received_fen=received_fen,
        changed_at=max(at for at in (locked_at, settled_at, paid_at if is_paid else None) if at is not None),
        entry=entry,
    )


def _beyond(after: Place) -> Iterable[ColumnElement[bool]]:
    """The rows after a place: an index finds the period, and of that one the later numbers are left."""
    at = tuple_(literal(after.publication_day, Day()), literal(after.period_id, Key()))
    yield tuple_(Period.publication_day, Period.id) <= at
    yield or_(Period.id != after.period_id, Case.number > after.number)


def _conditions(wanted: Wanted, *, on: dt.date) -> Iterable[ColumnElement[bool]]:
    if wanted.plan:
        yield Period.plan_id == select(Plan.id).where(Plan.slug == wanted.plan).scalar_subquery()
    # Without a month there is still a first day: a planner then walks the periods by day instead of sorting all cases.
    yield Period.publication_day >= (dt.date(*wanted.since, 1) if wanted.since else dt.date.min)
    if wanted.until:
        year, month = wanted.until
        yield Period.publication_day < dt.date(year + month // 12, month % 12 + 1, 1)
    if wanted.states:
        yield Period.state.in_(wanted.states)
    if wanted.group or wanted.place:
        yield Case.detail_ends_on > on
    if wanted.group:
        yield Case.disease_group == wanted.group
    if wanted.place:
        yield Case.place == wanted.place
    if wanted.least_fen is not None:
        yield Case.amount_fen >= wanted.least_fen
    if wanted.most_fen is not None:
        yield Case.amount_fen <= wanted.most_fen
