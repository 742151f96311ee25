"""The laws of a closing: its stages and days, and that what is handed out is what was there."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import closing
from app.domain.closing import BINDING, OVER, TABLE, ClosingDayTooSoon, ClosingNeedsReason
from app.domain.shares import Case
from tests.domain.builders import pool_terms

AMOUNTS = st.integers(0, 10**10)
TERMS = pool_terms(fee_bp=800)


def cases(asked: list[int]) -> list[Case]:
    return [Case(number, fen) for number, fen in enumerate(asked, start=1)]


@given(st.lists(st.integers(1, 10**9), max_size=8), AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_run_off_hands_out_what_is_there_and_nothing_to_the_operator(
    asked: list[int], surplus_fen: int, reserve_fen: int, unpaid_fen: int
) -> None:
    quote = closing.settle_run_off(
        cases(asked), terms=TERMS, surplus_fen=surplus_fen, reserve_fen=reserve_fen, unpaid_fen=unpaid_fen
    )
    received = sum(case.received_fen for case in quote.cases)
    borne = min(unpaid_fen, surplus_fen)
    assert received == min(sum(asked), surplus_fen - borne + reserve_fen)
    assert (
        surplus_fen + reserve_fen == received + borne + quote.surplus_after_fen + reserve_fen - quote.from_reserve_fen
    )
    assert (quote.fee_fen, quote.share_fen, quote.members, quote.from_operator_fen) == (0, 0, 0, 0)
    assert quote.from_reserve_fen == 0 or quote.surplus_after_fen == 0  # the surplus first


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8), st.integers(0, 10**6), st.integers(0, 10**6))
def test_where_it_does_not_reach_all_cases_are_cut_alike(asked: list[int], surplus_fen: int, reserve_fen: int) -> None:
    quote = closing.settle_run_off(cases(asked), terms=TERMS, surplus_fen=surplus_fen, reserve_fen=reserve_fen)
    there = min(sum(asked), surplus_fen + reserve_fen)
    for case in quote.cases:
        assert abs(case.received_fen * sum(asked) - there * case.asked_fen) < sum(asked)  # by less than one fen


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_unpaid_shares_are_borne_in_their_order_and_every_fen_once(
    unpaid_fen: int, reserve_fen: int, surplus_fen: int, fee_fen: int
) -> None:
    borne = closing.write_off(unpaid_fen, reserve_fen=reserve_fen, surplus_fen=surplus_fen, fee_fen=fee_fen)
    parts = (borne.from_reserve_fen, borne.from_surplus_fen, borne.from_fee_fen)
    assert sum(parts) + borne.still_unpaid_fen == unpaid_fen
    for part, held in zip(parts, (reserve_fen, surplus_fen, fee_fen), strict=True):
        assert 0 <= part <= held
    assert borne.from_surplus_fen == 0 or borne.from_reserve_fen == reserve_fen
    assert borne.from_fee_fen == 0 or borne.from_surplus_fen == surplus_fen
    assert borne.still_unpaid_fen == 0 or borne.from_fee_fen == fee_fen


def test_the_days_follow_from_the_announcement_and_the_terms() -> None:
    planned = [(date(2026, 9, day), date(2026, 9, day + 7)) for day in (7, 21)] + [
        (date(2026, 10, 7), date(2026, 10, 14))
    ]
    days = closing.days_of(date(2026, 9, 2), date(2026, 10, 8), TERMS, planned)
    assert (days.last_publication_day, days.last_settle_day) == (date(2026, 10, 7), date(2026, 10, 14))
    assert days.memberships_end_on == date(2026, 10, 14)  # after the last settlement, though the day was before
    assert days.claims_until == date(2027, 4, 6)
    earlier = closing.days_of(date(2026, 9, 2), date(2026, 10, 5), TERMS, planned)
    assert (earlier.last_publication_day, earlier.memberships_end_on) == (date(2026, 9, 21), date(2026, 10, 5))
    nothing_left = closing.days_of(date(2026, 9, 2), date(2026, 10, 5), TERMS, [])
    assert (nothing_left.last_settle_day, nothing_left.memberships_end_on) == (None, date(2026, 10, 5))


def test_a_closing_needs_its_notice_and_its_reason() -> None:
    with pytest.raises(ClosingNeedsReason):
        closing.check(date(2026, 12, 1), "  ", announced_on=date(2026, 9, 2), terms=TERMS)
    with pytest.raises(ClosingDayTooSoon) as soon:
        closing.check(date(2026, 10, 1), "Few are left.", announced_on=date(2026, 9, 2), terms=TERMS)
    assert soon.value.earliest == date(2026, 10, 2)
    closing.check(date(2026, 10, 2), "Few are left.", announced_on=date(2026, 9, 2), terms=TERMS)


def test_every_stage_is_before_the_announcement_binding_or_over() -> None:
    assert set(TABLE.states) == {"proposed"} | BINDING | OVER
    assert set(TABLE.final_states) == {"closed"} | OVER
    assert {row.after for row in TABLE.moves if row.before == "last_period"} == {"run_off"}  # no way back
