"""The laws of a settlement, and its agreement with an oracle that only searches and never calculates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.money import fee_fen
from app.domain.shares import Case, Quote, settle_period
from tests.domain.builders import pool_terms

Inputs = dict[str, Any]
ORDERS = [(), ("reserve",), ("operator",), ("reserve", "operator"), ("operator", "reserve")]


def inputs(  # noqa: PLR0913, PLR0917  the sizes of a settlement
    asked: int, members: int, cap: int, room: int, purse: int, rate: int = 3_000
) -> st.SearchStrategy[Inputs]:
    """Inputs of a settlement up to these sizes. Caps and room may be missing."""
    return st.fixed_dictionaries(
        {
            "asked": st.lists(st.integers(1, asked), max_size=8),
            "members": st.integers(1, members),
            "fee_bp": st.one_of(st.sampled_from([0, 800, 1_000]), st.integers(0, rate)),
            "cap_case_fen": st.none() | st.integers(0, cap),
            "room_fen": st.none() | st.integers(0, room),
            "surplus_in_fen": st.integers(0, purse),
            "unpaid_waiting_fen": st.integers(0, purse),
            "reserve_fen": st.integers(0, purse),
            "operator_fen": st.integers(0, purse),
            "order": st.sampled_from(ORDERS),
        }
    )


large = inputs(asked=10**11, members=10**8, cap=1_000, room=50_000, purse=10**12)
small = inputs(asked=300, members=20, cap=60, room=60, purse=200, rate=10_000)


def settle(given_inputs: Inputs) -> Quote:
    """Settle these inputs."""
    rest = dict(given_inputs)
    terms = pool_terms(
        fee_bp=rest.pop("fee_bp"), cap_case_fen=rest.pop("cap_case_fen"), shortfall_order=rest.pop("order")
    )
    cases = [Case(number, asked) for number, asked in enumerate(rest.pop("asked"), start=1)]
    return settle_period(cases, terms=terms, **rest)


def fee_of(amount: int, fee_bp: int) -> int:
    """Half up, by looking at both neighbours."""
    exact = Fraction(amount * fee_bp, 10_000)
    down = exact.numerator // exact.denominator
    return down + 1 if exact - down >= Fraction(1, 2) else down


def divide(total: int, weights: list[int]) -> list[int]:
    """Largest remainder, one fen at a time."""
    exact = [Fraction(total * weight, sum(weights) or 1) for weight in weights]
    parts = [int(portion) for portion in exact]
    behind = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in behind[: total - sum(parts)]:
        parts[place] += 1
    return parts


def largest(start: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `start` that fits."""
    return next((number for number in range(start, -1, -1) if fits(number)), 0)


def oracle(i: Inputs) -> tuple[list[int], list[int], list[int], int, int, int]:
    """Per case: shared, from reserve, from operator; then unpaid, share, surplus after. By trying numbers."""
    n, rate, cap, room, carried = i["members"], i["fee_bp"], i["cap_case_fen"], i["room_fen"], i["surplus_in_fen"]

    def may(gross: int, cases: int) -> bool:
        return (room is None or gross <= room * n + carried) and (cap is None or gross <= cap * n * cases)

    shared = [
        largest(asked, lambda p: cap is None or p + Fraction(p * rate, 10_000) <= cap * n) for asked in i["asked"]
    ]
    total = largest(sum(shared), lambda p: room is None or p + fee_of(p, rate) <= room * n + carried)
    shared = divide(total, shared)
    gross = total + fee_of(total, rate)
    unpaid = largest(i["unpaid_waiting_fen"], lambda u: may(gross + u, len(shared))) if shared else 0
    share = next(share for share in range(10**6) if share * n + carried >= gross + unpaid)
    lack = [asked - got for asked, got in zip(i["asked"], shared, strict=True)]
    given_by = {"reserve": [0] * len(lack), "operator": [0] * len(lack)}
    for purse in i["order"]:
        given_by[purse] = divide(min(sum(lack), i[f"{purse}_fen"]), lack)
        lack = [missing - part for missing, part in zip(lack, given_by[purse], strict=True)]
    return shared, given_by["reserve"], given_by["operator"], unpaid, share, share * n + carried - gross - unpaid


@given(small)
def test_the_settlement_agrees_with_an_oracle_that_only_searches(i: Inputs) -> None:
    quote = settle(i)
    assert oracle(i) == (
        [case.shared_fen for case in quote.cases],
        [case.from_reserve_fen for case in quote.cases],
        [case.from_operator_fen for case in quote.cases],
        quote.unpaid_fen,
        quote.share_fen,
        quote.surplus_after_fen,
    )


@given(large)
def test_every_fen_is_accounted_for(i: Inputs) -> None:
    quote = settle(i)
    assert quote.share_fen * quote.members + quote.surplus_before_fen == quote.need_fen + quote.surplus_after_fen
    assert quote.need_fen == quote.shared_payouts_fen + quote.fee_fen + quote.unpaid_fen
    assert quote.fee_fen == fee_fen(quote.shared_payouts_fen, i["fee_bp"])
    for case in quote.cases:
        assert case.asked_fen == case.shared_fen + case.from_reserve_fen + case.from_operator_fen + case.not_met_fen
    assert quote.approved_fen == sum(i["asked"]) == quote.not_met_fen + sum(case.received_fen for case in quote.cases)


@given(large)
def test_what_is_carried_is_rounding_and_no_more(i: Inputs) -> None:
    quote = settle(i)
    assert 0 <= quote.surplus_after_fen <= max(quote.surplus_before_fen, quote.members - 1)
    if quote.share_fen:
        assert quote.surplus_after_fen < quote.members


@given(large)
def test_no_case_and_no_period_exceeds_its_cap(i: Inputs) -> None:
    quote = settle(i)
    if i["cap_case_fen"] is not None:
        carried_by_all = i["cap_case_fen"] * quote.members
        assert all(case.shared_fen * (10_000 + i["fee_bp"]) <= carried_by_all * 10_000 for case in quote.cases)
        assert quote.need_fen <= carried_by_all * len(quote.cases)
        assert quote.share_fen <= i["cap_case_fen"] * len(quote.cases)
    if i["room_fen"] is not None:
        assert quote.need_fen <= i["room_fen"] * quote.members + quote.surplus_before_fen
        assert quote.share_fen <= i["room_fen"]


@given(large)
def test_a_cap_is_said_to_bind_exactly_when_it_cut_somebody(i: Inputs) -> None:
    quote = settle(i)
    assert (quote.cap_case_bound or quote.cap_year_bound) == (quote.shared_payouts_fen < quote.approved_fen)
    assert settle({**i, "room_fen": None}).cap_case_bound == quote.cap_case_bound
    without_case_cap = settle({**i, "cap_case_fen": None, "room_fen": None})
    assert not without_case_cap.cap_case_bound
    assert without_case_cap.shared_payouts_fen == quote.approved_fen


@given(large, st.integers(1, 10**6))
def test_more_room_more_members_or_a_higher_cap_never_pay_less(i: Inputs, more: int) -> None:
    paid = settle(i).shared_payouts_fen
    assert settle({**i, "members": i["members"] + more}).shared_payouts_fen >= paid
    assert settle({**i, "surplus_in_fen": i["surplus_in_fen"] + more}).shared_payouts_fen >= paid
    for limit in ("room_fen", "cap_case_fen"):
        if i[limit] is not None:
            assert settle({**i, limit: i[limit] + more}).shared_payouts_fen >= paid


@given(large, st.integers(1, 10**9))
def test_without_a_yearly_cap_a_larger_surplus_never_raises_the_share(i: Inputs, more: int) -> None:
    i = {**i, "room_fen": None}
    before, after = settle(i), settle({**i, "surplus_in_fen": i["surplus_in_fen"] + more})
    assert after.need_fen == before.need_fen
    assert after.share_fen <= before.share_fen


@given(large, st.integers(1, 10**9))
def test_old_debts_never_lower_a_payout(i: Inputs, more: int) -> None:
    plain, indebted = settle({**i, "unpaid_waiting_fen": 0}), settle({**i, "unpaid_waiting_fen": more})
    assert plain.cases == indebted.cases
    assert plain.unpaid_fen == 0
    assert indebted.unpaid_fen <= more


@given(large)
def test_who_asks_more_receives_at_least_as_much_and_equals_differ_by_a_fen(i: Inputs) -> None:
    cases = settle(i).cases
    for one in cases:
        for other in cases:
            if one.asked_fen > other.asked_fen:
                assert one.shared_fen >= other.shared_fen - 1
            if one.asked_fen == other.asked_fen:
                assert abs(one.shared_fen - other.shared_fen) <= 1
            if one.asked_fen == other.asked_fen and one.number < other.number:
                assert one.shared_fen >= other.shared_fen


@given(large)
def test_the_fee_is_charged_only_on_what_members_pay(i: Inputs) -> None:
    assume(sum(i["asked"]) > 0)
    quote = settle(i)
    helped = settle({**i, "order": ("reserve", "operator"), "reserve_fen": 10**12, "operator_fen": 10**12})
    assert (helped.fee_fen, helped.need_fen, helped.share_fen) == (quote.fee_fen, quote.need_fen, quote.share_fen)
    assert helped.not_met_fen == 0


@given(large, st.integers(0, 7))
def test_taking_a_case_out_never_raises_what_is_needed(i: Inputs, place: int) -> None:
    assume(place < len(i["asked"]))
    i = {**i, "unpaid_waiting_fen": 0}
    fewer = settle({**i, "asked": i["asked"][:place] + i["asked"][place + 1 :]})
    assert fewer.need_fen <= settle(i).need_fen


@given(large)
def test_a_quote_recomputed_from_its_own_inputs_is_the_same(i: Inputs) -> None:
    quote = settle(i)
    again = settle_period(
        [Case(case.number, case.asked_fen) for case in reversed(quote.cases)],
        members=quote.members,
        terms=replace(quote.terms),
        surplus_in_fen=quote.surplus_before_fen,
        room_fen=quote.room_fen,
        unpaid_waiting_fen=quote.unpaid_waiting_fen,
        reserve_fen=quote.reserve_fen,
        operator_fen=quote.operator_fen,
    )
    assert again == quote
    assert again.digest == quote.digest
