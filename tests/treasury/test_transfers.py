"""The desk of transfers by hand: two people for each, and every refusal in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import TransferByHand
from app.payment_settings import CustodyDetails, PaymentSettings
from app.services import payments, reserves
from tests.services import pool_story as story
from tests.web.gate import send, token, words

Clock = Callable[[int], None]
DESK = "/treasury/transfers"


@pytest.fixture
def by_hand(app: Flask, day: Clock) -> str:
    """An installation that is paid by bank transfers, with three members; the reference of one of them."""
    app.config["PAYMENTS"] = PaymentSettings("manual", {"main": CustodyDetails("互助基金托管户", "托管银行", "62 17")})
    with app.app_context():
        story.open_plan()
        story.enrol(3)
        ref = story.members()[0].ref
    day(3)
    return ref


def record(client: FlaskClient, written: str, bank: str = "B-1", amount: str = "25.00", **more: str):
    values = {"written": written, "bank_reference": bank, "amount": amount, "banked_on": "2026-09-02", **more}
    return send(client, f"{DESK}/new?lang=en", values, action=f"{DESK}/new")


def page_of(app: Flask, bank: str = "B-1") -> str:
    with app.app_context():
        found = db.select(TransferByHand.ref).where(TransferByHand.bank_reference == bank)
        return f"{DESK}/{db.session.scalars(found.order_by(TransferByHand.id.desc())).first()}"


def test_one_records_another_confirms_and_each_refusal_says_why(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, by_hand: str
) -> None:
    assert f'href="{DESK}"' in treasurer.get("/treasury").text
    assert record(treasurer, by_hand.lower()).status_code == 303
    twice = record(treasurer, "", amount="1")
    assert twice.status_code == 409
    assert "A transfer with this reference of the bank is recorded already" in words(twice)
    assert page_of(app) in twice.text
    page = page_of(app)
    assert "You recorded it, so another treasurer confirms it." in words(treasurer.get(page))
    answer = {"csrf_token": token(treasurer, page), "seen": "y"}
    own = treasurer.post(f"{page}/confirmation", data=answer)
    assert own.status_code == 403
    assert "You did the step before this one yourself." in words(own)
    unsure = send(second, f"{page}?lang=en", action=f"{page}/confirmation")
    assert unsure.status_code == 422
    assert "Look into the bank's list first: what is confirmed is booked at once." in words(unsure)
    answer["csrf_token"] = token(second, page)
    assert second.post(f"{page}/confirmation", data=answer).status_code == 303
    late = second.post(f"{page}/confirmation", data=answer)
    assert late.status_code == 409
    assert "this transfer is “confirmed and booked”. Nothing was done twice." in words(late)
    assert "The payment it was booked as" in words(second.get(page))
    assert "B-1" in words(treasurer.get(f"{DESK}?state=confirmed"))
    assert "There is no such transfer." in words(treasurer.get(f"{DESK}?state=held"))
    with app.app_context():
        story.sound()


def test_what_cannot_be_recorded_is_said_at_its_field_and_kept(treasurer: FlaskClient, by_hand: str) -> None:
    wrong = record(treasurer, by_hand, bank="", amount="much", banked_on="2026-09-30")
    assert wrong.status_code == 422
    for sentence in (
        "Enter what the bank calls the transfer.",
        "Enter an amount in yuan, for example 30.00.",
        "This day is not possible: it is ahead, or more than a year ago.",
    ):
        assert sentence in words(wrong)
    assert by_hand in wrong.text


def test_what_is_not_in_the_bank_is_rejected_for_a_reason_and_may_be_recorded_anew(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, by_hand: str
) -> None:
    record(treasurer, by_hand, amount="250")
    page = page_of(app)
    silent = send(second, f"{page}?lang=en", action=f"{page}/rejection")
    assert silent.status_code == 422
    assert "Say why it is not confirmed: whoever recorded it reads it." in words(silent)
    assert send(second, page, {"reason": "it was 25.00."}, action=f"{page}/rejection").status_code == 303
    assert "Not confirmed: it was 25.00. Record it anew if it came after all." in words(treasurer.get(page))
    assert record(treasurer, by_hand).status_code == 303


def test_money_of_nobody_known_finds_its_owner_or_goes_back(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, by_hand: str
) -> None:
    for bank in ("B-1", "B-2"):
        record(treasurer, "", bank)
        page = page_of(app, bank)
        assert "Nobody is found by this reference." in words(second.get(f"{page}?lang=en"))
        send(second, page, {"seen": "y"}, action=f"{page}/confirmation")
    page = page_of(app, "B-1")
    assert "You confirmed it, so another treasurer finds its owner or sends it back." in words(second.get(page))
    nobody = send(treasurer, f"{page}?lang=en", {"reference": "nobody"}, action=f"{page}/owner")
    assert nobody.status_code == 422
    assert "We know no payment, membership or application by this reference." in words(nobody)
    assert send(treasurer, page, {"reference": by_hand}, action=f"{page}/owner").status_code == 303
    page = page_of(app, "B-2")
    assert send(treasurer, page, {"sent_reference": "BACK-1"}, action=f"{page}/return").status_code == 303
    assert "It went back under the bank's reference BACK-1." in words(treasurer.get(page))
    with app.app_context():
        story.sound()


def test_another_amount_than_asked_for_is_booked_and_both_are_said(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, by_hand: str
) -> None:
    with app.app_context(), transaction():
        member = story.members()[0]
        asked = payments.ask(30_00, account_id=member.account_id, membership=member, at=story.september(2)).ref
    record(treasurer, asked)
    page = page_of(app)
    assert f"It would be booked for membership {by_hand}" in words(second.get(f"{page}?lang=en"))
    send(second, page, {"seen": "y"}, action=f"{page}/confirmation")
    assert "Another amount came than was asked for." in words(second.get(page))
    said = words(treasurer.get(f"/treasury/payments/{asked}?lang=en"))
    assert "The transfer by hand behind it" in said
    assert "¥30.00 was asked for, ¥25.00 came." in said
    record(treasurer, by_hand, "B-2")
    assert "1 transfer by hand waits for a second treasurer" in words(treasurer.get("/treasury?lang=en"))


def test_a_line_that_is_booked_at_another_desk_is_refused_with_a_way_to_the_first(
    app: Flask, treasurer: FlaskClient, by_hand: str
) -> None:
    with app.app_context(), transaction():
        by, at = story.treasurer("treasurer-3").id, story.september(2)
        money = {"source": "a friend", "reference": "F-1", "by": by, "at": at}
        funding = reserves.record(story.plan(), "donation", 7_00, **money).ref
        member = story.members()[0]
        payment = payments.ask(5_00, account_id=member.account_id, membership=member, at=at)
        named = payments.receive(payment.reference, at=at).ref
    twice = record(treasurer, by_hand, bank="F-1")
    assert twice.status_code == 409
    assert "booked or recorded already, as money for a reserve. One line is booked once." in words(twice)
    assert f"/treasury/reserves#funding-{funding}" in twice.text
    assert f'id="funding-{funding}"' in treasurer.get("/treasury/reserves").text
    again = record(treasurer, named, bank="B-8")
    assert again.status_code == 409
    assert "has arrived another way. Look at its page first." in words(again)
    assert f"/treasury/payments/{named}" in again.text
    assert record(treasurer, named, bank="B-8", is_another="y").status_code == 303
    values = {"plan": story.SLUG, "kind": "donation", "amount": "7", "source": "a friend", "reference": "B-8"}
    other = send(treasurer, "/treasury/reserves?lang=en", values, action="/treasury/reserves")
    assert other.status_code == 409
    assert "booked or recorded already, as a transfer by hand." in words(other)
    assert page_of(app, "B-8") in other.text
