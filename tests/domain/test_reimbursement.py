"""Payouts in parts: the laws of the advance, of bills and of the limits above them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import reimbursement
from app.domain.reimbursement import (
    BillInTheFuture,
    BillTooEarly,
    NothingLeftToPay,
    Parts,
    at_once_fen,
    check_day,
    net_fen,
    same_words,
    undocumented_fen,
)

FEN = st.integers(0, 10**9)
TOTALS = st.integers(1, 10**9)
BP = st.integers(0, 10_000)


def story(total: int, bp: int, bills: list[int], *, set_off: int = 0, left: int | None = None) -> list[int]:
    """The parts that follow one another when each bill is accepted before the next lock; the first is the advance."""
    awarded, documented, parts = 0, 0, []
    for net in (0, *bills):
        documented += net
        part = Parts(total, at_once_fen(total, bp), documented, awarded, set_off, left).next_fen
        parts.append(part)
        awarded += part
    return parts


def test_a_fifth_comes_at_once_and_bills_use_it_up_before_they_are_paid() -> None:
    assert story(20_000_000, 2000, [1_500_000, 3_500_000, 20_000_000]) == [4_000_000, 0, 1_000_000, 15_000_000]
    money = Parts(20_000_000, 4_000_000, 1_500_000, 4_000_000)
    assert (money.advance_used_fen, money.open_fen, money.next_fen) == (1_500_000, 16_000_000, 0)
    assert not money.is_used_up
    assert Parts(100, 20, 100, 20).is_used_up


def test_the_advance_is_rounded_down_and_nothing_comes_at_once_without_one() -> None:
    assert at_once_fen(4, 2000) == 0
    assert at_once_fen(99_999, 2000) == 19_999
    assert story(100, 0, [30, 90]) == [0, 30, 70]


def test_an_advance_that_was_never_documented_is_set_off_later() -> None:
    assert undocumented_fen(200, 50, 1000) == 150
    assert undocumented_fen(200, 900, 1000) == 0
    assert undocumented_fen(1000, 5000, 1000) == 0
    assert story(1000, 2000, [100, 300, 600], set_off=150) == [50, 0, 200, 600]


@given(total=TOTALS, bp=BP, bills=st.lists(FEN, max_size=8), set_off=FEN, spare=FEN)
def test_all_parts_stay_within_total_and_lifetime_and_never_shrink(
    total: int, bp: int, bills: list[int], set_off: int, spare: int
) -> None:
    parts = story(total, bp, bills, set_off=set_off, left=total + spare)
    assert all(part >= 0 for part in parts)
    assert sum(parts) <= total <= total + spare
    assert sum(parts) <= max(at_once_fen(total, bp), sum(bills))
    cut = story(total, bp, bills, left=spare)
    assert sum(cut) <= min(total, spare)


@given(total=TOTALS, bp=BP, bills=st.lists(FEN, max_size=8), set_off=FEN, data=st.data())
def test_the_order_of_the_bills_does_not_change_the_sum(
    total: int, bp: int, bills: list[int], set_off: int, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(bills))
    assert sum(story(total, bp, bills, set_off=set_off)) == sum(story(total, bp, list(shuffled), set_off=set_off))


@given(total=TOTALS, bp=BP, bills=st.lists(FEN, max_size=8), more=FEN)
def test_a_further_bill_never_lessens_what_is_received(total: int, bp: int, bills: list[int], more: int) -> None:
    assert sum(story(total, bp, [*bills, more])) >= sum(story(total, bp, bills))


def test_a_bill_counts_from_a_few_days_before_the_event_to_today_and_only_what_is_left_of_it() -> None:
    event, today = date(2026, 10, 20), date(2026, 11, 22)
    for day in (date(2026, 9, 20), today):
        check_day(day, event_on=event, before_days=30, today=today)
    with pytest.raises(BillTooEarly) as early:
        check_day(date(2026, 9, 19), event_on=event, before_days=30, today=today)
    assert early.value.first_day == date(2026, 9, 20)
    with pytest.raises(BillInTheFuture):
        check_day(date(2026, 11, 23), event_on=event, before_days=30, today=today)
    assert net_fen(500, 499) == 1
    with pytest.raises(NothingLeftToPay):
        net_fen(500, 500)


def test_widths_cases_spaces_and_hyphens_make_no_other_bill() -> None:
    assert same_words(" ＡＢ-12 34 ") == same_words("ab1234")
    assert same_words("浙江省人民医院") != same_words("浙江省肿瘤医院")


def test_a_bill_is_decided_by_a_caseworker_and_withdrawn_by_its_claimant_until_then() -> None:
    table = reimbursement.BILLS
    assert table.moves_from("submitted", "member") == ("withdraw",)
    assert table.moves_from("accepted", "member") == ("take_back_part",)
    assert set(table.final_states) == {"refused", "withdrawn"}
