"""The days of the house: a plan's periods, the local midnights they turn on, ages and waiting days.

A day is a calendar date in the operator's zone. An instant is an aware `datetime`; helpers return it in UTC.
"24:00 of a day" is the 00:00 of the next one: the first instant that no longer belongs to it. Calendars are those of
rule versions, found sound when they were read: days from 1 to 28, settle days after the objections and before the next
lock.
"""

from __future__ import annotations

import calendar as _months
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.terms import Calendar

_MONTHS = 12
_PERIOD_NAME = re.compile(
    r"(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)-(?P<year>[1-9][0-9]{3})-(?P<month>[0-9]{2})-(?P<number>[1-9][0-9]?)"
)


class NotAPeriodName(ValueError):
    """The text does not name a period the way `period_name` does; `text` is what was given."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not the name of a period: {text!r}")
        self.text = text


@dataclass(frozen=True, slots=True)
class PlannedPeriod:
    """One period as its calendar foresees it. The lock is at 00:00 of the publication day."""

    year: int
    month: int
    number: int
    """Counted from 1 within the month."""
    publication_day: date
    objections_last_day: date
    settle_day: date
    pay_by_day: date


LOCK_TOLERANCE = timedelta(minutes=10)
"""How long after 00:00 of the publication day a lock is still on time: the clock does its work once a minute."""


class DayDoesNotFit(ValueError):
    """A period cannot be moved to this day; `earliest` and `latest` (None: no limit) are the days that fit."""

    def __init__(self, earliest: date, latest: date | None) -> None:
        super().__init__(f"only from {earliest} to {latest}")
        self.earliest, self.latest = earliest, latest


@dataclass(frozen=True, slots=True)
class PeriodDays:
    """The four days of one period."""

    publication_day: date
    objections_last_day: date
    settle_day: date
    pay_by_day: date


@dataclass(frozen=True, slots=True)
class PeriodName:
    """The parts of a period's name, e.g. of "young-cancer-2026-10-1"."""

    slug: str
    year: int
    month: int
    number: int


def periods_of_month(calendar: Calendar, year: int, month: int) -> tuple[PlannedPeriod, ...]:
    """The periods whose publication day lies in this month, in order."""
    periods = []
    for number, (publish, settle) in enumerate(zip(calendar.publish_days, calendar.settle_days, strict=True), start=1):
        publication_day, settle_day = date(year, month, publish), date(year, month, settle)
        periods.append(
            PlannedPeriod(
                year=year,
                month=month,
                number=number,
                publication_day=publication_day,
                objections_last_day=publication_day + timedelta(days=calendar.objection_days - 1),
                settle_day=settle_day,
                pay_by_day=settle_day + timedelta(days=calendar.pay_within_days),
            )
        )
    return tuple(periods)


def period_after(calendar: Calendar, day: date) -> PlannedPeriod:
    """The first period that is published after `day`: the one a claim approved on that day can still enter."""
    year, month = day.year, day.month
    while True:
        for period in periods_of_month(calendar, year, month):
            if period.publication_day > day:
                return period
        year, month = (year, month + 1) if month < _MONTHS else (year + 1, 1)


def settle_days_left(
    calendar: Calendar,
    after: date,
    cancelled: Collection[date] = (),
    added: Collection[date] = (),
    *,
    published_until: date | None = None,
) -> tuple[date, ...]:
    """The planned settle days after `after`, until 31 December of its year.

    `cancelled` are settle days that will not take place; `added` are days to which a settlement has been postponed.
    Of a plan that closes, `published_until` is the closing day: what would be published after it never is.
    """
    planned = {
        period.settle_day
        for month in range(after.month, _MONTHS + 1)
        for period in periods_of_month(calendar, after.year, month)
        if published_until is None or period.publication_day <= published_until
    }
    moved = {day for day in added if day.year == after.year}
    return tuple(sorted(day for day in (planned - set(cancelled)) | moved if day > after))


def settlements_left(  # noqa: PLR0913 -- whatever differs from the calendar
    calendar: Calendar,
    on: date,
    cancelled: Collection[date] = (),
    added: Collection[date] = (),
    overdue: int = 0,
    *,
    published_until: date | None = None,
) -> int:
    """How many settlements share what is left of the year's cap: the one on this day and those still to come (k).

    `overdue` are other settlements whose day has passed and that have still to be made up for.
    """
    return 1 + overdue + len(settle_days_left(calendar, on, cancelled, added, published_until=published_until))


def planned_settle_day(calendar: Calendar, year: int, month: int, number: int) -> date | None:
    """The settle day a calendar foresees for the period of this name; None when it has no such period."""
    planned = periods_of_month(calendar, year, month)
    return planned[number - 1].settle_day if 1 <= number <= len(planned) else None


def days_after_lock(days: PeriodDays, calendar: Calendar, *, locked_on: date, on_time: bool) -> PeriodDays:
    """The days of a period that was locked on a day: whoever wants to object has all the days the rules give, whole.

    A lock on time counts its own day. One that came late, on its day or after it, does not: that day is no whole one,
    so the days begin with the next. Later days move as far as they must, never earlier.
    """
    day = timedelta(days=1)
    last = max(days.objections_last_day, locked_on + (calendar.objection_days - (1 if on_time else 0)) * day)
    settle = max(days.settle_day, last + day)
    pay_by = max(days.pay_by_day, settle + calendar.pay_within_days * day)
    return PeriodDays(days.publication_day, last, settle, pay_by)


def publication_moved(days: PeriodDays, to: date, *, today: date, next_lock: date | None) -> PeriodDays:
    """All four days moved so that the publication falls on `to`: later than before, and settled before the next lock.

    Raises `DayDoesNotFit`.
    """
    earliest = max(days.publication_day, today) + timedelta(days=1)
    length = days.settle_day - days.publication_day
    latest = None if next_lock is None else next_lock - length - timedelta(days=1)
    _check_fits(to, earliest, latest)
    by = to - days.publication_day
    return PeriodDays(to, days.objections_last_day + by, days.settle_day + by, days.pay_by_day + by)


def settlement_moved(days: PeriodDays, to: date, *, today: date, next_lock: date | None) -> PeriodDays:
    """Settle day and payments moved, of a period that is published already; settled before the next lock.

    Raises `DayDoesNotFit`.
    """
    earliest = max(days.settle_day, today) + timedelta(days=1)
    latest = None if next_lock is None else next_lock - timedelta(days=1)
    _check_fits(to, earliest, latest)
    return PeriodDays(days.publication_day, days.objections_last_day, to, days.pay_by_day + (to - days.settle_day))


def _check_fits(to: date, earliest: date, latest: date | None) -> None:
    if to < earliest or (latest is not None and to > latest):
        raise DayDoesNotFit(earliest, latest)


def period_name(slug: str, year: int, month: int, number: int) -> str:
    """The name of a period in addresses and bulletins, e.g. "young-cancer-2026-10-1". The month has two digits."""
    name = f"{slug}-{year:04}-{month:02}-{number}"
    if parse_period_name(name) != PeriodName(slug, year, month, number):
        raise NotAPeriodName(name)
    return name


def parse_period_name(text: str) -> PeriodName:
    """The parts of a period's name. Only the exact form of `period_name` is one; raises `NotAPeriodName`."""
    found = _PERIOD_NAME.fullmatch(text)
    if found is None or not 1 <= int(found["month"]) <= _MONTHS:
        raise NotAPeriodName(text)
    return PeriodName(found["slug"], int(found["year"]), int(found["month"]), int(found["number"]))


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC. Where the clocks skip midnight it is the instant of the skip."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """24:00 of a local day, in UTC: the first instant of the next day."""
    return start_of_day(day + timedelta(days=1), zone)


def last_instant_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last instant that still belongs to a local day, one microsecond before its 24:00."""
    return end_of_day(day, zone) - timedelta(microseconds=1)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The local day an instant belongs to. Raises `ValueError` for a `datetime` without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return instant.astimezone(zone).date()


def birthday(birth: date, years: int) -> date:
    """The day on which somebody completes this many years; 29 February completes on 1 March in common years."""
    year = birth.year + years
    if (birth.month, birth.day) == (2, 29) and not _months.isleap(year):
        return date(year, 3, 1)
    return birth.replace(year=year)


def latest_birth(on: date, years: int) -> date:
    """The latest birth date with which somebody has completed this many years on a day."""
    year = on.year - years
    if (on.month, on.day) == (2, 29) and not _months.isleap(year):
        return date(year, 2, 28)
    return on.replace(year=year)


def completed_years(birth: date, on: date) -> int:
    """Age in completed years on a day. Raises `ValueError` before the birth."""
    if on < birth:
        raise ValueError(f"not yet born on {on}")
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def first_eligible_day(joined_on: date, waiting_days: int) -> date:
    """The first day on which an event counts: the joining day plus the waiting days."""
    return joined_on + timedelta(days=waiting_days)
