"""Through which plans a membership leads as its member grows older, by the terms of the day on which it is asked.

At the upper age of a plan the membership moves, at the next lock after the birthday, to the plan the rules name; the
days here are the birthdays. Where no plan is named, or there is none of that name, it ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.calendar import birthday, completed_years
from app.domain.eligibility import JoiningDays, joining_days
from app.domain.terms import Benefit, MemberTerms


@dataclass(frozen=True, slots=True)
class Stay:
    """The time of a membership in one plan."""

    slug: str
    from_day: date
    ends_on: date | None
    """The birthday on which it moves on or ends; None: never."""


def path(slug: str, birth_on: date, terms: Mapping[str, MemberTerms], *, joined_on: date) -> tuple[Stay, ...]:
    """The plans somebody passes through who joins a plan on a day, in order. `KeyError` for an unknown first plan.

    Raises `ValueError` when the age does not allow joining on that day.
    """
    days = joining_days(birth_on, terms[slug])
    if not days.from_day <= joined_on <= days.until_day:
        raise ValueError(f"nobody born on {birth_on} may join {slug} on {joined_on}")
    stays: list[Stay] = []
    there: str | None = slug
    begins = joined_on
    while there is not None and there in terms and there not in {stay.slug for stay in stays}:
        leaves_at = terms[there].leaves_at_age
        ends_on = None if leaves_at is None else max(begins, birthday(birth_on, leaves_at))
        stays.append(Stay(there, begins, ends_on))
        if ends_on is None:
            break
        there, begins = terms[there].moves_to, ends_on
    return tuple(stays)


def plan_on(stays: tuple[Stay, ...], day: date) -> Stay | None:
    """Where the membership is on a day; None before it begins and after it has ended."""
    for stay in reversed(stays):
        if stay.from_day <= day and (stay.ends_on is None or day < stay.ends_on):
            return stay
    return None


def days_of_life(birth_on: date, terms: MemberTerms) -> JoiningDays:
    """From which day to which day somebody can be a member of a plan at all, both included.

    Joined as early as the age allows, and stayed as long as it does; without an upper age, to the last day there is.
    """
    first = joining_days(birth_on, terms).from_day
    if terms.leaves_at_age is None:
        return JoiningDays(first, date.max)
    return JoiningDays(first, birthday(birth_on, terms.leaves_at_age) - timedelta(days=1))


def benefits_at(birth_on: date, terms: MemberTerms, day: date) -> tuple[Benefit, ...]:
    """What a case with its event on a day is asked to receive, each benefit that has an amount at that age."""
    age = completed_years(birth_on, day)
    return tuple(one for one in terms.benefits if one.age_from <= age <= one.age_to)


def years_later(day: date, years: int) -> date:
    """The same day so many years later; from 29 February, 1 March where there is none."""
    return birthday(day, years)
