"""Reading, rounding and dividing money."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.money import (
    MOST_FEN,
    NotMoney,
    ceil_div,
    fee_fen,
    most_with_fee_within,
    parse_yuan,
    split_by_largest_remainder,
)

amounts = st.integers(0, MOST_FEN)
rates = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("9", 900),
        ("9.00", 900),
        ("9.5", 950),
        ("0.01", 1),
        ("0", 0),
        ("007", 700),
        ("1,234.5", 123_450),
        ("12,345,678.90", 1_234_567_890),
        (" 30.00 ", 3_000),
        ("¥9.00", 900),
        ("¥ 9", 900),
        ("9元", 900),
        ("９．００", 900),
        ("￥１，２３４．５　元", 123_450),
        ("10,000,000,000,000.00", MOST_FEN),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, fen: int) -> None:
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "-1", "+1", "1.", ".5", "1.234", "1e3", "12,34", "1,2345", ",123", "1 000", "nine", "九", "9²", "٣"),
        *("1.0.0", "10,000,000,000,000.01", "9" * 5_000, "NaN", "0x10", "1_000", "9\n9"),
    ],
)
def test_what_is_not_an_amount_is_refused_and_kept(typed: str) -> None:
    with pytest.raises(NotMoney) as refused:
        parse_yuan(typed)
    assert refused.value.text == typed


@given(amounts)
def test_every_amount_survives_being_written_and_read(fen: int) -> None:
    yuan, rest = divmod(fen, 100)
    assert parse_yuan(f"{yuan}.{rest:02}") == parse_yuan(f"{yuan:,}.{rest:02}") == fen


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**9))
def test_rounding_up_gives_the_smallest_sufficient_quotient(dividend: int, divisor: int) -> None:
    quotient = ceil_div(dividend, divisor)
    assert quotient * divisor >= dividend > (quotient - 1) * divisor


@pytest.mark.parametrize("divisor", [0, -1])
def test_nothing_is_divided_by_nobody(divisor: int) -> None:
    with pytest.raises(ValueError, match="cannot divide"):
        ceil_div(1, divisor)


@pytest.mark.parametrize(
    ("base", "rate", "fee"),
    [
        (27_777_777, 800, 2_222_222),
        (18_518_525, 800, 1_481_482),
        (1, 4_999, 0),
        (1, 5_000, 1),
        (3, 5_000, 2),
        (0, 800, 0),
    ],
)
def test_a_fee_is_rounded_half_up(base: int, rate: int, fee: int) -> None:
    assert fee_fen(base, rate) == fee


@given(amounts, rates)
def test_a_fee_is_never_further_than_half_a_fen_from_exact(base: int, rate: int) -> None:
    off = fee_fen(base, rate) - Fraction(base * rate, 10_000)
    assert -Fraction(1, 2) < off <= Fraction(1, 2)


@pytest.mark.parametrize(("base", "rate"), [(-1, 800), (1, -1)])
def test_a_fee_is_never_negative(base: int, rate: int) -> None:
    with pytest.raises(ValueError, match="no fee"):
        fee_fen(base, rate)
    with pytest.raises(ValueError, match="nothing fits"):
        most_with_fee_within(base, rate)


@given(amounts, rates)
def test_the_largest_payout_fits_with_its_fee_and_one_fen_more_does_not(available: int, rate: int) -> None:
    most = most_with_fee_within(available, rate)
    assert most + fee_fen(most, rate) <= available < most + 1 + fee_fen(most + 1, rate)


def test_a_fee_that_rounds_up_on_the_half_may_be_the_fen_too_much() -> None:
    assert most_with_fee_within(1, 5_000) == 0  # 0.01 with its fee of 0.005 costs 0.02
    assert most_with_fee_within(2, 5_000) == 1


@given(st.data(), st.lists(st.integers(0, 10**12), min_size=1, max_size=12).filter(any))
def test_a_division_loses_nothing_and_stays_within_a_fen_of_exact(data: st.DataObject, weights: list[int]) -> None:
    whole = sum(weights)
    total = data.draw(st.integers(0, whole))
    parts = split_by_largest_remainder(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, whole)) < 1
        assert 0 <= part <= weight


def test_ties_go_to_the_earlier_case() -> None:
    assert split_by_largest_remainder(5, [1, 1, 1]) == (2, 2, 1)
    assert split_by_largest_remainder(1, [2, 4, 4]) == (0, 1, 0)


def test_nothing_divides_into_nothing() -> None:
    assert split_by_largest_remainder(0, [0, 0]) == (0, 0)
    assert split_by_largest_remainder(0, []) == ()


@pytest.mark.parametrize(("total", "weights"), [(1, []), (1, [0, 0]), (-1, [1]), (1, [-1, 3])])
def test_a_division_that_cannot_be_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="divi"):
        split_by_largest_remainder(total, weights)
