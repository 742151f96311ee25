"""Through which plans a membership leads, and what a case receives on the way."""

from __future__ import annotations

import dataclasses
import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.eligibility import joining_days
from app.domain.paths import benefits_at, days_of_life, path, plan_on, years_later
from tests.domain.plan_files import SLUGS, plan

TERMS = {slug: plan(slug).member for slug in SLUGS}
TODAY = dt.date(2026, 10, 8)


def stays(slug: str, born: dt.date, joined_on: dt.date = TODAY) -> list[tuple[str, dt.date, dt.date | None]]:
    return [(one.slug, one.from_day, one.ends_on) for one in path(slug, born, TERMS, joined_on=joined_on)]


def test_a_child_passes_through_three_plans_and_stays_in_the_last():
    born = dt.date(2016, 5, 2)
    assert stays("child-health", born) == [
        ("child-health", TODAY, dt.date(2034, 5, 2)),
        ("young-cancer", dt.date(2034, 5, 2), dt.date(2067, 5, 2)),
        ("senior-cancer", dt.date(2067, 5, 2), None),
    ]


def test_where_no_plan_follows_the_membership_ends():
    found = path("accident", dt.date(1962, 1, 1), TERMS, joined_on=TODAY)
    assert [one.slug for one in found] == ["accident"]
    assert plan_on(found, dt.date(2027, 12, 31)) == found[0]
    assert plan_on(found, dt.date(2028, 1, 1)) is None


def test_a_leap_day_child_moves_on_the_first_of_march_and_on_the_leap_day_in_leap_years():
    born = dt.date(2012, 2, 29)
    moves = [ends_on for _slug, _from_day, ends_on in stays("child-health", born)]
    assert moves == [dt.date(2030, 3, 1), dt.date(2063, 3, 1), None]
    assert years_later(dt.date(2028, 2, 29), 10) == dt.date(2038, 3, 1)


def test_the_birthday_belongs_to_the_next_plan_and_its_eve_to_the_last():
    born = dt.date(2008, 10, 9)
    found = path("child-health", born, TERMS, joined_on=TODAY)
    eve, day = plan_on(found, TODAY), plan_on(found, dt.date(2026, 10, 9))
    assert eve is not None
    assert day is not None
    assert (eve.slug, day.slug) == ("child-health", "young-cancer")


def test_a_newborn_joins_on_the_thirtieth_day_and_not_before():
    born = dt.date(2026, 9, 8)
    assert stays("child-health", born, joined_on=dt.date(2026, 10, 8))[0][1] == dt.date(2026, 10, 8)
    with pytest.raises(ValueError, match="may join"):
        path("child-health", born, TERMS, joined_on=dt.date(2026, 10, 7))


def test_a_plan_that_is_not_there_and_a_circle_end_the_path():
    young = TERMS["young-cancer"]
    born = dt.date(1990, 1, 1)
    alone = path("young-cancer", born, {"young-cancer": young}, joined_on=TODAY)
    assert [one.slug for one in alone] == ["young-cancer"]
    circle = {"young-cancer": dataclasses.replace(young, moves_to="young-cancer")}
    assert len(path("young-cancer", born, circle, joined_on=TODAY)) == 1


def test_what_a_case_receives_follows_the_age_on_its_day():
    born = dt.date(1986, 10, 9)
    assert [one.amount_fen for one in benefits_at(born, TERMS["young-cancer"], TODAY)] == [20_000_000, 5_000_000]
    after = benefits_at(born, TERMS["young-cancer"], dt.date(2027, 10, 9))
    assert [one.amount_fen for one in after] == [10_000_000, 5_000_000]


@given(st.dates(dt.date(1907, 1, 1), TODAY), st.sampled_from(SLUGS), st.integers(0, 40_000))
def test_on_every_day_of_a_path_the_plan_has_amounts_for_the_age(born: dt.date, slug: str, later: int):
    days = joining_days(born, TERMS[slug])
    joined_on = min(max(days.from_day, TODAY), days.until_day)
    found = path(slug, born, TERMS, joined_on=joined_on)
    day = joined_on + dt.timedelta(days=later)
    stay = plan_on(found, day)
    if stay is not None and day < dt.date(born.year + 119, 1, 1):
        assert benefits_at(born, TERMS[stay.slug], day)
    for before, after in pairwise(found):
        assert before.ends_on == after.from_day
    assert days_of_life(born, TERMS[slug]).from_day == days.from_day
    assert days_of_life(born, TERMS[slug]).until_day >= days.until_day
