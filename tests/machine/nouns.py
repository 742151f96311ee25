"""The nouns of the oracle: terms, members with every line of theirs, cases, and what a settlement printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
DAY = dt.timedelta(days=1)
LIVE = ("pending", "sharing")
GOES_BACK = ("left", "helped", "died", "closed")


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=ZONE)


def day_of(instant: dt.datetime) -> dt.date:
    return instant.astimezone(ZONE).date()


def days_from(day: dt.date | None) -> Iterator[dt.date]:
    """The days after a day, for a year."""
    assert day is not None
    for ahead in range(1, 366):
        yield day + ahead * DAY


@dataclass(frozen=True)
class Terms:
    """What a plan's rules say, in fen, basis points and days of the month."""

    fee_bp: int
    cap_case_fen: int | None
    cap_year_fen: int | None
    locks_on: tuple[int, ...]
    settles_on: tuple[int, ...]
    floor_fen: int = 1_00
    grace_days: int = 15


@dataclass(eq=False)
class Member:
    """One member: a balance, and every line that made it."""

    number: int
    state: str
    balance_fen: int = 0
    lines: list[tuple[dt.datetime, str, int]] = field(default_factory=list)
    ending: str | None = None
    ends_at: str | None = None
    """`lock` or `settlement`: the boundary it waits for."""
    died_on: dt.date | None = None
    reversed_on: dt.date | None = None
    goes_back: bool = False
    """Whether the balance of one who lapsed goes back without asking: a part of a credit came to it."""
    corrected: list[tuple[dt.datetime, int]] = field(default_factory=list)
    """What comes back by name of a share that was too much: when it was charged, and how much."""
    topups: list[tuple[int, int]] = field(default_factory=list)
    """The number and the fen of each payment that may still be taken back."""

    def move(self, at: dt.datetime, kind: str, fen: int) -> None:
        self.balance_fen += fen
        self.lines.append((at, kind, fen))

    def statement(self) -> list[tuple[dt.datetime, str, int, int]]:
        """Every line with the balance it came to; at one instant money comes before the share."""
        balance, lines = 0, []
        for at, kind, fen in sorted(self.lines, key=lambda line: (line[0], line[1] == "share")):
            balance += fen
            lines.append((at, kind, fen, balance))
        return lines

    def balance_at(self, instant: dt.datetime) -> int:
        return sum(fen for at, _kind, fen in self.lines if at <= instant)


@dataclass(eq=False)
class Case:
    """A claim that was approved."""

    claim: int
    member: Member
    asked_fen: int
    full: bool
    objected: bool = False
    unanswered: bool = False
    received_fen: int = 0
    set_off_fen: int = 0
    given: tuple[int, int] = (0, 0)
    """From the shares, from the reserve."""


@dataclass(frozen=True)
class Settled:
    """What one settlement printed."""

    members: int
    room_fen: int | None
    approved_fen: int
    shared_fen: int
    fee_fen: int
    unpaid_fen: int
    need_fen: int
    from_reserve_fen: int
    share_fen: int
    surplus_before_fen: int
    surplus_after_fen: int
