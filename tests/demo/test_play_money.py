"""Whoever plays lets the next payment be late, fail, come twice or come back; production knows no such page."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.models import SandboxOrder
from app.services import sandbox
from tests.web.gate import send, words

PAGE = "/demo/payments"


def test_the_wish_waits_for_the_next_payment_and_a_new_one_replaces_it(app: Flask, client: FlaskClient) -> None:
    assert PAGE in client.get("/demo").text
    assert (
        send(client, f"{PAGE}?lang=en", {"direction": "in", "does": "fail", "days": "0"}, action=PAGE).status_code
        == 303
    )
    assert send(client, PAGE, {"direction": "in", "does": "arrive", "days": "3"}, action=PAGE).status_code == 303
    assert "Chosen: the next one in arrives, days: 3." in words(client.get(PAGE))
    with app.app_context():
        taken = sandbox.take("in", "ABC")
        assert taken is not None
        assert (taken.does, taken.days) == ("arrive", 3)
        assert (sandbox.take("in", "ABC"), sandbox.take("in", "DEF")) == (taken, None)
        assert db.session.scalar(db.select(db.func.count(SandboxOrder.id))) == 1


def test_the_wish_for_bank_files_stays_for_whatever_leaves_and_is_none_for_what_comes(
    app: Flask, client: FlaskClient
) -> None:
    wrong = send(client, f"{PAGE}?lang=en", {"direction": "in", "does": "by_file", "days": "0"}, action=PAGE)
    assert wrong.status_code == 422
    assert "Only payouts and refunds leave by a bank file." in words(wrong)
    assert send(client, PAGE, {"direction": "out", "does": "by_file", "days": "0"}, action=PAGE).status_code == 303
    assert "wait for a bank file from now on" in words(client.get(f"{PAGE}?lang=en"))
    with app.app_context():
        taken = [sandbox.take("out", ref) for ref in ("ABC", "DEF", "ABC")]
        assert [one.does for one in taken if one is not None] == ["by_file"] * 3
        sandbox.forget("out")
        assert sandbox.take("out", "GHI") is None


def test_a_wish_that_cannot_be_is_refused_and_kept(client: FlaskClient) -> None:
    refused = send(client, f"{PAGE}?lang=en", {"direction": "in", "days": "-1"}, action=PAGE)
    assert refused.status_code == 422
    assert "Choose what it shall do." in words(refused)
    assert "Enter a number of days from 0 to 60." in words(refused)
