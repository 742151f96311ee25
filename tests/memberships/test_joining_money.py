"""A first top-up that is late, fails or comes after another one: the membership begins once, and no fen is lost."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from flask.testing import FlaskClient

from app.adapters.payments import Does
from app.db import db, transaction
from app.models import Membership, Payment
from app.services import payments, sandbox
from tests.memberships.walk import TODAY, join, noon, pay, somebody, up_to_check
from tests.services import pool_story as story
from tests.web.gate import send, words


def order(app: Flask, does: Does, days: int) -> None:
    with app.app_context(), transaction():
        sandbox.order("in", does, days, at=noon(TODAY))


def asked(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(db.select(Payment.reference).order_by(Payment.id)).all()[-1]


def test_a_first_top_up_that_takes_days_begins_the_membership_on_the_day_it_arrives(
    app: Flask, client: FlaskClient
) -> None:
    base = up_to_check(app, client, somebody())
    order(app, "arrive", 3)
    assert send(client, f"{base}/check").location == f"{base}/done"
    assert "We are waiting for the payment of ¥30.00" in words(client.get(f"{base}/done?lang=en"))
    reference = asked(app)
    arrives = TODAY + dt.timedelta(days=3)
    with app.app_context():
        with transaction():
            payments.receive(reference, at=noon(arrives))
        with transaction():
            payments.receive(reference, at=noon(arrives))
        found = db.session.scalars(db.select(Membership)).one()
        assert (found.joined_on, found.paid_net_fen) == (arrives, 30_00)
        story.sound()


def test_after_a_payment_that_failed_one_pays_again_and_what_arrives_late_is_a_top_up(
    app: Flask, client: FlaskClient
) -> None:
    base = up_to_check(app, client, somebody())
    order(app, "arrive", 30)
    send(client, f"{base}/check")
    failed = asked(app)
    with app.app_context(), transaction():
        payments.fail(failed, "bank_refused", at=noon(TODAY))
    assert "did not arrive" in words(client.get("/me/messages?lang=en"))
    assert client.get(f"{base}/done").status_code == 303, "back to the application, which is a draft again"
    join(app, client, somebody())
    with app.app_context():
        with transaction():
            payments.receive(failed, at=noon(TODAY + dt.timedelta(days=1)))
        found = db.session.scalars(db.select(Membership)).one()
        assert found.paid_net_fen == 60_00
        story.sound()


def test_a_top_up_that_is_late_or_failed_is_said_on_the_page_of_its_membership(app: Flask, client: FlaskClient) -> None:
    ref = join(app, client, somebody())
    order(app, "arrive", 3)
    pay(client, ref, 20_00)
    page = f"/me/{ref}?lang=en"
    assert "¥20.00, asked for on 1 October 2026, has not arrived yet." in words(client.get(page))
    with app.app_context(), transaction():
        payments.fail(asked(app), "bank_refused", at=noon(TODAY))
    assert "¥20.00 did not arrive: the payment service refused it on 1 October 2026." in words(client.get(page))
