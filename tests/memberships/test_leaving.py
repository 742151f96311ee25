"""The end of a membership through HTTP: leaving, staying, what goes back, and who may touch it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.jobs import tick
from app.models import Membership, Payment, Refund
from app.services import payments, selfcheck
from app.services.days import midnight
from tests.memberships.walk import (
    TODAY,
    approve_claim,
    it_is,
    join,
    lock,
    noon,
    plan_month,
    said,
    settle,
    somebody,
)  # fmt: skip
from tests.web.gate import enter, open_account, send, token

OCTOBER_1 = "young-cancer-2026-10-1"
MOTHER = somebody(dt.date(1996, 3, 12), 44, relation="parent", name="周桂芬")
LOCKED, SETTLED, AFTER = dt.date(2026, 10, 8), dt.date(2026, 10, 14), dt.date(2026, 10, 15)


def ticked(app: Flask, moment: dt.datetime) -> None:
    with app.app_context():
        tick.tick(moment)
        assert [question.name for question in selfcheck.check() if question.rows] == []


def midnight_of(app: Flask, day: dt.date) -> dt.datetime:
    with app.app_context():
        return midnight(day)


def test_leaving_says_what_follows_is_undone_with_one_button_and_ends_at_the_lock(app: Flask, client: FlaskClient):
    ref = join(app, client, somebody())
    mother = join(app, client, MOTHER)
    plan_month(app, TODAY)
    page = said(client.get(f"/me/{ref}/leave"))
    assert "家人的会员资格不受影响：各自继续，仍由您缴费。" in page
    assert f'href="/me/{mother}/leave"' in client.get(f"/me/{ref}/leave").text
    assert "2026 年 10 月 7 日" in page
    assert "¥30.00" in page
    assert "180 天" in page
    assert send(client, f"/me/{ref}/leave").location == f"/me/{ref}"
    leaving = said(client.get(f"/me/{ref}"))
    assert "退出中" in leaving
    assert "继续留下" in leaving
    assert send(client, f"/me/{ref}", action=f"/me/{ref}/stay").location == f"/me/{ref}"
    assert f"/me/{ref}/stay" not in client.get(f"/me/{ref}").text
    send(client, f"/me/{ref}/leave")
    again = client.post(f"/me/{ref}/leave", data={"csrf_token": token(client, f"/me/{ref}")})
    assert again.status_code == 409
    ticked(app, midnight_of(app, dt.date(2026, 10, 7)))
    with it_is(app, LOCKED):
        ended = said(client.get(f"/me/{ref}"))
        assert "¥30.00" in ended
        assert "待放款" in ended
        late = client.post(f"/me/{ref}/stay", data={"csrf_token": token(client, f"/me/{ref}")})
        assert (late.status_code, client.get(f"/me/{ref}/leave").status_code) == (409, 409)
        inbox = said(client.get("/me/messages"))
        assert "会员资格已结束" in inbox
        assert "¥30.00 将原路退还给您。" in inbox


def test_leaving_while_locked_names_the_last_share_and_the_settlement(app: Flask, client: FlaskClient):
    ref = join(app, client, somebody())
    mother = join(app, client, MOTHER)
    plan_month(app, TODAY)
    approve_claim(app, mother, 5_00, TODAY)
    lock(app, OCTOBER_1)
    with it_is(app, LOCKED):
        page = said(client.get(f"/me/{ref}/leave"))
        assert "¥27.50" in page
        assert "¥2.50" in page
        send(client, f"/me/{ref}/leave")
        assert "继续留下" in said(client.get(f"/me/{ref}"))
    settle(app, OCTOBER_1)
    ticked(app, midnight_of(app, AFTER))
    with it_is(app, AFTER):
        assert "¥27.50" in said(client.get(f"/me/{ref}"))


@pytest.mark.parametrize("asked", ["before", "after"])
def test_who_moved_at_an_age_takes_a_consent_back_and_leaves_the_plan_that_goes_on(
    app: Flask, client: FlaskClient, asked: str
):
    ref = join(app, client, somebody(dt.date(1975, 10, 5), 61))
    join(app, client, MOTHER)
    plan_month(app, TODAY)
    for day in (5, 7):
        ticked(app, midnight_of(app, dt.date(2026, 10, day)))
    with app.app_context():
        before, after = (
            db.session.scalars(db.select(Membership).where(Membership.ref == ref)).one(),
            db.session.scalars(db.select(Membership).where(Membership.moved_from_id.is_not(None))).one(),
        )
        refs = {"before": before.ref, "after": after.ref}
    with it_is(app, LOCKED):
        page = client.get(f"/me/{refs[asked]}/consents?lang=en")
        assert "Joining the plan" in said(page)
        data = {"kind": "joining", "csrf_token": token(client, f"/me/{refs[asked]}/consents")}
        assert client.post(f"/me/{refs[asked]}/consents", data=data).status_code == 303
    with app.app_context():
        left = db.session.scalars(db.select(Membership).where(Membership.ref == refs["after"])).one()
        assert left.ends_as == "left"


def test_who_waits_for_the_open_period_leaves_at_once_with_everything(app: Flask, client: FlaskClient):
    join(app, client, MOTHER)
    plan_month(app, TODAY)
    lock(app, OCTOBER_1)
    with it_is(app, LOCKED):
        ref = join(app, client, somebody())
        assert "立即退出" in said(client.get(f"/me/{ref}/leave"))
        send(client, f"/me/{ref}/leave")
        page = said(client.get(f"/me/{ref}"))
    assert "已结束" in page
    assert "¥30.00" in page


def test_a_payment_that_comes_after_the_end_is_kept_apart_and_goes_back_with_one_click(app: Flask, client: FlaskClient):
    ref = join(app, client, somebody())
    join(app, client, MOTHER)
    plan_month(app, TODAY)
    with app.app_context(), transaction():
        membership = db.session.scalars(db.select(Membership).where(Membership.ref == ref)).one()
        db.session.add(
            Payment(
                ref="0123456789AB", reference="late-1", adapter="sandbox", account_id=membership.account_id,
                membership_id=membership.id, amount_fen=5_00, asked_at=noon(TODAY),
            )
        )  # fmt: skip
    send(client, f"/me/{ref}/leave")
    ticked(app, midnight_of(app, dt.date(2026, 10, 7)))
    with app.app_context(), transaction():
        payments.receive("late-1", at=noon(LOCKED))
    with it_is(app, LOCKED):
        assert "¥5.00 在结束之后才到账" in said(client.get("/me/messages")) + said(client.get(f"/me/{ref}"))
        address = f"/me/{ref}/late/0123456789AB"
        assert send(client, f"/me/{ref}", action=address).location == f"/me/{ref}"
        twice = client.post(address, data={"csrf_token": token(client, f"/me/{ref}")})
        assert twice.status_code == 409
        _release_everything(app, client)
        assert "¥5.00" in said(client.get("/me/messages"))
    with app.app_context():
        assert {refund.state for refund in db.session.scalars(db.select(Refund))} == {"paid"}
        assert [question.name for question in selfcheck.check() if question.rows] == []


def _release_everything(app: Flask, client: FlaskClient) -> None:
    open_account(app, "tong@example.org", name="童", roles=("treasurer",))
    desk = app.test_client()
    enter(desk, "tong@example.org")
    page = said(desk.get("/treasury/refunds"))
    assert "¥30.00" in page
    assert "¥5.00" in page
    assert send(desk, "/treasury/refunds", action="/treasury/refunds/release").location == "/treasury/refunds"
    ticked(app, noon_of(app, LOCKED))
    with app.app_context():
        late = db.session.scalars(db.select(Refund).where(Refund.suspense_id.is_not(None))).one().ref
    back = send(desk, "/treasury/refunds", action=f"/treasury/refunds/{late}/returned")
    assert back.location == "/treasury/refunds"
    assert "被银行退回" in said(desk.get("/treasury/refunds"))
    send(desk, "/treasury/refunds", action=f"/treasury/refunds/{late}/release")
    ticked(app, noon_of(app, LOCKED) + dt.timedelta(minutes=1))
    gone = desk.post(f"/treasury/refunds/{late}/release", data={"csrf_token": token(desk, "/treasury/refunds")})
    assert gone.status_code == 409


def noon_of(app: Flask, day: dt.date) -> dt.datetime:
    with app.app_context():
        return noon(day)


@pytest.mark.parametrize("deed", ["leave", "stay", "refund", "late/0123456789AB"])
def test_somebody_elses_membership_does_not_exist(app: Flask, client: FlaskClient, deed: str):
    ref = join(app, client, somebody())
    open_account(app, "other@example.org", name="别人")
    stranger = app.test_client()
    enter(stranger, "other@example.org")
    data = {"csrf_token": token(stranger, "/account")}
    assert stranger.post(f"/me/{ref}/{deed}", data=data).status_code == 404
    assert stranger.get(f"/me/{ref}/leave").status_code == 404
