"""The published program reckons a settlement as the house does, though neither knows the other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.closing import settle_run_off
from app.domain.shares import Case, Quote, room_fen, settle_period
from tests.domain.builders import pool_terms
from tests.publiclog.downloaded import verify

FEN = st.integers(0, 10**9)
ORDERS = ([], ["reserve"], ["operator"], ["reserve", "operator"], ["operator", "reserve"])


def said(quote: Quote, **inputs: Any) -> dict[str, Any]:
    """What the public log would say of a quote: its inputs, and the awards asked for."""
    terms = quote.terms
    return {
        "members": quote.members, "surplus_before_fen": quote.surplus_before_fen, "fee_bp": terms.fee_bp,
        "unpaid_waiting_fen": quote.unpaid_waiting_fen, "reserve_before_fen": quote.reserve_fen,
        "operator_fen": quote.operator_fen, "cap_case_fen": terms.cap_case_fen, "year_cap_fen": terms.cap_year_fen,
        "glide_bp": terms.glide_bp, "shortfall_order": list(terms.shortfall_order), "run_off": quote.members == 0,
        "awards": [[case.number, case.asked_fen, 0, 0, 0] for case in quote.cases], **inputs,
    }  # fmt: skip


def result(quote: Quote, index_before_fen: int) -> dict[str, Any]:
    """What the house came to, in the words of the log."""
    return {
        "room_fen": quote.room_fen, "cases": len(quote.cases), "approved_fen": quote.approved_fen,
        "shared_payouts_fen": quote.shared_payouts_fen, "fee_fen": quote.fee_fen, "unpaid_fen": quote.unpaid_fen,
        "need_fen": quote.need_fen, "share_fen": quote.share_fen, "index_after_fen": index_before_fen + quote.share_fen,
        "surplus_after_fen": quote.surplus_after_fen, "from_reserve_fen": quote.from_reserve_fen,
        "from_operator_fen": quote.from_operator_fen,
        "awards": [
            [case.number, case.asked_fen, case.shared_fen, case.from_reserve_fen, case.from_operator_fen]
            for case in quote.cases
        ],
    }  # fmt: skip


@given(data=st.data())
def test_whatever_is_settled_comes_out_the_same(data: st.DataObject) -> None:
    draw = data.draw
    terms = pool_terms(
        fee_bp=draw(st.integers(0, 2_000)),
        cap_case_fen=draw(st.none() | st.integers(1, 1_000)),
        cap_year_fen=draw(st.none() | st.integers(0, 40_000)),
        glide_bp=draw(st.none() | st.integers(10_000, 40_000)),
        shortfall_order=tuple(draw(st.sampled_from(ORDERS))),
    )
    before = draw(st.integers(0, 50_000))
    index = {"index_before_fen": before, "index_at_new_year_fen": draw(st.integers(0, before))}
    left = draw(st.integers(1, 24))
    quote = settle_period(
        [Case(number, asked) for number, asked in enumerate(draw(st.lists(st.integers(1, 10**9), max_size=6)), 1)],
        members=draw(st.integers(1, 5_000_000)),
        terms=terms,
        surplus_in_fen=draw(FEN),
        room_fen=room_fen(terms, before, index["index_at_new_year_fen"], left),
        unpaid_waiting_fen=draw(FEN),
        reserve_fen=draw(FEN),
        operator_fen=draw(FEN),
    )
    assert verify.settled(said(quote, settlements_left=left, **index)) == result(quote, before)


@given(asked=st.lists(st.integers(1, 10**9), max_size=6), surplus=FEN, reserve=FEN, unpaid=FEN)
def test_a_run_off_comes_out_the_same(asked: list[int], surplus: int, reserve: int, unpaid: int) -> None:
    cases = [Case(number, amount) for number, amount in enumerate(asked, 1)]
    quote = settle_run_off(
        cases, terms=pool_terms(), surplus_fen=surplus, reserve_fen=reserve, unpaid_fen=unpaid
    )  # fmt: skip
    inputs = {"settlements_left": 1, "index_before_fen": 7, "index_at_new_year_fen": 0}
    assert verify.settled(said(quote, **inputs)) == result(quote, 7)


@pytest.mark.parametrize(
    ("inputs", "paid", "fee", "share", "carried"),
    [
        ({"members": 100_000, "fee_bp": 800}, [27_777_777], 2_222_222, 300, 1),
        ({"members": 50_000, "asked": [30_000_000, 5_000_000]}, [15_000_000, 5_000_000], 0, 400, 0),
        ({"members": 3_300_000, "fee_bp": 1_000, "cap_case_fen": 10}, [30_000_000], 3_000_000, 10, 0),
        ({"members": 3_299_999, "fee_bp": 1_000, "cap_case_fen": 10}, [29_999_990], 2_999_999, 10, 1),
        (
            {
                "members": 100_000, "fee_bp": 800, "year_cap_fen": 200, "surplus_before_fen": 7,
                "asked": [30_000_000, 5_000_000],
            },
            [15_693_665, 2_824_860], 1_481_482, 200, 0,
        ),
        (
            {
                "members": 100_000, "fee_bp": 800, "year_cap_fen": 200, "surplus_before_fen": 7,
                "asked": [30_000_000, 5_000_000], "cap_case_fen": None,
            },
            [15_873_021, 2_645_504], 1_481_482, 200, 0,
        ),
    ],
)  # fmt: skip
def test_the_published_answers_come_out_to_the_fen(
    inputs: dict[str, Any], paid: list[int], fee: int, share: int, carried: int
) -> None:
    asked = inputs.get("asked", [30_000_000])
    found = verify.settled({
        "fee_bp": 0, "cap_case_fen": 300, "year_cap_fen": None, "glide_bp": None, "shortfall_order": ["reserve"],
        "surplus_before_fen": 0, "unpaid_waiting_fen": 0, "reserve_before_fen": 0, "run_off": False,
        "index_before_fen": 0, "index_at_new_year_fen": 0, "settlements_left": 1,
        "awards": [[number, amount] for number, amount in enumerate(asked, 1)], **inputs,
    })  # fmt: skip
    assert [award[2] for award in found["awards"]] == paid
    assert (found["fee_fen"], found["share_fen"], found["surplus_after_fen"]) == (fee, share, carried)
