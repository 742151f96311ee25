"""Settlements whose answers are known, and the ways a settlement is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.shares import Case, CaseShare, NobodyShares, Quote, QuoteBroken, SameCaseTwice, room_fen, settle_period
from app.domain.terms import PoolTerms
from tests.domain.builders import pool_terms

CASE = 30_000_000  # 300,000.00


def settle(  # noqa: PLR0913  the inputs of a settlement
    *asked: int,
    members: int,
    terms: PoolTerms,
    surplus_in_fen: int = 0,
    room: int | None = None,
    unpaid: int = 0,
    reserve: int = 0,
    operator: int = 0,
) -> Quote:
    return settle_period(
        [Case(number, amount) for number, amount in enumerate(asked, start=1)],
        members=members,
        terms=terms,
        surplus_in_fen=surplus_in_fen,
        room_fen=room,
        unpaid_waiting_fen=unpaid,
        reserve_fen=reserve,
        operator_fen=operator,
    )


@pytest.mark.parametrize(
    ("members", "cases", "fee_bp", "cap_fen", "share_fen", "paid_fen"),
    [
        (50_000, 1, 0, 300, 300, 15_000_000),
        (100_000, 1, 0, 300, 300, 30_000_000),
        (300_000, 1, 0, 300, 100, 30_000_000),
        (1_000_000, 1, 0, 300, 30, 30_000_000),
        (5_000_000, 100, 800, 10, 648, 3_000_000_000),
    ],
)
def test_the_published_examples_come_out_to_the_fen(  # noqa: PLR0913, PLR0917  the columns of the published table
    members: int, cases: int, fee_bp: int, cap_fen: int, share_fen: int, paid_fen: int
) -> None:
    quote = settle(*[CASE] * cases, members=members, terms=pool_terms(fee_bp=fee_bp, cap_case_fen=cap_fen))
    assert (quote.share_fen, quote.shared_payouts_fen) == (share_fen, paid_fen)
    assert quote.cap_case_bound == (paid_fen < CASE * cases)


def test_a_cap_per_case_holds_the_fee_inside_it() -> None:
    quote = settle(CASE, members=100_000, terms=pool_terms(fee_bp=800))
    assert (quote.shared_payouts_fen, quote.fee_fen, quote.share_fen) == (27_777_777, 2_222_222, 300)
    assert (quote.surplus_after_fen, quote.cases[0].not_met_fen) == (1, 2_222_223)


def test_only_the_case_above_its_own_cap_is_cut() -> None:
    quote = settle(CASE, 5_000_000, members=50_000, terms=pool_terms())
    assert [case.shared_fen for case in quote.cases] == [15_000_000, 5_000_000]
    assert (quote.share_fen, quote.cap_case_bound, quote.cap_year_bound) == (400, True, False)


@pytest.mark.parametrize(("members", "paid_fen"), [(3_300_000, 30_000_000), (3_299_999, 29_999_990)])
def test_the_published_dissolution_threshold_is_where_a_case_stops_being_paid_in_full(
    members: int, paid_fen: int
) -> None:
    quote = settle(CASE, members=members, terms=pool_terms(fee_bp=1_000, cap_case_fen=10))
    assert quote.shared_payouts_fen == paid_fen


def test_under_the_yearly_cap_all_cases_shrink_alike() -> None:
    terms = pool_terms(fee_bp=800)
    quote = settle(CASE, 5_000_000, members=100_000, terms=terms, surplus_in_fen=7, room=200)
    assert [case.shared_fen for case in quote.cases] == [15_693_665, 2_824_860]
    assert (quote.fee_fen, quote.share_fen, quote.surplus_after_fen) == (1_481_482, 200, 0)
    assert quote.cap_case_bound
    assert quote.cap_year_bound


def test_without_a_cap_per_case_the_same_room_is_divided_by_what_was_asked() -> None:
    terms = pool_terms(fee_bp=800, cap_case_fen=None)
    quote = settle(CASE, 5_000_000, members=100_000, terms=terms, surplus_in_fen=7, room=200)
    assert [case.shared_fen for case in quote.cases] == [15_873_021, 2_645_504]
    assert not quote.cap_case_bound


def test_a_period_without_cases_charges_nothing_and_keeps_the_surplus() -> None:
    quote = settle(members=100_000, terms=pool_terms(), surplus_in_fen=55, unpaid=1_000, reserve=9_000, room=300)
    assert (quote.need_fen, quote.share_fen, quote.unpaid_fen, quote.surplus_after_fen) == (0, 0, 0, 55)
    assert quote.moves_nothing
    assert not quote.cap_case_bound
    assert not quote.cap_year_bound


def test_a_surplus_of_rounding_is_carried_into_the_next_period() -> None:
    first = settle(1_000, members=300, terms=pool_terms())
    assert (first.share_fen, first.surplus_after_fen) == (4, 200)
    second = settle(1_000, members=300, terms=pool_terms(), surplus_in_fen=first.surplus_after_fen)
    assert (second.share_fen, second.surplus_after_fen) == (3, 100)


def test_a_large_surplus_pays_the_whole_period() -> None:
    quote = settle(1_000, members=300, terms=pool_terms(), surplus_in_fen=5_000)
    assert (quote.share_fen, quote.surplus_after_fen) == (0, 4_000)
    assert not quote.moves_nothing


def test_cases_are_charged_together_and_rounded_once() -> None:
    together = settle(*[1] * 1_996, members=1_000, terms=pool_terms())
    assert together.share_fen == 2  # each alone would have cost every member a whole fen


def test_unpaid_shares_get_only_the_room_that_payouts_leave() -> None:
    terms = pool_terms()
    assert settle(100, members=10, terms=terms, unpaid=50).unpaid_fen == 50
    assert settle(100, members=10, terms=terms, unpaid=5_000).unpaid_fen == 2_900  # the cap of the one case: 10 · 3.00
    assert settle(100, members=10, terms=terms, unpaid=5_000, room=12, surplus_in_fen=3).unpaid_fen == 23
    assert settle(5_000, members=10, terms=terms, unpaid=5_000).unpaid_fen == 0
    assert settle(100, members=10, terms=pool_terms(cap_case_fen=None), unpaid=5_000).unpaid_fen == 5_000


def test_a_shortfall_is_filled_in_the_written_order_and_the_rest_is_not_owed() -> None:
    terms = pool_terms(shortfall_order=("reserve", "operator"))
    quote = settle(5_000, 8_000, members=10, terms=terms, reserve=3_000, operator=2_000)
    assert [case.shared_fen for case in quote.cases] == [3_000, 3_000]
    assert [case.from_reserve_fen for case in quote.cases] == [857, 2_143]  # 3,000 over 2,000 : 5,000
    assert [case.from_operator_fen for case in quote.cases] == [572, 1_428]  # 2,000 over 1,143 : 2,857, a tie
    assert [case.not_met_fen for case in quote.cases] == [571, 1_429]
    assert (quote.not_met_fen, quote.fee_fen, quote.need_fen) == (2_000, 0, 6_000)
    turned = settle(
        5_000, members=10, terms=pool_terms(shortfall_order=("operator", "reserve")), reserve=9_000, operator=500
    )
    assert (turned.from_operator_fen, turned.from_reserve_fen, turned.not_met_fen) == (500, 1_500, 0)
    silent = settle(5_000, members=10, terms=pool_terms(shortfall_order=()), reserve=9_000, operator=9_000)
    assert (silent.from_operator_fen, silent.from_reserve_fen, silent.not_met_fen) == (0, 0, 2_000)


def test_the_order_in_which_cases_are_handed_in_makes_no_difference() -> None:
    cases = [Case(3, 10), Case(1, 10), Case(2, 10)]
    quotes = {
        settle_period(order, members=5, terms=pool_terms(), surplus_in_fen=0, room_fen=4).digest
        for order in (cases, cases[::-1], sorted(cases, key=lambda case: case.number))
    }
    assert len(quotes) == 1
    quote = settle_period(cases, members=5, terms=pool_terms(), surplus_in_fen=0, room_fen=4)
    assert [(case.number, case.shared_fen) for case in quote.cases] == [(1, 7), (2, 7), (3, 6)]


def test_the_year_is_shared_out_evenly_while_it_glides() -> None:
    def shares_of_a_year(terms: PoolTerms) -> list[int]:
        shares: list[int] = []
        for settlements_left in range(24, 0, -1):
            room = room_fen(terms, sum(shares), 0, settlements_left)
            shares.append(settle(13_980, members=10, terms=terms, room=room).share_fen)
        return shares

    gliding = pool_terms(cap_case_fen=None, cap_year_fen=15_000)
    assert shares_of_a_year(gliding) == [625] * 24
    assert shares_of_a_year(replace(gliding, glide_bp=None)) == [1_398] * 10 + [1_020] + [0] * 13


def test_room_follows_cap_glide_and_settlements_left() -> None:
    assert room_fen(pool_terms(cap_year_fen=None), 500, 0, 1) is None
    assert room_fen(pool_terms(cap_year_fen=15_000), 5_000, 5_000, 24) == 625
    assert room_fen(pool_terms(cap_year_fen=15_000), 5_100, 5_000, 3) == 4_966
    assert room_fen(pool_terms(cap_year_fen=15_000, glide_bp=15_000), 5_000, 5_000, 24) == 937
    assert room_fen(pool_terms(cap_year_fen=15_000, glide_bp=15_000), 5_000, 5_000, 1) == 15_000
    assert room_fen(pool_terms(cap_year_fen=15_000, glide_bp=None), 5_100, 5_000, 24) == 14_900
    assert room_fen(pool_terms(cap_year_fen=15_000), 25_000, 5_000, 2) == 0
    with pytest.raises(ValueError, match="settlement at hand"):
        room_fen(pool_terms(cap_year_fen=15_000), 0, 0, 0)


def test_a_pool_without_members_does_not_settle() -> None:
    with pytest.raises(NobodyShares):
        settle(100, members=0, terms=pool_terms())


def test_a_case_stands_once_in_a_period() -> None:
    with pytest.raises(SameCaseTwice) as refused:
        settle_period([Case(7, 1), Case(7, 2)], members=1, terms=pool_terms(), surplus_in_fen=0, room_fen=None)
    assert refused.value.number == 7


@pytest.mark.parametrize("negative", ["surplus_in_fen", "room", "unpaid", "reserve", "operator"])
def test_no_amount_is_negative(negative: str) -> None:
    with pytest.raises(ValueError, match="negative"):
        settle(100, members=1, terms=pool_terms(), **{negative: -1})


def test_a_case_asks_for_something() -> None:
    with pytest.raises(ValueError, match="asks for nothing"):
        Case(1, 0)


def test_a_quote_that_does_not_add_up_cannot_be_made() -> None:
    quote = settle(5_000, 8_000, members=10, terms=pool_terms(), surplus_in_fen=3, unpaid=9, reserve=100)
    amounts = [
        "approved_fen",
        "shared_payouts_fen",
        "fee_fen",
        "unpaid_fen",
        "need_fen",
        "share_fen",
        "from_reserve_fen",
    ]
    for amount in [*amounts, "from_operator_fen", "surplus_before_fen", "surplus_after_fen"]:
        with pytest.raises(QuoteBroken) as broken:
            replace(quote, **{amount: getattr(quote, amount) + 1})
        assert broken.value.law
    with pytest.raises(QuoteBroken, match="no case receives more"):
        replace(quote, cases=(replace(quote.cases[0], shared_fen=6_000), replace(quote.cases[1], shared_fen=0)))
    with pytest.raises(QuoteBroken, match="what they have"):
        replace(quote, reserve_fen=99)


def test_any_changed_input_voids_the_digest_of_a_preview() -> None:
    terms = pool_terms(fee_bp=800)
    digests = [
        settle(5_000, members=10, terms=terms).digest,
        settle(5_001, members=10, terms=terms).digest,
        settle(5_000, 1, members=10, terms=terms).digest,
        settle(5_000, members=11, terms=terms).digest,
        settle(5_000, members=10, terms=terms, surplus_in_fen=1).digest,
        settle(5_000, members=10, terms=terms, room=10_000).digest,
        settle(5_000, members=10, terms=terms, unpaid=1).digest,
        settle(5_000, members=10, terms=terms, reserve=1).digest,
        settle(5_000, members=10, terms=terms, operator=1).digest,
        settle(5_000, members=10, terms=replace(terms, notice_days=31)).digest,
    ]
    assert len(set(digests)) == len(digests)
    assert all(len(digest) == 64 and int(digest, 16) >= 0 for digest in digests)
    assert settle(5_000, members=10, terms=pool_terms(fee_bp=800)).digest == digests[0]


def test_what_a_case_receives_is_named_by_who_gives_it() -> None:
    case = CaseShare(number=1, asked_fen=10, shared_fen=4, from_reserve_fen=3, from_operator_fen=2)
    assert (case.received_fen, case.not_met_fen) == (9, 1)
