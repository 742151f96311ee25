"""How much to pay in: exact, never below what is needed, and adding up to the fen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.standing import periods_covered
from app.domain.topups import PERIODS, Suggestion, divided, for_periods, suggestions, together

FEN = st.integers(min_value=-5_000, max_value=100_000)
SHARE = st.integers(min_value=1, max_value=3_000)


@given(balance_fen=FEN, share_fen=SHARE, periods=st.sampled_from(PERIODS))
def test_an_amount_covers_its_periods_and_a_yuan_less_would_not(balance_fen: int, share_fen: int, periods: int):
    amount_fen = for_periods(balance_fen, 100, share_fen, periods)
    covered = periods_covered(balance_fen + amount_fen, 100, share_fen)
    assert covered is not None
    assert covered >= periods
    assert amount_fen % 100 == 0
    if amount_fen:
        assert (periods_covered(balance_fen + amount_fen - 100, 100, share_fen) or 0) < periods


@given(sum_fen=st.integers(min_value=1, max_value=10**9), parts=st.integers(min_value=1, max_value=20))
def test_a_divided_sum_adds_up_and_nobody_gets_two_fen_more(sum_fen: int, parts: int):
    if sum_fen < parts:
        with pytest.raises(ValueError, match="cannot be divided"):
            divided(sum_fen, parts)
        return
    found = divided(sum_fen, parts)
    assert sum(found) == together(found) == sum_fen
    assert max(found) - min(found) <= 1


def test_who_has_enough_is_offered_nothing_and_the_same_amount_is_offered_once():
    assert suggestions(3_000, 100, 250, least_fen=100) == (Suggestion(12, 100), Suggestion(24, 3_100))
    assert suggestions(90_000, 100, 250, least_fen=100) == ()
    assert suggestions(99, 100, 1, least_fen=100) == (Suggestion(24, 100),)
    assert suggestions(0, 100, None, least_fen=100) == suggestions(0, 100, 0, least_fen=100) == ()
    assert [one.periods for one in suggestions(0, 100, 100_000, least_fen=100)] == [6]


@pytest.mark.parametrize(("share_fen", "periods"), [(-1, 6), (100, 0)])
def test_what_is_no_question_is_refused(share_fen: int, periods: int):
    with pytest.raises(ValueError, match="no top-up"):
        for_periods(0, 100, share_fen, periods)
    with pytest.raises(ValueError, match="more than nothing"):
        together([100, 0])
