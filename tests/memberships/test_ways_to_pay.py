"""What a payer sees while a payment is awaited: where to transfer it, or where the payment service takes it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.models import Payment
from app.payment_settings import CustodyDetails, PaymentSettings
from tests.memberships.walk import join, somebody, up_to_check
from tests.web.gate import send, words

BY_HAND = PaymentSettings("manual", {"main": CustodyDetails("互助基金托管户", "托管银行", "62 17")})
SERVICE = PaymentSettings(
    "webhook", secrets=(b"x",), url="https://pay.example/orders", page="https://pay.example/pay/{reference}"
)


def asked(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(db.select(Payment.ref).where(Payment.state == "asked")).one()


def test_who_pays_by_transfer_sees_the_account_and_the_reference(app: Flask, client: FlaskClient) -> None:
    joined = join(app, client, somebody())
    app.config["PAYMENTS"] = BY_HAND
    chosen = send(client, f"/me/{joined}/top-up", {"choice": "other", "other": "30"})
    assert send(client, chosen.location, action=f"/me/{joined}/top-up/check").status_code == 303
    said, ref = words(client.get(f"/me/{joined}?lang=en")), asked(app)
    assert "Please transfer ¥30.00 and write the reference on the transfer." in said
    for part in (f"{ref[:4]} {ref[4:8]} {ref[8:]}", "互助基金托管户", "62 17"):
        assert part in said
    app.config["PAYMENTS"] = PaymentSettings("manual", {"another": BY_HAND.accounts["main"]})
    assert "Please ask the operator before you transfer anything." in words(client.get(f"/me/{joined}?lang=en"))


@pytest.mark.parametrize(("settings", "says"), [(BY_HAND, "62 17"), (SERVICE, "Pay ¥30.00 at the payment service")])
def test_who_joins_sees_how_the_first_top_up_is_paid(
    app: Flask, client: FlaskClient, settings: PaymentSettings, says: str
) -> None:
    base = up_to_check(app, client, somebody())
    app.config["PAYMENTS"] = settings
    checked = client.get(f"{base}/check?lang=en")
    assert "Play money" not in words(checked)
    assert send(client, f"{base}/check").status_code == 303
    waiting = client.get(f"{base}/done?lang=en")
    assert says in words(waiting)
    if settings is SERVICE:
        assert f'href="https://pay.example/pay/{asked(app)}"' in waiting.text
