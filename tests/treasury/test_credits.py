"""The desk of credits: proposed on the page of a period, confirmed by another treasurer, and read by everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.jobs.tick import tick
from app.services import leaving
from tests.services import pool_story as story
from tests.web.gate import enter, open_account, send, token, words

Clock = Callable[[int], None]
FORM, DESK = f"/treasury/{story.FIRST}/credit", "/treasury/credits"
WHY = "One case was counted twice."


@pytest.fixture
def settled(app: Flask, day: Clock) -> None:
    """Ten members paid 3.00 each on the 14th, one of them left on the 15th; it is the 22nd."""
    with app.app_context():
        story.open_plan()
        story.enrol(10)
        story.approve_claim(30_00, benefit="low_grade_tumour")
        story.settled()
        gone = story.members()[9]
        with transaction():
            leaving.leave(gone, by=gone.account_id, at=story.september(15))
        tick(story.september(21, 0))
    day(22)


@pytest.mark.usefixtures("settled")
def test_a_wrong_settlement_is_made_good_by_two_and_everybody_reads_why(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, client: FlaskClient
) -> None:
    page = f"/treasury/{story.FIRST}"
    assert f'href="{FORM}"' in treasurer.get(page).text
    said = words(treasurer.get(f"{FORM}?lang=en"))
    assert "Each of 10 members was charged ¥3.00; at most ¥3.00 of it can still be credited." in said
    typed = {"over": "1.00", "cause": "operator", "reason": WHY}
    assert send(treasurer, FORM, typed).status_code == 303
    said = words(treasurer.get(f"{DESK}?lang=en"))
    assert "¥10.00 in all: ¥9.00 enter the carry and lower the next share, ¥1.00 go back by name." in said
    assert "You proposed it, so another treasurer confirms it." in said
    answer = f"{DESK}/{ref_of(second)}/answer"
    csrf = token(treasurer, f"{DESK}?lang=en")
    refused = treasurer.post(answer, data={"csrf_token": csrf, "answer": "confirmed"})
    assert refused.status_code == 409
    assert "You proposed it, so another treasurer confirms it." in words(refused)
    assert send(second, DESK, {"answer": "confirmed"}, action=answer).status_code == 303
    again = second.post(answer, data={"csrf_token": token(second, "/account"), "answer": "refused"})
    assert again.status_code == 409
    with app.app_context():
        story.sweep(at=story.september(22, 13))
    public = words(app.test_client().get(f"/disclosures/{story.FIRST}?lang=en"))
    assert "each of 10 members was charged ¥1.00 too much, ¥10.00 in all." in public
    assert "1 member who has left since gets it back by name, ¥1.00." in public
    assert WHY in public
    assert "The credit was confirmed and booked" in words(treasurer.get(f"{page}?lang=en"))


def ref_of(visitor: FlaskClient) -> str:
    """The reference of the credit that waits."""
    return visitor.get(DESK).text.partition(f'action="{DESK}/')[2].partition("/")[0]


@pytest.mark.usefixtures("settled")
def test_what_cannot_be_credited_is_said_beside_what_was_typed(treasurer: FlaskClient) -> None:
    for typed, sentence in (
        ({"over": "3.01"}, "At most ¥3.00 can still be credited to each: nobody gets back more than was charged."),
        ({"over": "much"}, "Enter an amount in yuan, for example 0.03."),
        ({"over": "1.00", "reason": " "}, "Say what was wrong: everybody reads it."),
        ({"over": "1.00", "cause": "nobody"}, "Choose one of the two."),
    ):
        answer = send(treasurer, f"{FORM}?lang=en", {"cause": "rules", "reason": WHY, **typed}, action=FORM)
        assert answer.status_code == 422
        assert sentence in words(answer)
        assert typed["over"] in answer.text
    missing = treasurer.get(f"/treasury/{story.SECOND}/credit?lang=en")
    assert missing.status_code == 409
    assert "Only a settlement can have charged too much, and this period has none." in words(missing)


def test_the_next_sum_names_the_credit_as_a_term_of_its_own(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    with app.app_context():
        story.open_plan()
        story.enrol(10)
        story.approve_claim(30_00, benefit="low_grade_tumour")
        story.settled()
        story.corrected(1_00, cause="operator", at=story.september(16))
        story.approve_claim(30_00, benefit="low_grade_tumour", at=story.september(17))
        story.settled(story.SECOND)
    day(29)
    public = words(app.test_client().get(f"/disclosures/{story.SECOND}?lang=en"))
    assert "Less: credits for earlier settlements September 2026, period 1 −10.00" in public
    assert "Credits for earlier settlements" in words(treasurer.get(f"/treasury/{story.SECOND}?lang=en"))


@pytest.mark.usefixtures("settled")
def test_an_auditor_reads_the_desk_and_does_nothing(app: Flask, client: FlaskClient) -> None:
    open_account(app, "zhao@example.org", roles=("auditor",))
    enter(client, "zhao@example.org")
    assert "没有" in words(client.get(f"{DESK}?lang=zh"))
    assert client.get(FORM).status_code == 200
    csrf = token(client, "/account")
    assert client.post(FORM, data={"csrf_token": csrf, "over": "1.00"}).status_code == 403
