"""What all plans would mean for somebody born on a day, worked out from rules and past shares. Asks no database.

The caller brings the plans (`figures.plans_now`) and what was charged (`queries.charged`): four questions in all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from app.domain.calendar import completed_years
from app.domain.eligibility import JoiningDays, joining_days
from app.domain.outlook import Outlook, outlook
from app.domain.paths import benefits_at, days_of_life, path, plan_on, years_later
from app.domain.terms import Benefit, MemberTerms
from app.plans.queries import Charged, YearPaid, paid_in_a_year
from app.services.figures import PlanNow

SHOWN: Final = 24
AHEAD_YEARS: Final = 10
_MONTHS: Final = 12
When = Literal["now", "later", "over", "closing"]
"""May join now, from a day on, not any more, or nobody may because the plan is being closed."""


@dataclass(frozen=True, slots=True)
class Later:
    """Where a membership would be in ten years."""

    slug: str | None
    """The plan it would be in by then; None when it has ended."""
    from_day: dt.date
    """Since when in that plan; the day it ended."""
    benefits: tuple[Benefit, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What the yearly cap still leaves."""

    left_fen: int
    """In this calendar year, of what was settled so far."""
    a_year_fen: int


@dataclass(frozen=True, slots=True)
class ForPlan:
    """What one plan would mean."""

    now: PlanNow
    when: When
    days: JoiningDays
    """From which day to which the age allows joining."""
    needs: str | None
    """Slug of the plan one must be a member of first."""
    benefits: tuple[Benefit, ...]
    """What a case today would be asked to receive, if the age has amounts; () when joining is not possible today."""
    later: Later | None
    """None when nobody of this age can have joined by then."""
    past: Mapping[str, int]
    """What was charged in each of the last periods in which the age would have allowed being a member, by its name."""
    ahead: Outlook | None
    """None while less than a year is behind the plan, or joining is not possible today."""
    settled: int
    """How many settled periods the range could rest on."""
    year: YearPaid
    """What the last twelve months came to: it may lie outside the range."""
    room: Room | None
    """None for a plan without a yearly cap."""

    @property
    def paid_fen(self) -> int:
        """What all those periods come to."""
        return sum(self.past.values())


@dataclass(frozen=True, slots=True)
class ForMe:
    """What all plans together would mean for somebody."""

    age: int
    on: dt.date
    in_ten_years: dt.date
    plans: tuple[ForPlan, ...]
    periods: tuple[Charged, ...]
    """The last periods of the plans below, newest first, each month and number once."""

    @property
    def open_now(self) -> list[ForPlan]:
        """The plans whose age of joining is met today."""
        return [one for one in self.plans if one.when == "now"]

    @property
    def shared(self) -> list[ForPlan]:
        """The plans with at least one past period at a fitting age."""
        return [one for one in self.plans if one.past]


def for_me(
    birth_on: dt.date,
    plans: Sequence[PlanNow],
    charged: Mapping[int, Sequence[Charged]],
    *,
    closing: Collection[str] = (),
    on: dt.date,
) -> ForMe:
    """What each plan would mean for somebody born on a day who asks on the day `on`.

    `closing` are the slugs of plans that take nobody any more, neither who joins nor who would move there.
    """
    terms = {plan.plan.slug: plan.rules.member for plan in plans if plan.plan.slug not in closing}
    found = tuple(_for_plan(plan, birth_on, terms, charged.get(plan.plan.id, ()), on=on) for plan in plans)
    named = {name for one in found for name in one.past}
    periods = {
        (past.year, past.month, past.number): past
        for plan in plans
        for past in charged.get(plan.plan.id, ())
        if past.name in named
    }
    newest = tuple(periods[key] for key in sorted(periods, reverse=True))
    return ForMe(completed_years(birth_on, on), on, years_later(on, AHEAD_YEARS), found, newest)


def _for_plan(
    plan: PlanNow, birth_on: dt.date, terms: Mapping[str, MemberTerms], past: Sequence[Charged], *, on: dt.date
) -> ForPlan:
    member, pool = plan.rules.member, plan.rules.pool
    days, life = joining_days(birth_on, member), days_of_life(birth_on, member)
    when = _when(days, is_open=plan.plan.slug in terms, on=on)
    room = None
    if pool.cap_year_fen is not None:
        shared_fen = sum(one.share_fen for one in past if one.settled_on.year == on.year)
        room = Room(max(0, pool.cap_year_fen - shared_fen), pool.cap_year_fen)
    shares = [one.share_fen for one in past]
    ahead = outlook(shares, a_year=_MONTHS * len(pool.calendar.publish_days)) if when == "now" else None
    return ForPlan(
        now=plan,
        when=when,
        days=days,
        needs=member.prerequisite,
        benefits=benefits_at(birth_on, member, on) if when == "now" else (),
        later=_later(plan.plan.slug, birth_on, terms, days, on=on) if when != "closing" else None,
        past={
            one.name: one.share_fen for one in past[-SHOWN:] if life.from_day <= one.publication_day <= life.until_day
        },
        ahead=_within(ahead, room),
        settled=len(shares),
        year=paid_in_a_year(past, on=on),
        room=room,
    )


def _when(days: JoiningDays, *, is_open: bool, on: dt.date) -> When:
    if not is_open:
        return "closing"
    return "later" if on < days.from_day else "over" if on > days.until_day else "now"


def _later(
    slug: str, birth_on: dt.date, terms: Mapping[str, MemberTerms], days: JoiningDays, *, on: dt.date
) -> Later | None:
    """Joined today, or on the first day that is possible, and stayed."""
    then = years_later(on, AHEAD_YEARS)
    joined_on = max(on, days.from_day)
    if joined_on > min(days.until_day, then):
        return None
    stays = path(slug, birth_on, terms, joined_on=joined_on)
    stay = plan_on(stays, then)
    if stay is None:
        return Later(None, stays[-1].ends_on or then, ())
    return Later(stay.slug, stay.from_day, benefits_at(birth_on, terms[stay.slug], then))


def _within(ahead: Outlook | None, room: Room | None) -> Outlook | None:
    """No range reaches beyond what the caps of this year and the next allow together."""
    if ahead is None or room is None:
        return ahead
    most_fen = room.left_fen + room.a_year_fen
    return replace(
        ahead,
        low_fen=min(ahead.low_fen, most_fen),
        middle_fen=min(ahead.middle_fen, most_fen),
        high_fen=min(ahead.high_fen, most_fen),
    )
