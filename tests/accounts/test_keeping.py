"""Looking after one's own account: password, devices, and closing it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.models import Account, Application, BrowserSession, Membership, Person
from app.services import limits, sessions, vault
from app.web import clock, devices
from tests.accounts.post import Post, statements
from tests.services import pool_story
from tests.web.gate import PASSWORD, open_account, send, sign_in, token, words

NEW = "three green paper boats"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; PLK-AN20 Build/XY) AppleWebKit/537.36 Chrome/126.0.6478.71 Mobile Safari/537.36"
)


def test_another_password_needs_the_present_one_and_leaves_this_device_signed_in(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    open_account(app)
    phone = app.test_client()
    sign_in(client)
    sign_in(phone)
    wrong = send(client, "/account/password", {"password": "not the password", "new_password": NEW})
    assert wrong.status_code == 422
    assert "这不是您现在的密码" in words(wrong)
    own = send(client, "/account/password", {"password": PASSWORD, "new_password": "lin@example.org"})
    assert "可以从您的邮箱推出来" in words(own)
    assert send(client, "/account/password", {"password": PASSWORD, "new_password": NEW}).location == "/account"
    assert client.get("/account").status_code == 200
    assert phone.get("/account").status_code == 303
    assert sign_in(phone, password=NEW).status_code == 303
    assert [letter["subject"] for letter in post()] == ["均摊：您的密码已修改"]


def test_guessing_the_present_password_ends_soon(app: Flask, client: FlaskClient) -> None:
    number = open_account(app)
    sign_in(client)
    with app.app_context():
        ref = db.session.get_one(Account, number).ref
        for _ in range(limits.KINDS["password-account"].at_once):
            limits.take("password-account", ref, at=clock.real_now())
    for page, typed in (("/account/password", {"new_password": NEW}), ("/account/closing", {})):
        answer = send(client, page, {"password": PASSWORD, **typed})
        assert answer.status_code == 429
        assert "Retry-After" in answer.headers


def test_devices_are_listed_in_coarse_words_and_signed_out_one_by_one(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    sign_in(client)
    phone = app.test_client()
    phone.environ_base["HTTP_USER_AGENT"] = PHONE
    sign_in(phone)
    with app.app_context():
        kept = db.session.scalars(db.select(BrowserSession).where(BrowserSession.device == "chrome-android")).one()
        assert kept.seen_at.minute % 10 == kept.seen_at.second == 0
        ref = kept.ref
    page = client.get("/account/devices")
    assert "Android 上的Chrome" in words(page)
    assert "PLK" not in page.text
    assert words(page).count("本设备") == 1
    assert send(client, "/account/devices", action=f"/account/devices/{ref}/end").location == "/account/devices"
    assert phone.get("/account").status_code == 303
    assert "Android" not in words(client.get("/account/devices"))
    with app.app_context():
        own = db.session.scalars(db.select(BrowserSession.ref).where(BrowserSession.ended_at.is_(None))).one()
    assert send(client, "/account/devices", action=f"/account/devices/{own}/end").location == "/"
    assert client.get("/account").status_code == 303


def test_nobody_ends_the_session_of_somebody_else(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    open_account(app, "wang@example.org")
    other = app.test_client()
    sign_in(client)
    sign_in(other, "wang@example.org")
    with app.app_context():
        wang = db.session.scalars(db.select(Account.id).where(Account.email == "wang@example.org")).one()
        ref = db.session.scalars(db.select(BrowserSession.ref).where(BrowserSession.account_id == wang)).one()
    data = {"csrf_token": token(client, "/account")}
    assert client.post(f"/account/devices/{ref}/end", data=data).status_code == 303
    assert other.get("/account").status_code == 200


def test_asking_who_is_signed_in_is_one_question(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    sign_in(client)
    with statements(app) as asked:
        client.get("/account/password")
    assert len([one for one in asked if "browser_session" in one]) == 1
    assert not [one for one in asked if one.startswith(("UPDATE", "INSERT", "DELETE"))]


def test_ended_sessions_are_forgotten_after_a_while(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    sign_in(client)
    with app.app_context(), transaction():
        assert sessions.sweep(clock.real_now() + sessions.LONGEST) == 0
        assert sessions.sweep(clock.real_now() + sessions.LONGEST + sessions.IDLE) == 1


@pytest.mark.parametrize(
    ("says", "kept"),
    [
        (PHONE, "chrome-android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) AppleWebKit MicroMessenger/8.0.49", "wechat-ios"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit Chrome/126 Safari/537.36 Edg/126", "edge-windows"),
        ("curl/8.5", "other-other"),
        ("", "other-other"),
    ],
)
def test_a_browser_is_known_by_its_kind_alone(says: str, kept: str) -> None:
    assert devices.coarse(says) == kept


def test_closing_needs_the_password_and_erases_what_is_personal(app: Flask, client: FlaskClient) -> None:
    number = open_account(app)
    sign_in(client)
    with app.app_context(), transaction():
        _name_somebody(number)
    assert send(client, "/account/closing", {"password": "not the password"}).status_code == 422
    assert send(client, "/account/closing", {"password": PASSWORD}).location == "/sign-in"
    assert "您的账户已关闭" in words(client.get("/sign-in"))
    assert sign_in(client).status_code == 422
    with app.app_context():
        closed = db.session.get_one(Account, number)
        assert (closed.email, closed.name, closed.password_hash) == ("", "–", "")
        assert db.session.scalar(db.select(Person)) is None
        assert db.session.scalar(db.select(Application)) is None
    open_account(app)
    assert sign_in(client).status_code == 303, "the address is free again"


def _name_somebody(number: int) -> None:
    db.session.add(
        Person(
            account_id=number,
            relation="self",
            name_sealed=vault.seal("林岚", purpose="person.name"),
            birth_on=dt.date(1990, 1, 1),
            province="33",
            document_type="passport",
            document_sealed=vault.seal("E12345678", purpose="person.document"),
            identity_hash=vault.keyed_hash("passport", "E12345678"),
            created_at=clock.now(),
        )
    )


def test_an_account_with_a_running_membership_stays_open(app: Flask, client: FlaskClient) -> None:
    number = open_account(app)
    sign_in(client)
    with app.app_context():
        pool_story.open_plan()
        pool_story.enrol(1)
        with transaction():
            db.session.scalars(db.select(Membership)).one().account_id = number
    answer = send_without_form(client)
    assert answer.status_code == 409
    assert "您还有有效的会员资格" in words(answer)
    with app.app_context():
        assert db.session.get_one(Account, number).closed_at is None


def test_whoever_holds_an_office_stays_too(app: Flask, client: FlaskClient) -> None:
    open_account(app, roles=("treasurer",))
    sign_in(client)
    page = client.get("/account/closing")
    assert "请先让运营方解除任命" in words(page)
    assert "永久关闭账户" not in words(page)
    assert send_without_form(client).status_code == 409


def send_without_form(client: FlaskClient) -> TestResponse:
    return client.post("/account/closing", data={"csrf_token": token(client, "/account"), "password": PASSWORD})
