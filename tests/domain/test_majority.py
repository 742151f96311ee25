"""Coming of age: on the 18th birthday, told a month before, on 29 February too."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.majority import NOTICE, births_told, is_of_age, is_told, of_age_on

WEEK = timedelta(days=7)
DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2040, 12, 31))


def test_eighteen_years_are_completed_on_the_birthday_and_on_the_first_of_march():
    assert of_age_on(date(2008, 11, 23)) == date(2026, 11, 23)
    assert of_age_on(date(2008, 2, 29)) == date(2026, 3, 1)
    assert not is_of_age(date(2008, 2, 29), date(2026, 2, 28))
    assert is_of_age(date(2008, 2, 29), date(2026, 3, 1))


@given(on=DAYS, back=st.integers(min_value=-400, max_value=400))
def test_everybody_who_is_told_lies_between_the_two_births(on: date, back: int):
    first, last = births_told(on, WEEK)
    birth_on = first + timedelta(days=back)
    if is_told(birth_on, on, WEEK):
        assert first <= birth_on <= last
        assert on + NOTICE - WEEK < of_age_on(birth_on) <= on + NOTICE


def test_a_leap_day_is_told_a_month_before_the_first_of_march():
    first, last = births_told(date(2026, 1, 30), timedelta(days=1))
    assert first <= date(2008, 2, 29) <= last
    assert is_told(date(2008, 2, 29), date(2026, 1, 30), timedelta(days=1))
