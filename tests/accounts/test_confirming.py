"""An address is confirmed by a link, once and in time; nobody learns from us whether it has an account."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.jobs import upkeep
from app.models import Account, MailLink, Outbox
from app.services import limits, mail_links
from app.web import clock
from tests.accounts.post import Letters, Post, delivered, link_in, sign_up, statements
from tests.web.gate import PASSWORD, open_account, send, sign_in, words

LATER = dt.timedelta(days=7, minutes=1)


def account(app: Flask, email: str = "lin@example.org", *, confirmed: bool = True) -> Account | None:
    with app.app_context():
        wanted = db.select(Account).where(Account.email == email, Account.email_confirmed_at.is_not(None))
        return db.session.scalar(wanted if confirmed else db.select(Account).where(Account.email == email))


def test_a_new_account_confirms_its_address_by_the_link_in_the_mail(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    assert sign_up(client, "lin@example.org").status_code == 303
    assert "我们已发邮件到 lin@example.org" in words(client.get("/me"))
    assert account(app) is None
    [letter] = post()
    assert (letter["to"], letter["subject"]) == ("lin@example.org", "均摊：请确认您的邮箱")
    assert "林岚" not in letter["text"]
    path = link_in(letter)
    assert "lin@example.org" in words(client.get(path))
    assert account(app) is None, "opening a link is no deed: programs open links too"
    assert send(client, path).location == "/me"
    assert account(app) is not None
    assert "已确认" in words(client.get("/me"))
    assert client.get(path).status_code == 404


def test_on_another_device_the_link_asks_for_the_password_too(app: Flask, client: FlaskClient, post: Post) -> None:
    sign_up(client, "lin@example.org")
    path = link_in(post()[0])
    phone = app.test_client()
    wrong = send(phone, path, {"password": "not the password"})
    assert wrong.status_code == 422
    assert "这不是该账户的密码" in words(wrong)
    assert account(app) is None
    assert send(phone, path, {"password": PASSWORD}).location == "/me"
    assert phone.get("/account").status_code == 200


def test_a_link_opens_nothing_when_it_is_old_or_used_or_never_was_one(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    sign_up(client, "lin@example.org")
    path = link_in(post()[0])
    for late in (path.replace("/confirm/", "/reset/"), "/confirm/" + "A" * 43):
        answer = client.get(late)
        assert answer.status_code == 404
        assert "这个链接已经失效" in words(answer)
    with clock.at_instant(clock.real_now() + LATER):
        assert client.get(path).status_code == 404


def test_neither_database_nor_outbox_holds_what_opens_a_link(app: Flask, client: FlaskClient, post: Post) -> None:
    sign_up(client, "lin@example.org")
    token = link_in(post()[0]).rpartition("/")[2]
    with app.app_context():
        link = db.session.scalars(db.select(MailLink)).one()
        assert token.encode() not in link.token_hash
        assert b"lin@" not in link.email_sealed
        payload = db.session.scalars(db.select(Outbox.payload).where(Outbox.kind == "mail-link")).one()
        assert payload == {"link": link.ref}


def test_signing_up_says_the_same_whether_the_address_is_known_or_not(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    open_account(app, "lin@example.org")
    other = app.test_client()
    seen: list[list[str]] = []
    for visitor, email in ((client, "lin@example.org"), (other, "new@example.org")):
        with statements(app) as asked:
            answer = sign_up(visitor, email)
        seen.append([*asked, str(answer.status_code), answer.location])
        assert words(visitor.get("/me")).replace(email, "") != ""
    assert seen[0] == seen[1], "the very same work for both"
    assert words(client.get("/account")).replace("lin@", "new@") == words(other.get("/account"))
    to_owner, to_stranger = post()
    assert to_owner["subject"] == "均摊：您已经有账户"
    assert "/confirm/" not in to_owner["text"]
    assert to_stranger["subject"] == "均摊：请确认您的邮箱"
    assert sign_in(app.test_client(), "lin@example.org").location == "/me"


def test_whoever_confirms_first_has_the_address(app: Flask, client: FlaskClient, post: Post) -> None:
    other = app.test_client()
    sign_up(client, "lin@example.org")
    sign_up(other, "lin@example.org")
    first, second = [link_in(letter) for letter in post()]
    assert send(client, first).status_code == 303
    answer = send(other, second)
    assert answer.status_code == 409
    assert "另一个账户已确认了这个邮箱" in words(answer)


def test_the_link_is_sent_again_a_few_times_and_the_older_ones_open_nothing(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    sign_up(client, "lin@example.org")
    old = link_in(post()[0])
    assert send(client, "/account/e-mail", action="/account/e-mail/confirmation").status_code == 303
    new = link_in(post()[0])
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    with app.app_context():
        for _ in range(limits.KINDS["confirm-account"].at_once - 1):
            limits.take("confirm-account", "lin@example.org", at=clock.real_now())
    answer = send(client, "/account/e-mail", action="/account/e-mail/confirmation")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "分钟后再试" in words(answer)
    assert post() == []


def test_an_account_that_nobody_confirms_is_closed_after_seven_days(
    app: Flask, client: FlaskClient, letters: Letters
) -> None:
    sign_up(client, "lin@example.org")
    open_account(app, "wang@example.org")
    with app.app_context():
        upkeep.do(clock.now())
    assert account(app, confirmed=False) is not None
    with app.app_context():
        upkeep.do(clock.now() + LATER)
        assert db.session.scalars(db.select(Account.email).order_by(Account.email)).all() == ["", "wang@example.org"]
        assert db.session.scalar(db.select(MailLink)) is None
    assert client.get("/account").status_code == 303
    assert delivered(app, letters, clock.real_now() + LATER) == []


def test_the_new_address_is_confirmed_and_the_old_one_told(app: Flask, client: FlaskClient, post: Post) -> None:
    open_account(app, "lin@example.org")
    sign_in(client)
    wrong = send(client, "/account/e-mail", {"email": "lan@example.org", "password": "not mine at all"})
    assert wrong.status_code == 422
    assert 'value="lan@example.org"' in wrong.text
    same = send(client, "/account/e-mail", {"email": "Lin@example.org", "password": PASSWORD})
    assert "这已经是您的邮箱" in words(same)
    assert send(client, "/account/e-mail", {"email": "Lan@example.org", "password": PASSWORD}).status_code == 303
    [letter] = post()
    assert letter["to"] == "lan@example.org"
    assert account(app, "lin@example.org") is not None, "nothing changes before the link is opened"
    send(client, link_in(letter))
    assert account(app, "lan@example.org") is not None
    [told] = post()
    assert (told["to"], told["subject"]) == ("lin@example.org", "均摊：您的邮箱已更换")
    with app.app_context():
        link = db.session.scalars(db.select(MailLink).where(MailLink.purpose == "change")).one()
        assert link.former_email_sealed is None


def test_a_new_address_that_has_an_account_is_told_to_its_owner_alone(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    open_account(app, "lin@example.org")
    open_account(app, "wang@example.org")
    sign_in(client)
    assert send(client, "/account/e-mail", {"email": "wang@example.org", "password": PASSWORD}).status_code == 303
    [letter] = post()
    assert (letter["to"], letter["subject"]) == ("wang@example.org", "均摊：您已经有账户")


def test_a_used_link_stays_used(app: Flask, client: FlaskClient) -> None:
    number = open_account(app)
    at = clock.real_now()
    with app.app_context(), transaction():
        link = mail_links.send("confirm", "lin@example.org", account=db.session.get_one(Account, number), at=at)
        mail_links.use(link, at=at)
        ref = link.ref
    with app.app_context(), pytest.raises(Exception, match="a link is used once"), transaction():
        db.session.execute(db.update(MailLink).where(MailLink.ref == ref).values(used_at=None))
