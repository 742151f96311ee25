"""One top-up for a family: a payment of its own for each, all or none, once; and a receipt for each."""

from __future__ import annotations

import datetime as dt
import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.models import Deposit, Membership, Payment, SuspenseItem
from app.payment_settings import CustodyDetails, PaymentSettings
from app.services import payments, reversals, selfcheck
from tests.memberships.test_own import MOTHER, SETTLED, settled
from tests.memberships.walk import TODAY, it_is, join, noon, said, somebody
from tests.notices.paper import text_of
from tests.web.gate import open_account, send, signed_in

BY_HAND = PaymentSettings("manual", {"main": CustodyDetails("互助基金托管户", "托管银行", "62 17")})


def hidden(page: TestResponse) -> dict[str, str]:
    """What the last form before the payment carries."""
    return dict(re.findall(r'name="(csrf_token|parts|ref)" type="hidden" value="([^"]+)"', page.text))


def test_a_sum_is_divided_exactly_and_sent_twice_it_is_paid_once(app: Flask, client: FlaskClient):
    first, second = settled(app, client)
    with it_is(app, SETTLED):
        offered = said(client.get("/me/top-up?lang=en"))
        assert "¥68.00: enough for about 24 periods each" in offered
        assert "It is an estimate, not a promise." in offered
        client.get("/me?lang=zh")
        chosen = send(client, "/me/top-up", {"choice": "sum", "sum": "10.01"})
        assert chosen.location == f"/me/top-up/check?parts={first}:501,{second}:500"
        page = client.get(f"{chosen.location}&lang=en")
        assert "32.51" in said(page)
        fields = hidden(page)
        assert [client.post("/me/top-up/check", data=fields).location for _ in range(2)] == ["/me"] * 2
        other = {**fields, "parts": f"{first}:900"}
        assert client.post("/me/top-up/check", data=other).location == "/me", "the same top-up, not another one"
    with app.app_context():
        paid = db.session.scalars(db.select(Payment).where(Payment.together.is_not(None)).order_by(Payment.id)).all()
        assert [(one.amount_fen, one.state) for one in paid] == [(5_01, "received"), (5_00, "received")]
        assert db.session.scalar(db.select(db.func.count(Deposit.id))) == 4
        assert [question.name for question in selfcheck.check() if question.rows] == []
    open_account(app, "wang@example.org", name="王")
    stranger = signed_in(app, "wang@example.org")
    with it_is(app, SETTLED):
        assert stranger.get(chosen.location).location == "/me/top-up", "what is not theirs does not exist"


def test_what_cannot_be_divided_is_said_and_kept(app: Flask, client: FlaskClient):
    first = join(app, client, somebody())
    join(app, client, MOTHER)
    for data, sentence in (
        ({"choice": "sum", "sum": "0.01"}, "That is not a fen for each. Enter a larger sum."),
        ({"choice": "sum", "sum": "1.50"}, "林岚 would get ¥0.75; the least there is ¥1.00."),
        ({"choice": "each"}, "Enter an amount for at least one of them."),
        ({"choice": "each", f"amount_{first}": "much"}, "Enter an amount in yuan"),
        ({"choice": "all"}, "Choose how much."),
    ):
        answer = send(client, "/me/top-up?lang=en", data)
        assert answer.status_code == 422
        assert sentence in said(answer)
    assert 'value="much"' in send(client, "/me/top-up", {"choice": "each", f"amount_{first}": "much"}).text
    for parts in ("", "x", f"{first}:0", f"{first}:1000001", f"{'0' * 12}:900", f"{first}:9999999"):
        assert client.get("/me/top-up/check", query_string={"parts": parts}).location == "/me/top-up"


def test_a_membership_that_ended_stops_the_sum_before_and_its_part_waits_apart_after(app: Flask, client: FlaskClient):
    first, second = join(app, client, somebody()), join(app, client, MOTHER)
    app.config["PAYMENTS"] = BY_HAND
    address = f"/me/top-up/check?parts={first}:900,{second}:1200"
    before, again = hidden(client.get(address)), hidden(client.get(address))
    assert client.post("/me/top-up/check", data=before).location == "/me/payments"
    listed = said(client.get("/me/payments?lang=en"))
    assert listed.count("write the reference on the transfer") == 2
    with app.app_context(), transaction():
        ended = db.session.scalars(db.select(Membership).where(Membership.ref == second)).one()
        ended.state, ended.ends_as, ended.ends_after_seq, ended.end_seq = "left", "left", 0, 0
        ended.ended_at = noon(TODAY)
    client.get("/me?lang=en")
    late = client.post("/me/top-up/check", data=again)
    assert late.status_code == 409
    assert "One of these memberships cannot be topped up any more. Nothing was paid" in said(late)
    with app.app_context():
        orders = db.session.scalars(db.select(Payment).where(Payment.together.is_not(None)).order_by(Payment.id)).all()
        with transaction():
            for order in orders:
                payments.receive(order.reference, at=noon(TODAY))
        [apart] = db.session.scalars(db.select(SuspenseItem)).all()
        assert (apart.payment.amount_fen, apart.reason) == (12_00, "membership_ended")
        refs = [order.ref for order in orders]
    assert "It is kept apart" in said(client.get(f"/me/payments/{refs[1]}"))
    assert "kept apart" in said(client.get("/me/payments"))


def test_a_receipt_says_what_came_and_that_it_was_taken_back(app: Flask, client: FlaskClient):
    ref = join(app, client, somebody())
    with app.app_context():
        paid = db.session.scalars(db.select(Payment)).one()
        number, reference = paid.ref, paid.reference
    written = f"{number[:4]} {number[4:8]} {number[8:]}"
    assert f'href="/me/payments/{number}"' in client.get(f"/me/{ref}").text
    page = said(client.get(f"/me/payments/{number}?lang=en"))
    for words in (f"Receipt {written}", "¥30.00", "play money of the demonstration", "林岚", ref):
        assert words in page
    with app.app_context(), transaction():
        payment = db.session.scalars(db.select(Payment).where(Payment.reference == reference)).one()
        reversals.reverse(payment, "charged twice", by=None, at=noon(TODAY + dt.timedelta(days=1)))
    assert "Taken back on 2 October 2026." in said(client.get(f"/me/payments/{number}"))
    paper = client.get(f"/me/payments/{number}.pdf")
    assert paper.mimetype == "application/pdf"
    text = text_of(paper.data)
    assert "Taken back on 2 October 2026." in text
    assert written in text
    app.config["PAYMENTS"] = BY_HAND
    fields = hidden(client.get(f"/me/top-up/check?parts={ref}:900"))
    client.post("/me/top-up/check", data=fields)
    with app.app_context():
        asked = db.session.scalars(db.select(Payment.ref).where(Payment.state == "asked")).one()
    missing = client.get(f"/me/payments/{asked}")
    assert missing.status_code == 404
    assert "This payment has not arrived, so there is no receipt for it." in said(missing)
    open_account(app, "wang@example.org", name="王")
    assert signed_in(app, "wang@example.org").get(f"/me/payments/{number}").status_code == 404
