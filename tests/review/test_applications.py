"""The desk of applications: picked by chance or a member already, in the same words; begun, or refused and repaid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.jobs import tick
from app.models import Application, Membership, Refund, SuspenseItem
from app.services import selfcheck
from tests.memberships.walk import TODAY, draft_of, it_is, join, noon, publish_plans, said, somebody, up_to_check
from tests.web.gate import enter, open_account, send, signed_in, token


@pytest.fixture(autouse=True)
def house(app: Flask, client: FlaskClient) -> Iterator[None]:
    publish_plans(app)
    open_account(app)
    open_account(app, "second@example.org", name="二号")
    open_account(app, "desk@example.org", name="方宁", roles=("caseworker",))
    with it_is(app, TODAY):
        enter(client)
        yield


def apply(app: Flask, client: FlaskClient) -> str:
    """Apply for the same person as everybody here; returns the reference of the application."""
    base = up_to_check(app, client, somebody())
    send(client, f"{base}/check")
    return draft_of(app)


def sound(app: Flask) -> None:
    with app.app_context():
        assert [question.name for question in selfcheck.check() if question.rows] == []


def test_chance_and_a_known_member_are_told_the_same(app: Flask, client: FlaskClient):
    join(app, client, somebody())
    second = signed_in(app, "second@example.org")
    known = apply(app, second)
    app.config["CHECKED_PER_MILLE"] = 1000
    third = somebody(dt.date(1996, 3, 12), 44, relation="parent")
    base = up_to_check(app, second, third)
    send(second, f"{base}/check")
    picked = draft_of(app)
    pages = [said(second.get(f"/join/young-cancer/{ref}/done")).replace(ref, "") for ref in (known, picked)]
    assert pages[0] == pages[1]
    with app.app_context():
        assert db.session.scalars(db.select(SuspenseItem.reason)).all() == ["application", "application"]
    sound(app)


def test_a_known_member_can_only_be_refused_and_the_answer_does_not_say_why(app: Flask, client: FlaskClient):
    join(app, client, somebody())
    second, desk = signed_in(app, "second@example.org"), signed_in(app, "desk@example.org")
    ref = apply(app, second)
    assert "1 份加入申请等待核对" in said(desk.get("/review"))
    address = f"/review/applications/{ref}"
    assert "只能不予接受" in said(desk.get(address))
    data = {"csrf_token": token(desk, address)}
    assert desk.post(f"{address}/accept", data=data).status_code == 409
    assert send(desk, address, action=f"{address}/refuse").location == address
    assert desk.post(f"{address}/refuse", data=data).status_code == 409
    answer, inbox = said(second.get(f"/join/young-cancer/{ref}/done")), said(second.get("/me/messages"))
    assert "没有被接受" in answer
    assert "未被接受" in inbox
    assert "已是会员" not in answer + inbox
    with app.app_context():
        assert (db.session.scalars(db.select(Refund)).one().state, db.session.query(Membership).count()) == ("due", 1)
    sound(app)


def test_whom_chance_picked_becomes_a_member_when_somebody_has_looked(app: Flask, client: FlaskClient):
    app.config["CHECKED_PER_MILLE"] = 1000
    ref = apply(app, client)
    desk = signed_in(app, "desk@example.org")
    with it_is(app, dt.date(2026, 10, 3)):
        enter(desk, "desk@example.org")
        assert "2 天" in said(desk.get("/review/applications"))
        address = f"/review/applications/{ref}"
        assert send(desk, address, action=f"{address}/accept").location == address
    with app.app_context():
        membership = db.session.scalars(db.select(Membership)).one()
        assert (membership.joined_on, membership.paid_net_fen) == (dt.date(2026, 10, 3), 30_00)
        assert db.session.scalars(db.select(Application.state)).all() == ["accepted"]
        tick.tick(noon(dt.date(2026, 10, 3)))
    sound(app)
    assert "欢迎加入" in said(client.get("/me/messages"))


def test_of_two_who_race_for_one_person_one_begins_and_the_other_is_checked(app: Flask, client: FlaskClient):
    second = signed_in(app, "second@example.org")
    mine, theirs = up_to_check(app, client, somebody()), up_to_check(app, second, somebody())
    send(second, f"{theirs}/check")
    send(client, f"{mine}/check")
    with app.app_context():
        states = db.session.scalars(db.select(Application.state).order_by(Application.id)).all()
    assert states == ["to_be_checked", "accepted"]
    sound(app)


def test_nobody_looks_at_the_own_application(app: Flask):
    app.config["CHECKED_PER_MILLE"] = 1000
    desk = signed_in(app, "desk@example.org")
    ref = apply(app, desk)
    assert ref not in desk.get("/review/applications").text
    assert desk.get(f"/review/applications/{ref}").status_code == 403
    assert desk.get("/review/applications/0123456789AB").status_code == 404
