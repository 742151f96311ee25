"""What a statement is asked: a day, a year, the whole. Everything is derived from deposits and settlements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.domain.terms import Rules
from app.models import Membership
from app.services import pins, rulebook, statement, vault
from app.services.days import day_of, midnight
from app.services.statement import Line

A_PIECE = 500
"""So many lines are read at once when a whole statement is written into a file."""
_BLINK = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Whose:
    """The membership a statement is about, with the words that name it."""

    membership: Membership
    today: dt.date

    @cached_property
    def name(self) -> str:
        """The person's name."""
        return vault.unseal(self.membership.person.name_sealed, purpose="person.name")

    @cached_property
    def rules(self) -> Rules:
        """The rules the membership is judged by today."""
        version = pins.versions_on([self.membership], self.today)[self.membership.id]
        return rulebook.rules_of(version)

    @property
    def first_day(self) -> dt.date:
        """The day it was joined."""
        return day_of(self.membership.joined_at)

    @property
    def years(self) -> Sequence[int]:
        """Every year with something to tell, the latest first."""
        return range(self.today.year, self.first_day.year - 1, -1)


@dataclass(frozen=True, slots=True)
class Year:
    """One calendar year of a membership: opening + every sum = closing."""

    year: int
    until: dt.date
    """The last day it tells of: 31 December, or today."""
    opening_fen: int
    sums: tuple[tuple[str, int], ...]
    """What each kind of line came to, money paid in first and shares last."""
    closing_fen: int
    lines: Sequence[Line]
    """Newest first."""


_ORDER = ("topup", "moved_in", "credit", "reversal", "refund", "moved_out", statement.SHARE)


def end_of(day: dt.date) -> dt.datetime:
    """24:00 of a local day: 00:00 of the next."""
    return midnight(day + dt.timedelta(days=1))


def balance_on(membership: Membership, day: dt.date) -> int:
    """What the membership held at the end of a day."""
    return statement.balance_at(membership, end_of(day) - _BLINK)


def year_of(membership: Membership, year: int, *, today: dt.date) -> Year:
    """The statement of a calendar year."""
    since, until = midnight(dt.date(year, 1, 1)), min(dt.date(year, 12, 31), today)
    before = end_of(until)
    sums = statement.sums(membership, since=since, before=before)
    return Year(
        year=year,
        until=until,
        opening_fen=statement.balance_at(membership, since - _BLINK),
        sums=tuple((kind, sums[kind]) for kind in _ORDER if kind in sums),
        closing_fen=balance_on(membership, until),
        lines=statement.lines(membership, since=since, before=before),
    )


def every_line(membership: Membership) -> Iterator[Line]:
    """The whole statement, oldest first, read piece by piece."""
    count = statement.count_lines(membership)
    for end in range(count, 0, -A_PIECE):
        skip = max(0, end - A_PIECE)
        yield from reversed(statement.lines(membership, skip=skip, most=end - skip))
