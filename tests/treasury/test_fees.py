"""The desk of the fee: proposed by one treasurer, let go by another, and read by everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.models import FeeTaking
from tests.services import pool_story as story
from tests.web.gate import send, token, words

Clock = Callable[[int], None]
DESK = "/treasury/fees"
VALUES = {"plan": story.SLUG, "amount": "1.00", "recipient": "the operator"}


@pytest.fixture
def owed(app: Flask, day: Clock) -> None:
    """One case of 20.00 was settled with a fee of 1.60; it is the 16th."""
    with app.app_context():
        story.open_plan(fee_bp=800, cap_year_fen=None, cap_case_fen=None)
        story.enrol(10)
        story.approve_claim(20_00, benefit="low_grade_tumour")
        story.settled()
    day(16)


def ref(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(db.select(FeeTaking.ref).order_by(FeeTaking.id.desc())).first() or ""


@pytest.mark.usefixtures("owed")
def test_a_fee_is_proposed_by_one_let_go_by_another_and_comes_back_when_the_bank_refuses_it(
    app: Flask, treasurer: FlaskClient, second: FlaskClient
) -> None:
    assert DESK in treasurer.get("/treasury?lang=en").text
    assert "1.60 1.60" in words(treasurer.get(f"{DESK}?lang=en")), "owed, and all of it may leave"
    assert send(treasurer, DESK, VALUES).status_code == 303
    twice = send(treasurer, DESK, VALUES)
    assert twice.status_code == 409
    assert "A taking of this fee waits for a second treasurer." in words(twice)
    taking = f"{DESK}/{ref(app)}"
    own = treasurer.post(f"{taking}/answer", data={"csrf_token": token(treasurer, DESK), "answer": "taken"})
    assert own.status_code == 403
    assert "You proposed this yourself." in words(own)
    assert "1 taking of the fee waits for a second treasurer" in words(second.get("/treasury?lang=en"))
    answer = {"csrf_token": token(second, f"{DESK}?lang=en"), "answer": "taken"}
    assert second.post(f"{taking}/answer", data=answer).status_code == 303
    late = second.post(f"{taking}/answer", data=answer)
    assert late.status_code == 409
    assert "Somebody was faster" in words(late)
    public = f"/money/fees/{story.SLUG}?lang=en"
    assert "the operator took it" in words(treasurer.get(public))
    unsure = send(treasurer, f"{taking}/return", {})
    assert unsure.status_code == 422
    assert "Look at the bank's statement first" in words(unsure)
    assert send(treasurer, f"{taking}/return", {"sure": "y"}).status_code == 303
    sure = {"csrf_token": token(treasurer, DESK), "sure": "y"}
    assert treasurer.post(f"{taking}/return", data=sure).status_code == 409
    assert "sent back by the bank" in words(treasurer.get(public))
    with app.app_context():
        story.sound()


@pytest.mark.usefixtures("owed")
def test_more_than_may_leave_and_what_says_nothing_is_refused_and_kept(treasurer: FlaskClient) -> None:
    more = send(treasurer, f"{DESK}?lang=en", VALUES | {"amount": "1.61"}, action=DESK)
    assert more.status_code == 422
    assert "Only ¥1.60 of this fee may leave now" in words(more)
    assert 'value="1.61"' in more.text
    empty = send(treasurer, DESK, {"plan": "none", "amount": "much", "recipient": " "})
    assert empty.status_code == 422
    for sentence in ("Choose the plan it is for.", "Enter an amount in yuan", "Say whose account it goes to"):
        assert sentence in words(empty)
