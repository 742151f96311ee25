from types import SimpleNamespace

import pytest
from flask import Flask

from app.domain.equation import Equation, equation_of
from app.domain.masking import AGE_BANDS, ALL, WITHHELD
from app.domain.places import COUNTRY, PROVINCES, REGIONS
from app.domain.shares import Case, settle_period
from app.web import shown, sums
from tests.domain.builders import pool_terms


def equation(*asked_fen: int, members: int, surplus_fen: int = 0) -> Equation:
    cases = [Case(number, amount) for number, amount in enumerate(asked_fen, start=1)]
    terms = pool_terms(cap_case_fen=None)
    return equation_of(settle_period(cases, members=members, terms=terms, surplus_in_fen=surplus_fen, room_fen=None))


@pytest.mark.parametrize(
    ("asked_fen", "members", "said"),
    [
        (100, 3, "¥0.333333…"),
        (2655, 10, "¥2.655"),
        (100, 8, "¥0.125"),
        (1_000_000, 7, "¥1,428.571428…"),
        (2, 1, "¥0.02"),
    ],
)
def test_the_share_before_rounding_shows_dots_only_where_decimals_go_on(asked_fen: int, members: int, said: str):
    assert sums.quotient(equation(asked_fen, members=members)) == said


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (equation(members=10), "Nothing was needed, so nobody is charged."),
        (equation(50, members=10, surplus_fen=70), "The surplus carried in was enough: nobody is charged."),
        (equation(50, members=10), "To be shared: ¥0.50. It divides without a rest."),
    ],
)
def test_how_a_division_came_out_is_said_in_a_sentence(app: Flask, what: Equation, said: str):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert sums.rounding(what) == said


def test_the_arithmetic_names_the_surplus_that_was_not_needed(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        said = sums.check(equation(50, members=10, surplus_fen=70))
    assert "plus 0.20 of the surplus that was not needed: 0.20 are carried into the next period" in said


def test_only_terms_that_are_not_zero_stand_in_the_sum_each_with_its_link(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        terms = sums.equation_terms(equation(5000, members=10, surplus_fen=70), cases=1, links={"surplus": "#surplus"})
    assert terms == [("Payouts, 1 case", 5000, None, "+"), ("Surplus carried in", 70, "#surplus", "−")]


def test_periods_are_named_by_month_and_number(app: Flask):
    period = SimpleNamespace(year=2026, month=10, number=1)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert sums.period_title(period).replace("\N{NO-BREAK SPACE}", " ") == "October 2026, period 1"
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert sums.period_title(period).replace("\N{NO-BREAK SPACE}", " ") == "2026 年 10 月第 1 期"


def test_everything_a_case_may_show_has_its_words(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        for band in (*AGE_BANDS, ALL, WITHHELD):
            assert shown.age_band(band)
        for place in (*REGIONS, COUNTRY, WITHHELD, *(province.code for province in PROVINCES)):
            assert shown.place(place)
        assert shown.age_band("31-40").replace("\N{NO-BREAK SPACE}", " ") == "31 – 40"
        assert (shown.place("33"), shown.place("east"), shown.place(COUNTRY)) == ("Zhejiang", "East China", "China")
        assert shown.event_group_name("lung") == "Lung cancer"
        assert shown.event_group_name(ALL) == "any group"
        assert {shown.age_band(WITHHELD), shown.place(WITHHELD), shown.event_group_name(WITHHELD)} == {"not published"}
