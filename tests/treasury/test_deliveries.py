"""The address of the payment service's news, and the desk where a treasurer reads them."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.models import Delivery, Payment
from app.payment_settings import PaymentSettings
from app.services import limits, payments
from app.services.limits import Limit
from tests.fixtures.payment_service import SECRET, signed, told
from tests.services import pool_story as story
from tests.web.gate import send, words

Clock = Callable[[int], None]
HOOK = "/payments/deliveries"
DESK = "/treasury/deliveries"
OLDER = b"the secret of last year, which still is believed"


@pytest.fixture
def asked(app: Flask, day: Clock) -> str:
    """A payment of 30.00 that a member was asked for through the service: its reference."""
    page = "https://pay.example/{reference}"
    app.config["PAYMENTS"] = PaymentSettings(
        "webhook", secrets=(SECRET, OLDER), url="https://pay.example/orders", page=page
    )
    with app.app_context():
        story.open_plan()
        story.enrol(2)
        with transaction():
            member = story.members()[0]
            ref = payments.ask(30_00, account_id=member.account_id, membership=member, at=story.september(2)).ref
    day(3)
    return ref


def real(app: Flask) -> dt.datetime:
    """The time on the wall, which stands still in these tests."""
    with app.app_context():
        return story.september(1)


def post(client: FlaskClient, body: bytes, headers: dict[str, str]) -> TestResponse:
    return client.post(HOOK, data=body, headers=headers)


def test_signed_news_are_booked_once_and_need_no_session_and_no_token(
    app: Flask, client: FlaskClient, asked: str
) -> None:
    body = told("payment.received", asked, 30_00, number="evt-1")
    first = post(client, body, signed(body, at=real(app), secret=OLDER))
    assert (first.status_code, first.json["outcome"]) == (200, "applied")
    assert "Set-Cookie" not in first.headers
    again = post(client, body, signed(body, at=real(app)))
    assert (again.status_code, again.json["outcome"]) == (200, "applied")
    other = told("payment.reversed", asked, 30_00, number="evt-1")
    assert post(client, other, signed(other, at=real(app))).status_code == 409
    with app.app_context():
        assert db.session.scalars(db.select(Payment.state).where(Payment.ref == asked)).one() == "received"
        story.sound()


def test_what_is_not_signed_by_somebody_who_knows_a_secret_is_refused_and_leaves_nothing(
    app: Flask, client: FlaskClient, asked: str, caplog: pytest.LogCaptureFixture
) -> None:
    body, now = told("payment.received", asked, 30_00), real(app)
    late = dt.timedelta(minutes=5, seconds=1)
    with caplog.at_level(logging.WARNING):
        answers = [
            post(client, body, {}),
            post(client, body, signed(body, at=now, secret=b"somebody else's secret")),
            post(client, body + b" ", signed(body, at=now)),
            post(client, body, signed(body, at=now - late)),
            post(client, body, signed(body, at=now + late)),
            post(client, b" " * 20_000, signed(b" " * 20_000, at=now)),
        ]
    assert [answer.status_code for answer in answers] == [400, 401, 401, 400, 400, 413]
    assert all(answer.json["said"] for answer in answers)
    assert asked not in caplog.text
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(Delivery.id))) == 0
    broken = b'{"id": "evt-1"}'
    answer = client.post(f"{HOOK}?lang=en", data=broken, headers=signed(broken, at=now))
    assert (answer.status_code, answer.json["said"]) == (
        422,
        "The part “reference” is missing or has another shape.",
    )


def test_who_guesses_signatures_is_told_to_come_back_later(
    app: Flask, client: FlaskClient, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.KINDS, "delivery-network", Limit(1, dt.timedelta(minutes=1)))
    assert post(client, b"{}", {}).status_code == 400
    refused = post(client, b"{}", {})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    body = told("payment.received", asked, 30_00)
    assert post(client, body, signed(body, at=real(app))).status_code == 200


def test_an_installation_without_a_service_listens_to_nobody(app: Flask, client: FlaskClient, asked: str) -> None:
    app.config["PAYMENTS"] = PaymentSettings("manual")
    body = told("payment.received", asked, 30_00)
    assert post(client, body, signed(body, at=real(app))).status_code == 404


def test_the_treasurer_reads_what_to_do_and_says_what_was_done(
    app: Flask, client: FlaskClient, treasurer: FlaskClient, asked: str
) -> None:
    for body in (told("payment.received", asked, 29_00), told("payment.reversed", asked, 30_00)):
        post(client, body, signed(body, at=real(app)))
    assert f'href="{DESK}"' in treasurer.get("/treasury").text
    listed = treasurer.get(f"{DESK}?outcome=open&lang=en")
    assert "1 piece of news needs a treasurer's look." in words(listed)
    assert "the amount is another one than ours" in words(listed)
    assert "waiting for earlier news" in words(treasurer.get(f"{DESK}?outcome=waiting&ref={asked}"))
    with app.app_context():
        number = db.session.scalars(db.select(Delivery.id).order_by(Delivery.id)).first()
    page = f"{DESK}/{number}"
    said = words(treasurer.get(f"{page}?lang=en"))
    assert "Look in the bank how much really came, and record that as a transfer by hand with this reference." in said
    silent = send(treasurer, page, action=f"{page}/look")
    assert silent.status_code == 422
    assert "Say what you did about it: others read it later. Name nobody." in words(silent)
    assert send(treasurer, page, {"said": "asked the service"}, action=f"{page}/look").status_code == 303
    assert "asked the service" in words(treasurer.get(page))
    assert "Nothing needs a look." in words(treasurer.get(DESK))


def test_news_turn_their_pages_by_key(app: Flask, client: FlaskClient, treasurer: FlaskClient, asked: str) -> None:
    for number in range(51):
        body = told("payment.received", asked, 30_00, number=f"evt-{number}")
        assert post(client, body, signed(body, at=real(app))).status_code == 200
    first = treasurer.get(f"{DESK}?lang=en")
    assert "Older news" in words(first)
    link = first.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Older news" not in words(treasurer.get(link))
