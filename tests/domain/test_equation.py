from hypothesis import given
from hypothesis import strategies as st

from app.domain.equation import caps_of, equation_of, most_a_case_fen
from app.domain.shares import Case, settle_period
from tests.domain.builders import pool_terms


def settled(*asked_fen: int, members: int, surplus_fen: int = 0, room_fen: int | None = None, **terms: object):
    return settle_period(
        [Case(number, amount) for number, amount in enumerate(asked_fen, start=1)],
        members=members,
        terms=pool_terms(**terms),
        surplus_in_fen=surplus_fen,
        room_fen=room_fen,
    )


def test_the_published_example_is_the_equation_it_was_published_as():
    quote = settled(*[30_000_000] * 100, members=5_000_000, surplus_fen=123_456, fee_bp=800)
    equation = equation_of(quote)
    assert [(term.key, term.amount_fen, term.sign) for term in equation.terms] == [
        ("payouts", 3_000_000_000, "+"),
        ("fee", 240_000_000, "+"),
        ("surplus", 123_456, "−"),
    ]
    assert (equation.members, equation.share_fen) == (5_000_000, 648)
    assert equation.to_share_fen == 3_239_876_544
    assert equation.quotient_millionths == 6_479_753
    assert equation.charged_fen == 3_240_000_000
    assert equation.surplus_after_fen == equation.rounded_up_fen == 123_456


def test_a_period_without_cases_shares_nothing_and_keeps_its_surplus():
    equation = equation_of(settled(members=1000, surplus_fen=777))
    assert [(term.key, term.amount_fen) for term in equation.terms] == [("payouts", 0)]
    assert equation.share_fen == 0
    assert equation.surplus_left_fen == equation.surplus_after_fen == 777


def test_a_surplus_larger_than_the_need_is_used_as_far_as_it_is_needed():
    equation = equation_of(settled(500, members=1000, surplus_fen=777))
    assert [(term.key, term.amount_fen) for term in equation.terms] == [("payouts", 500), ("surplus", 500)]
    assert (equation.share_fen, equation.surplus_left_fen) == (0, 277)


def test_the_cap_of_a_case_says_what_each_case_can_receive_at_most():
    quote = settled(30_000_000, members=50_000)
    caps = caps_of(quote, quote.terms, [30_000_000])
    assert caps.most_a_case_fen == 15_000_000
    assert (caps.case_reached, caps.year_reached) == (True, False)
    assert equation_of(quote).not_met_fen == 15_000_000


def test_a_plan_without_a_cap_a_case_has_no_most():
    assert most_a_case_fen(pool_terms(cap_case_fen=None), 10) is None


@given(
    asked=st.lists(st.integers(1, 50_000_000), max_size=12),
    members=st.integers(1, 3_000_000),
    surplus_fen=st.integers(0, 10**9),
    room_fen=st.none() | st.integers(0, 2000),
    fee_bp=st.sampled_from([0, 800]),
)
def test_every_equation_adds_up_and_says_which_cap_was_reached(asked, members, surplus_fen, room_fen, fee_bp):
    quote = settled(*asked, members=members, surplus_fen=surplus_fen, room_fen=room_fen, fee_bp=fee_bp)
    equation = equation_of(quote)
    above = sum(term.amount_fen if term.sign == "+" else -term.amount_fen for term in equation.terms)
    assert above == equation.to_share_fen >= 0
    assert -(-above // members) == equation.share_fen
    assert equation.surplus_after_fen == equation.surplus_left_fen + equation.rounded_up_fen
    assert equation.divides_exactly == (above % members == 0)
    caps = caps_of(quote, quote.terms, asked)
    assert (caps.case_reached, caps.year_reached) == (quote.cap_case_bound, quote.cap_year_bound)
