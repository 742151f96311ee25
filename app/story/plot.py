"""When the story happens and how large it is.

Days are counted from the publication days of its periods, so that the same story can be told at any date. Period 0 is
the first with cases; the periods before it pass while everybody still waits; the last one is open when the story ends.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.domain.calendar import PlannedPeriod, periods_of_month
from app.domain.terms import Calendar

SHARED_PERIODS = 26
"""Periods after the first waiting, each settled before the one that is open when the story ends."""
OPEN = SHARED_PERIODS
"""The number of the open period in the tables of the plot."""
WAITING_DAYS = 190
"""The plans open this long before period 0, so that the waiting period is over when the first claim comes."""
ANNOUNCED = 12
"""Version 2 of all rules is published a day after this period is published, while it is locked, …"""
NOTICE_DAYS = 40
"""… and holds from so many days later."""

LISTS = (
    # plan, people, youngest, oldest on the opening day; nobody of them reaches the age of leaving within the story
    ("child-health", 60_000, 0, 15),
    ("young-cancer", 90_000, 18, 47),
    ("senior-cancer", 30_000, 51, 64),
    ("accident", 24_000, 1, 62),
)
ALSO_LIFELONG = 3_000
"""So many of the young-cancer list are in lifelong-million as well."""
LATE_LISTS = {"lifelong-million": 11}
"""Lists handed in so many days after the opening: the first lock of that plan finds nobody, and comes late."""
NOT_RELEASED = ("senior-cancer", "accident")
"""Plans whose last settled period is left to whoever plays a treasurer."""
LEAST = 40
"""People on a list, however small the story is told."""

LOW_FEN, TOP_UP_FEN = 12_00, 30_00
"""Once a month a list's organiser pays so much for everybody whose balance is below, …"""
FORGOTTEN_OF = 30
"""… except for one in so many, who is forgotten every time."""


@dataclass(frozen=True, slots=True)
class Times:
    """The days of the story: its opening, its periods from number 0 (the last one open), and where its clock stands."""

    calendar: Calendar
    opening: dt.date
    periods: tuple[PlannedPeriod, ...]

    @property
    def end(self) -> dt.date:
        """The second objection day of the newest period."""
        return self.periods[-1].publication_day + dt.timedelta(days=1)

    @property
    def announced(self) -> dt.date:
        """The day on which version 2 of the rules is published: the period of that day is locked."""
        return self.periods[ANNOUNCED].publication_day + dt.timedelta(days=1)

    @property
    def in_force(self) -> dt.date:
        """The first day on which version 2 holds."""
        return self.announced + dt.timedelta(days=NOTICE_DAYS)


def times(calendar: Calendar, until: dt.date) -> Times:
    """The days of a story whose newest period has begun, with its second objection day, by `until`."""
    newest: list[PlannedPeriod] = []
    year, month = until.year, until.month
    while len(newest) <= SHARED_PERIODS:
        begun = [period for period in periods_of_month(calendar, year, month) if period.publication_day <= until]
        newest = begun + newest
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    chosen = tuple(newest[-(SHARED_PERIODS + 1) :])
    return Times(calendar, chosen[0].publication_day - dt.timedelta(days=WAITING_DAYS), chosen)
