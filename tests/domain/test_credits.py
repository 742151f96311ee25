"""What comes back adds up, and is never more than was charged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import ledger
from app.domain.credits import Credit, OverCredited, check_over

FEN = st.integers(1, 300)


@given(st.integers(1, 20_000_000), FEN, st.data(), st.integers(0, 10**12))
def test_every_fen_of_a_credit_has_its_place(
    members: int, over_fen: int, data: st.DataObject, reserve_fen: int
) -> None:
    credit = Credit(members, over_fen, data.draw(st.integers(0, members)))
    assert credit.carried_fen + credit.named_fen == credit.whole_fen == members * over_fen
    moved = ledger.balances(ledger.correction("p", "p", credit, reserve_fen))
    by_operator = ledger.balances(ledger.correction_by_operator("p", "p", credit))
    for books in (moved, by_operator):
        assert books.get(ledger.rounding_carry("p"), 0) == credit.carried_fen
        assert books.get(ledger.unclaimed_balances("p"), 0) == credit.named_fen
    from_reserve_fen = -moved.get(ledger.reserve("p"), 0)
    assert from_reserve_fen == min(reserve_fen, credit.whole_fen)
    assert moved.get(ledger.unpaid_shares("p"), 0) == credit.whole_fen - from_reserve_fen
    assert by_operator[ledger.operator_subsidy("p")] == credit.whole_fen


@given(st.integers(0, 1_000), st.lists(st.integers(-5, 1_200), max_size=8), st.integers(1, 50))
def test_all_credits_of_a_settlement_are_never_more_than_it_charged(
    share_fen: int, tried: list[int], members: int
) -> None:
    credited_fen = back_fen = 0
    for over_fen in tried:
        if not 1 <= over_fen <= share_fen - credited_fen:
            with pytest.raises(OverCredited) as refused:
                check_over(over_fen, share_fen=share_fen, credited_fen=credited_fen)
            assert refused.value.left_fen == share_fen - credited_fen
            continue
        check_over(over_fen, share_fen=share_fen, credited_fen=credited_fen)
        credited_fen += over_fen
        back_fen += Credit(members, over_fen, 0).whole_fen
    assert 0 <= back_fen <= share_fen * members


def test_nobody_is_named_who_was_not_charged() -> None:
    for members, over_fen, named in ((10, 0, 0), (10, 1, 11), (10, 1, -1)):
        with pytest.raises(ValueError, match="cannot be credited"):
            Credit(members, over_fen, named)
