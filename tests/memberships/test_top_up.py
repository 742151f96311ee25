"""Topping up: checked once more, paid once, and every amount that cannot be taken is said so."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db
from app.models import Deposit, Payment
from app.payment_settings import PaymentSettings
from tests.memberships.walk import join, said, somebody
from tests.web.gate import send


def hidden(page: TestResponse) -> dict[str, str]:
    """What the last form before the payment carries."""
    return dict(re.findall(r'name="(csrf_token|amount_fen|ref)" type="hidden" value="([^"]+)"', page.text))


def test_a_top_up_sent_twice_is_one_payment(app: Flask, client: FlaskClient):
    ref = join(app, client, somebody())
    path = f"/me/{ref}/top-up/check"
    fields = hidden(client.get(f"{path}?amount=3000"))
    assert [client.post(path, data=fields).location for _ in range(2)] == [f"/me/{ref}"] * 2
    with app.app_context():
        assert db.session.scalars(db.select(Payment.amount_fen)).all() == [3000, 3000]
        assert len(db.session.scalars(db.select(Deposit)).all()) == 2
    other = join(app, client, somebody(serial=44, relation="parent"))
    assert client.post(f"/me/{other}/top-up/check", data=fields).status_code == 400
    assert client.post(path, data={**fields, "ref": "mine"}).status_code == 400


@pytest.mark.parametrize("amount", ["0", "-3", "1e3", "", "1000001", "9" * 5000, "²"])
def test_an_amount_nobody_offered_is_not_paid(app: Flask, client: FlaskClient, amount: str):
    ref = join(app, client, somebody())
    path = f"/me/{ref}/top-up/check"
    assert client.get(path, query_string={"amount": amount}).location == f"/me/{ref}/top-up"
    fields = hidden(client.get(f"{path}?amount=3000"))
    answer = client.post(path, data={**fields, "amount_fen": amount})
    assert answer.status_code == 422
    assert "这个金额不在可选之列" in said(answer)


@pytest.mark.parametrize(("other", "says"), [("0.99", "这里最少 ¥1.00。"), ("much", "请填写以元为单位的金额")])
def test_what_cannot_be_paid_in_is_said_and_kept(app: Flask, client: FlaskClient, other: str, says: str):
    ref = join(app, client, somebody())
    answer = send(client, f"/me/{ref}/top-up", {"choice": "other", "other": other})
    assert answer.status_code == 422
    assert says in said(answer)
    assert f'value="{other}"' in answer.text


def test_without_a_payment_service_nothing_is_paid_in(app: Flask, client: FlaskClient):
    ref = join(app, client, somebody())
    path = f"/me/{ref}/top-up/check"
    fields = hidden(client.get(f"{path}?amount=3000"))
    app.config["PAYMENTS"] = PaymentSettings("")
    answer = client.post(path, data=fields)
    assert answer.status_code == 503
    assert "没有扣款。" in said(answer)
