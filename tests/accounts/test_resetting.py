"""A forgotten password: the same answer for every address, a link once, and every session ended."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.models import Account, Audit
from app.services import limits
from app.web import clock
from tests.accounts.post import Post, link_in, sign_up
from tests.web.gate import PASSWORD, open_account, send, sign_in, words

NEW = "three green paper boats"


def ask(client: FlaskClient, email: str = "lin@example.org") -> str:
    answer = send(client, "/reset", {"email": email})
    assert answer.status_code == 200
    return words(answer)


def test_a_new_password_ends_every_session_and_signs_this_browser_in(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    open_account(app)
    phone = app.test_client()
    sign_in(phone)
    ask(client, " LIN@example.org")
    [letter] = post()
    assert letter["subject"] == "均摊：设置新密码"
    path = link_in(letter)
    assert send(client, path, {"new_password": NEW}).location == "/me"
    assert client.get("/account").status_code == 200
    assert phone.get("/account").status_code == 303
    assert sign_in(app.test_client()).status_code == 422
    assert sign_in(app.test_client(), password=NEW).status_code == 303
    [told] = post()
    assert told["subject"] == "均摊：您的密码已修改"
    assert client.get(path).status_code == 404, "a link opens once"
    with app.app_context():
        assert "account.password_reset" in db.session.scalars(db.select(Audit.deed)).all()


def test_every_address_gets_the_same_answer(app: Flask, client: FlaskClient, post: Post) -> None:
    open_account(app)
    known = ask(client).replace("lin@", "")
    unknown = ask(app.test_client(), "lon@example.org").replace("lon@", "")
    assert known == unknown
    assert [letter["to"] for letter in post()] == ["lin@example.org"]


def test_the_link_lives_for_an_hour_and_dies_with_a_newer_password(app: Flask, client: FlaskClient, post: Post) -> None:
    open_account(app)
    ask(client)
    ask(client)
    first, second = [link_in(letter) for letter in post()]
    with clock.at_instant(clock.real_now() + dt.timedelta(hours=1, seconds=5)):
        assert client.get(first).status_code == 404
    send(client, first, {"new_password": NEW})
    late = client.get(second)
    assert late.status_code == 404
    assert "请重新索取链接" in words(late)


@pytest.mark.parametrize(
    ("weak", "said"),
    [("short", "密码至少要有 10 个字符"), ("1q2w3e4r5t", "别人最先试的"), ("13800138000", "只有数字的密码")],
)
def test_a_weak_password_is_refused_and_the_link_lives_on(
    app: Flask, client: FlaskClient, post: Post, weak: str, said: str
) -> None:
    open_account(app)
    ask(client)
    path = link_in(post()[0])
    refused = send(client, path, {"new_password": weak})
    assert refused.status_code == 422
    assert said in words(refused)
    assert client.get(path).status_code == 200


def test_asking_too_often_is_answered_with_a_time(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for _ in range(limits.KINDS["reset-account"].at_once):
            limits.take("reset-account", "lin@example.org", at=clock.real_now())
    answer = send(client, "/reset", {"email": "Lin@example.org"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert 'value="Lin@example.org"' in answer.text


def test_a_reset_confirms_an_address_that_was_waiting(app: Flask, client: FlaskClient, post: Post) -> None:
    thief = app.test_client()
    sign_up(thief)
    ask(client)
    letters = post()
    send(client, link_in(letters[1]), {"new_password": NEW})
    with app.app_context():
        assert db.session.scalars(db.select(Account.email_confirmed_at)).one() is not None
    assert thief.get("/account").status_code == 303, "whoever typed the address first is signed out"
    assert client.get(link_in(letters[0])).status_code == 404
    assert sign_in(app.test_client(), password=PASSWORD).status_code == 422


def test_a_mail_that_comes_too_late_is_not_sent(app: Flask, client: FlaskClient, post: Post) -> None:
    open_account(app)
    ask(client)
    with clock.at_instant(clock.real_now() + dt.timedelta(hours=2)):
        assert post() == []


def test_whoever_plays_reads_the_mails_of_accounts_opened_in_this_browser(app: Flask, client: FlaskClient) -> None:
    assert "还没有邮件" in words(client.get("/demo/mails"))
    sign_up(client)
    send(client, link_in({"text": client.get("/demo/mails").text}))
    send(client, "/account", action="/sign-out")
    ask(client)
    page = client.get("/demo/mails")
    link = link_in({"text": page.text[page.text.index("/reset/") :]})
    assert send(client, link, {"new_password": NEW}).location == "/me"
    assert "还没有邮件" in words(app.test_client().get("/demo/mails"))


def test_in_the_demonstration_an_address_alone_shows_nobody_the_way_into_its_account(
    app: Flask, client: FlaskClient
) -> None:
    open_account(app)
    other = app.test_client()
    ask(other)
    assert "还没有邮件" in words(other.get("/demo/mails"))
    sign_up(other)
    assert "/reset/" not in other.get("/demo/mails").text, "typing the address makes it nobody's own"
    sign_in(client)
    ask(client)
    assert "/reset/" in client.get("/demo/mails").text, "whoever is signed in as the account may read"


def test_a_new_password_for_an_address_nobody_confirmed_is_not_shown_in_the_demonstration(client: FlaskClient) -> None:
    sign_up(client)
    ask(client)
    assert "/reset/" not in client.get("/demo/mails").text
