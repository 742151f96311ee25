"""What a member reads about the own account: deeds in words, looks by role, and who looked the account up and why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Account, Audit, LookUp
from app.services import audit, history, limits
from app.web import clock
from tests.memberships.walk import TODAY, it_is, join, noon, plan_month, publish_plans, said, somebody
from tests.web.gate import enter, open_account, send, signed_in, token

WHY = "会员来电说余额不对，要核对最近一次充值。"
LOOK = {"kind": "e-mail", "sought": "lin@example.org", "reason": WHY}


@pytest.fixture(autouse=True)
def house(app: Flask, client: FlaskClient) -> Iterator[None]:
    open_account(app)
    open_account(app, "desk@example.org", name="方宁", roles=("caseworker",))
    with it_is(app, TODAY):
        enter(client)
        yield


def test_the_history_says_what_was_done_by_which_role_and_narrows_to_looks(app: Flask, client: FlaskClient):
    publish_plans(app)
    plan_month(app, TODAY)
    membership = join(app, client, somebody())
    desk = signed_in(app, "desk@example.org")
    assert "林**" in said(send(desk, "/review/people", LOOK))
    page = said(client.get("/account/history"))
    for sentence in ("会员资格开始", membership, "登录", "查找了这个账户", "审核员", "查看了 1 次"):
        assert sentence in page
    assert ("方宁" in page, "account.signed_in" in page, WHY in page) == (False, False, False)
    looks = said(client.get("/account/history?show=looks"))
    assert ("查找了这个账户" in looks, "会员资格开始" in looks) == (True, False)
    assert "查找了这个账户" not in said(client.get("/account/history?show=mine"))
    assert client.get("/account/history?before=x").status_code == 404
    with app.app_context():
        stranger = db.session.scalars(db.select(Account).where(Account.email == "desk@example.org")).one()
        assert {entry.about_ref for entry in history.entries(stranger)[0]} == {stranger.ref}


def test_it_is_paged_by_key_and_a_deed_without_words_is_never_shown_raw(app: Flask, client: FlaskClient):
    with app.app_context(), transaction():
        account = db.session.scalars(db.select(Account).where(Account.email == "lin@example.org")).one()
        for number in range(60):
            audit.note(f"deed-{number}", "account", account.ref, by=account.id, role="member", at=noon(TODAY))
    first = client.get("/account/history?show=mine")
    assert ("deed-59" in first.text, said(first).count("没有相应说法")) == (False, 50)
    with app.app_context():
        account = db.session.scalars(db.select(Account).where(Account.email == "lin@example.org")).one()
        entries, older = history.entries(account, which="mine")
        rest, end = history.entries(account, which="mine", before=older)
        assert (len(entries), older, end) == (50, entries[-1].id, None)
        assert not {one.id for one in entries} & {one.id for one in rest}


def test_a_look_up_needs_a_reason_and_is_written_down_when_nobody_is_found(app: Flask, client: FlaskClient):
    desk = signed_in(app, "desk@example.org")
    for wrong in ({"reason": "查一下"}, {"sought": ""}, {"kind": "name"}, {"kind": "document", "sought": "12"}):
        assert send(desk, "/review/people", {**LOOK, **wrong}).status_code == 422, wrong
    with app.app_context():
        assert db.session.query(LookUp).count() == 0
    missed = send(desk, "/review/people", {**LOOK, "sought": "nobody@example.org"})
    assert "没有找到" in said(missed)
    shown = send(desk, "/review/people", LOOK)
    assert ("林**" in said(shown), "l***@example.org" in said(shown), WHY in said(shown)) == (True, True, True)
    assert "林岚" not in shown.text
    assert client.get("/review/people").status_code == 403
    with app.app_context():
        trail = db.session.scalars(db.select(Audit).where(Audit.deed.in_(("look-up", "member.looked_up")))).all()
        assert [row.deed for row in trail] == ["look-up", "look-up", "member.looked_up"]
        assert all("example.org" not in str(row.detail) for row in trail)


def test_look_ups_are_limited(app: Flask):
    desk = signed_in(app, "desk@example.org")
    crumb = token(desk, "/review/people")
    with app.app_context():
        me = db.session.scalars(db.select(Account).where(Account.email == "desk@example.org")).one()
        for _time in range(limits.KINDS["look-up-account"].at_once):
            limits.take("look-up-account", me.ref, at=clock.real_now())
    answer = desk.post("/review/people", data={**LOOK, "csrf_token": crumb})
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
