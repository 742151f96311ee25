"""Facts that have their number in the log: a row of open data rests on one, or it is not there yet."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from app.db import db
from app.models import Fact, LogEntry

OF_PERIODS: Final = ("members-locked", "settlement", "removal", "deferral", "postponed", "cancelled", "correction")
OF_CASES: Final = ("disclosure", "payout", "payout-returned", "story", "case-corrected")
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Stated:
    """One numbered fact."""

    number: int
    type: str
    about: str
    at: dt.datetime
    said: Mapping[str, Any]


def about_period(name: str) -> list[Stated]:
    """What is stated of a period as a whole, in the order of the log."""
    return _asked(Fact.type.in_(OF_PERIODS), Fact.about == name)


def about_cases(refs: Iterable[str], period: str) -> list[Stated]:
    """What is stated of cases: of this period, or of no period in particular."""
    wanted, found = sorted(refs), list[Stated]()
    for at in range(0, len(wanted), _AT_ONCE):
        found += _asked(Fact.type.in_(OF_CASES), Fact.about.in_(wanted[at : at + _AT_ONCE]))
    return sorted(
        (one for one in found if one.said.get("period", period) == period), key=lambda one: one.number
    )  # fmt: skip


def about_plan(slug: str, types: Sequence[str]) -> list[Stated]:
    """What is stated of a plan as a whole, in the order of the log."""
    return _asked(Fact.type.in_(types), Fact.about == slug)


def about(type_: str, abouts: Sequence[str]) -> dict[str, Stated]:
    """The newest fact of a type about each of these."""
    return {one.about: one for one in _asked(Fact.type == type_, Fact.about.in_(abouts))}


def instant(at: dt.datetime) -> str:
    """An instant in UTC, to the second, as it stands in a file."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _asked(*which: ColumnElement[bool]) -> list[Stated]:
    rows = db.session.execute(
        select(LogEntry.number, Fact.type, Fact.about, Fact.at, Fact.body)
        .join(Fact, Fact.id == LogEntry.fact_id)
        .where(*which)
        .order_by(LogEntry.number)
    )
    return [Stated(number, type_, about_, at, json.loads(body)) for number, type_, about_, at, body in rows]
