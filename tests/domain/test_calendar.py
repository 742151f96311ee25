"""Periods, midnights, ages and waiting days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import calendar as days
from tests.domain.builders import TWICE_A_MONTH

SHANGHAI = ZoneInfo("Asia/Shanghai")
any_day = st.dates(date(1995, 1, 1), date(2090, 12, 31))


def test_october_has_two_periods_with_all_their_days() -> None:
    first, second = days.periods_of_month(TWICE_A_MONTH, 2026, 10)
    assert first == days.PlannedPeriod(
        year=2026,
        month=10,
        number=1,
        publication_day=date(2026, 10, 7),
        objections_last_day=date(2026, 10, 9),
        settle_day=date(2026, 10, 14),
        pay_by_day=date(2026, 10, 21),
    )
    assert (second.number, second.publication_day, second.objections_last_day) == (
        2,
        date(2026, 10, 21),
        date(2026, 10, 23),
    )
    assert (second.settle_day, second.pay_by_day) == (date(2026, 10, 28), date(2026, 11, 4))


@given(any_day)
def test_objections_are_over_before_the_settle_day_and_it_before_the_next_lock(day: date) -> None:
    period = days.period_after(TWICE_A_MONTH, day)
    following = days.period_after(TWICE_A_MONTH, period.publication_day)
    assert day < period.publication_day <= period.objections_last_day < period.settle_day < following.publication_day
    assert period.publication_day - day <= timedelta(days=17)


def test_a_claim_approved_on_the_publication_day_waits_for_the_next_period() -> None:
    assert days.period_after(TWICE_A_MONTH, date(2026, 10, 6)).number == 1
    assert days.period_after(TWICE_A_MONTH, date(2026, 10, 7)).number == 2
    assert days.period_after(TWICE_A_MONTH, date(2026, 12, 21)).publication_day == date(2027, 1, 7)


def test_of_a_plan_that_closes_only_settlements_published_up_to_the_closing_day_are_left() -> None:
    on = date(2026, 9, 14)
    assert days.settlements_left(TWICE_A_MONTH, on, published_until=date(2026, 9, 20)) == 1
    assert days.settlements_left(TWICE_A_MONTH, on, published_until=date(2026, 9, 21)) == 2
    assert days.settlements_left(TWICE_A_MONTH, on, published_until=date(2027, 3, 1)) == days.settlements_left(
        TWICE_A_MONTH, on
    )


def test_settle_days_left_count_to_the_end_of_the_year_without_cancelled_ones() -> None:
    on = date(2026, 10, 14)
    left = days.settle_days_left(TWICE_A_MONTH, on)
    assert left == (date(2026, 10, 28), date(2026, 11, 14), date(2026, 11, 28), date(2026, 12, 14), date(2026, 12, 28))
    assert days.settlements_left(TWICE_A_MONTH, on) == 6
    assert days.settlements_left(TWICE_A_MONTH, on, cancelled={date(2026, 11, 14), on}) == 5
    assert days.settlements_left(TWICE_A_MONTH, on, cancelled={left[0]}, added={date(2026, 10, 30)}) == 6
    assert days.settlements_left(TWICE_A_MONTH, on, added={date(2027, 1, 4), date(2026, 10, 2)}) == 6
    assert days.settlements_left(TWICE_A_MONTH, date(2026, 12, 28)) == 1
    assert days.settlements_left(TWICE_A_MONTH, date(2026, 1, 14)) == 24


def test_a_period_is_named_by_plan_year_month_and_number() -> None:
    assert days.period_name("young-cancer", 2026, 10, 1) == "young-cancer-2026-10-1"
    assert days.period_name("accident", 2026, 1, 2) == "accident-2026-01-2"
    assert days.parse_period_name("lifelong-million-2026-10-2") == days.PeriodName("lifelong-million", 2026, 10, 2)


@given(
    st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,3}", fullmatch=True),
    st.integers(1000, 9999),
    st.integers(1, 12),
    st.integers(1, 28),
)
def test_a_name_is_read_back_as_it_was_given(slug: str, year: int, month: int, number: int) -> None:
    name = days.period_name(slug, year, month, number)
    assert days.parse_period_name(name) == days.PeriodName(slug, year, month, number)


@pytest.mark.parametrize(
    "text",
    [
        *("", "young-cancer", "young-cancer-2026-10", "young-cancer-2026-13-1", "young-cancer-2026-00-1"),
        *("young-cancer-2026-1-1", "young-cancer-2026-10-0", "young-cancer-2026-10-01", "Young-2026-10-1"),
        *("-2026-10-1", "a--b-2026-10-1", "a-2026-10-1\n", "a-٢٠٢٦-10-1"),
    ],
)
def test_another_spelling_of_a_period_is_no_name(text: str) -> None:
    with pytest.raises(days.NotAPeriodName) as refused:
        days.parse_period_name(text)
    assert refused.value.text == text


def test_a_period_that_cannot_be_named_is_refused() -> None:
    with pytest.raises(days.NotAPeriodName):
        days.period_name("Young Cancer", 2026, 10, 1)


def test_a_day_begins_at_local_midnight() -> None:
    assert days.start_of_day(date(2026, 10, 7), SHANGHAI) == datetime(2026, 10, 6, 16, tzinfo=UTC)
    assert days.end_of_day(date(2026, 10, 9), SHANGHAI) == datetime(2026, 10, 9, 16, tzinfo=UTC)
    assert days.start_of_day(date(2026, 10, 7), SHANGHAI).utcoffset() == timedelta(0)


@given(
    any_day, st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "Asia/Kathmandu"])
)
def test_a_day_holds_its_first_and_last_instant_and_not_the_next(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    start, end = days.start_of_day(day, zone), days.end_of_day(day, zone)
    assert days.local_day(start, zone) == day == days.local_day(days.last_instant_of_day(day, zone), zone)
    assert days.local_day(start - timedelta(microseconds=1), zone) == day - timedelta(days=1)
    assert days.local_day(end, zone) == day + timedelta(days=1)
    assert timedelta(hours=22) < end - start < timedelta(hours=26)


def test_an_instant_without_a_zone_belongs_to_no_day() -> None:
    with pytest.raises(ValueError, match="zone"):
        days.local_day(datetime(2026, 10, 7), SHANGHAI)  # noqa: DTZ001  the mistake this test is about


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(2008, 10, 7), date(2026, 10, 6), 17),
        (date(2008, 10, 7), date(2026, 10, 7), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 10, 7), date(2026, 10, 7), 0),
    ],
)
def test_age_is_counted_in_completed_years(birth: date, on: date, years: int) -> None:
    assert days.completed_years(birth, on) == years


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError, match="not yet born"):
        days.completed_years(date(2026, 10, 7), date(2026, 10, 6))


@given(st.one_of(any_day, st.just(date(2008, 2, 29))), st.integers(0, 120))
def test_a_birthday_is_the_first_day_of_its_age(birth: date, years: int) -> None:
    day = days.birthday(birth, years)
    assert days.completed_years(birth, day) == years
    if years:
        assert days.completed_years(birth, day - timedelta(days=1)) == years - 1


@given(st.one_of(any_day, st.just(date(2028, 2, 29))), st.integers(0, 70))
def test_the_latest_birth_is_the_last_one_that_is_old_enough(on: date, years: int) -> None:
    latest = days.latest_birth(on, years)
    assert days.completed_years(latest, on) == years
    assert years == 0 or days.completed_years(latest + timedelta(days=1), on) == years - 1


def test_the_waiting_days_are_added_to_the_joining_day() -> None:
    assert days.first_eligible_day(date(2026, 1, 1), 180) == date(2026, 6, 30)
    assert days.first_eligible_day(date(2026, 1, 1), 0) == date(2026, 1, 1)
