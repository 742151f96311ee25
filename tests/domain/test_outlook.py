"""The range for the next twelve months: the same for everybody who reckons it, and never outside what has been."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.outlook import LOOKED_BACK_YEARS, OF_HUNDRED, outlook

shares = st.lists(st.integers(0, 2_000), min_size=4, max_size=9)


def every_way(past: list[int], a_block: int) -> list[int]:
    """The oracle: all the ways to put four blocks together, written out and sorted."""
    blocks = [sum(past[start : start + a_block]) for start in range(len(past) - a_block + 1)]
    return sorted(sum(four) for four in product(blocks, repeat=4))


@settings(max_examples=40)
@given(shares)
def test_the_range_is_what_lies_between_the_tenth_and_the_ninetieth_of_a_hundred_ways(past: list[int]):
    found = outlook(past, a_year=4)
    assert found is not None
    ways = every_way(past, 1)
    expected = [ways[-(-percent * len(ways) // 100) - 1] for percent in OF_HUNDRED]
    assert [found.low_fen, found.middle_fen, found.high_fen] == expected


@settings(max_examples=40)
@given(st.lists(st.integers(0, 700), min_size=24, max_size=40), st.integers(1, 50))
def test_it_is_ordered_within_what_has_been_and_grows_with_the_shares(past: list[int], more: int):
    found = outlook(past, a_year=24)
    assert found is not None
    runs = [sum(past[start : start + 6]) for start in range(len(past) - 5)]
    assert 4 * min(runs) <= found.low_fen <= found.middle_fen <= found.high_fen <= 4 * max(runs)
    dearer = outlook([one + more for one in past], a_year=24)
    assert dearer is not None
    assert dearer.low_fen == found.low_fen + 24 * more
    assert dearer.high_fen == found.high_fen + 24 * more
    assert (found.periods, found.a_block) == (len(past), 6)


def test_the_same_share_every_time_leaves_nothing_to_vary():
    found = outlook([230] * 24, a_year=24)
    assert found is not None
    assert (found.low_fen, found.middle_fen, found.high_fen) == (5_520, 5_520, 5_520)


def test_less_than_a_year_of_history_says_nothing():
    assert outlook([230] * 23, a_year=24) is None
    assert outlook([], a_year=4) is None


def test_what_lies_further_back_than_three_years_is_not_looked_at():
    recent = [100] * (4 * LOOKED_BACK_YEARS)
    assert outlook([9_999, *recent], a_year=4) == outlook(recent, a_year=4)


@pytest.mark.parametrize("a_year", [0, 3, 6, -4])
def test_a_calendar_that_has_no_quarters_is_refused(a_year: int):
    with pytest.raises(ValueError, match="quarters"):
        outlook([1] * 30, a_year=a_year)
