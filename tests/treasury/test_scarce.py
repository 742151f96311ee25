"""When there is too little, or nobody asks: each case in words, before the settlement and in public after it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.services import pools, reserves
from tests.services import pool_story as story
from tests.web.gate import words

PAGE = f"/treasury/{story.FIRST}?lang=en"
PUBLIC = f"/disclosures/{story.FIRST}?lang=en"
Clock = Callable[[int], None]


def fund(amount_fen: int) -> None:
    with transaction():
        funding = reserves.record(
            story.plan(), "subsidy", amount_fen, source="the operator", reference="B-1", by=story.treasurer().id,
            at=story.september(2),
        )  # fmt: skip
    with transaction():
        reserves.answer(funding, "confirmed", by=story.treasurer("second").id, at=story.september(2))


def locked_with(amount_fen: int, **terms: int | None) -> None:
    story.open_plan(**terms)
    story.enrol(10)
    story.approve_claim(amount_fen, benefit="low_grade_tumour")
    story.lock()


def settled(app: Flask) -> None:
    with app.app_context():
        story.approve()
        story.settle()


def test_a_yearly_cap_that_glides_leaves_the_same_room_to_every_period(
    app: Flask, treasurer: FlaskClient, day: Clock
) -> None:
    with app.app_context():
        locked_with(20_00, cap_year_fen=8_00)
    day(11)
    said = words(treasurer.get(PAGE))
    assert "Room of this period ¥8.00 left of the year, an even part of it ¥1.00" in said
    assert "all cases shrink alike, so that nobody is charged more than ¥1.00." in said
    assert "asked for ¥20.00 and receive ¥10.00; the remaining ¥10.00 are not paid." in said
    settled(app)
    assert "nobody is charged more than ¥1.00 in this period." in words(treasurer.get(PUBLIC))


@pytest.mark.parametrize(("reserve_fen", "missing"), [(4_00, "¥6.00"), (0, "¥10.00")])
def test_a_reserve_adds_what_it_has_and_the_rest_is_not_owed(
    app: Flask, treasurer: FlaskClient, day: Clock, reserve_fen: int, missing: str
) -> None:
    with app.app_context():
        story.open_plan(cap_case_fen=1_00)
        if reserve_fen:
            fund(reserve_fen)
        story.enrol(10)
        story.approve_claim(20_00, benefit="low_grade_tumour")
        story.lock()
    day(11)
    said = words(treasurer.get(PAGE))
    assert ("The reserve adds ¥4.00." in said) == bool(reserve_fen)
    assert f"the remaining {missing} are not paid." in said
    settled(app)
    said = words(treasurer.get(PUBLIC))
    assert f"the remaining {missing} are not paid." in said
    assert ("From the reserve of the plan no fee, no share 4.00" in said) == bool(reserve_fen)
    assert "It holds ¥0.00." in words(treasurer.get(f"/money/reserves/{story.SLUG}?lang=en"))


def test_a_reserve_that_is_full_enough_leaves_no_case_short(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    with app.app_context():
        story.open_plan(cap_case_fen=1_00)
        fund(50_00)
        story.enrol(10)
        story.approve_claim(20_00, benefit="low_grade_tumour")
        story.lock()
    day(11)
    assert "Reserve and operator fill the gap, so every case receives what it asked for." in words(
        treasurer.get(PUBLIC)
    )


def test_what_a_reserve_misses_of_its_target_is_public_and_nobody_is_charged_for_it(
    app: Flask, treasurer: FlaskClient
) -> None:
    with app.app_context():
        story.open_plan(reserve_target_fen=60_00)
        fund(50_00)
    public = f"/money/reserves/{story.SLUG}?lang=en"
    assert "Its target is ¥60.00; ¥10.00 are missing." in words(treasurer.get(public))
    assert "60.00 10.00 0.00 50.00" in words(treasurer.get("/treasury/reserves?lang=en"))
    with app.app_context(), transaction():
        second = reserves.record(
            story.plan(), "donation", 10_00, source="a donor", reference="B-2", by=story.treasurer().id,
            at=story.september(3),
        )  # fmt: skip
        reserves.answer(second, "confirmed", by=story.treasurer("second").id, at=story.september(3))
    assert "Its target of ¥60.00 is reached." in words(treasurer.get(public))


def test_unpaid_shares_of_earlier_periods_are_a_term_of_their_own(
    app: Flask, treasurer: FlaskClient, day: Clock
) -> None:
    with app.app_context():
        story.open_plan(join_least_fen=1_00)
        story.enrol(9)
        story.enrol(1, 1_00, series="B")
        story.approve_claim(20_00, benefit="low_grade_tumour")
        story.settled()
        with transaction():
            poor = story.members()[-1]
            poor.ends_after_seq, poor.ends_as = 1, "left"
        with transaction():
            pools.carry_out_ends(story.pool(), at=story.september(15))
        assert story.held("unpaid_shares") == 1_00
        story.approve_claim(9_00, at=story.september(16), benefit="low_grade_tumour")
        story.lock(story.SECOND)
    day(25)
    second = story.SECOND
    assert "Unpaid shares waiting carried only in the room the cases leave ¥1.00" in words(
        treasurer.get(f"/treasury/{second}?lang=en")
    )
    with app.app_context():
        story.approve(second)
        story.settle(second)
    said = words(treasurer.get(f"/disclosures/{second}?lang=en"))
    assert "Unpaid shares of members who left carried by all, within the caps 1.00" in said


def test_a_period_without_cases_is_settled_and_says_so(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    with app.app_context():
        story.open_plan()
        story.enrol(3)
        story.lock()
    day(11)
    assert "No case was ready for this period." in words(treasurer.get(PAGE))
    settled(app)
    assert "There was no case in this period: 3 members were charged nothing." in words(treasurer.get(PUBLIC))
