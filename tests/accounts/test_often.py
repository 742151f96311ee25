"""Too often: at the gate each kind of knocking is counted by itself, and the page says when to come back."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.models import Account, Allowance, MailLink
from app.services import limits
from app.web import clock
from tests.accounts.post import sign_up
from tests.web.gate import open_account, sign_in, words

HERE = "127.0.0.0/24"


def use_up(app: Flask, kind: str, subject: str, *, but: int = 0) -> None:
    with app.app_context():
        for _ in range(limits.KINDS[kind].at_once - but):
            limits.take(kind, subject, at=clock.real_now())


@pytest.mark.parametrize(("kind", "subject"), [("sign-in-account", "lin@example.org"), ("sign-in-network", HERE)])
def test_signing_in_too_often_says_when_to_come_back_and_keeps_the_address(
    app: Flask, client: FlaskClient, kind: str, subject: str
) -> None:
    open_account(app)
    use_up(app, kind, subject)
    answer = sign_in(client)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "分钟后再试" in words(answer)
    assert 'value="lin@example.org"' in answer.text
    assert client.get("/account").status_code == 303


def test_an_address_that_nobody_has_is_counted_like_any_other(app: Flask, client: FlaskClient) -> None:
    use_up(app, "sign-in-account", "nobody@example.org")
    assert sign_in(client, "nobody@example.org").status_code == 429


def test_whoever_signs_in_begins_anew_and_uses_nothing_up(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    use_up(app, "sign-in-account", "lin@example.org", but=1)
    assert sign_in(client, "LIN@example.org").status_code == 303
    with app.app_context():
        assert db.session.scalar(db.select(Allowance).where(Allowance.kind == "sign-in-account")) is None
        limits.sweep(clock.real_now())
        assert db.session.scalar(db.select(Allowance)) is None


def test_wrong_passwords_are_counted(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    use_up(app, "sign-in-account", "lin@example.org", but=1)
    assert sign_in(client, password="not the password").status_code == 422
    assert sign_in(client).status_code == 429


def test_opening_accounts_by_the_dozen_ends(app: Flask, client: FlaskClient) -> None:
    use_up(app, "sign-up-network", HERE)
    answer = sign_up(client)
    assert answer.status_code == 429
    assert 'value="lin@example.org"' in answer.text
    assert 'value="林岚"' in answer.text
    with app.app_context():
        assert db.session.scalar(db.select(Account)) is None


def test_an_address_gets_so_many_mails_about_new_accounts_and_nobody_is_told_when_it_had_them(app: Flask) -> None:
    answers = []
    for _ in range(limits.KINDS["sign-up-account"].at_once + 1):
        browser = app.test_client()
        assert sign_up(browser).status_code == 303
        answers.append(words(browser.get("/me")))
    assert answers[-1] == answers[0], "the page says the same"
    with app.app_context():
        written = db.session.scalar(db.select(db.func.count()).select_from(MailLink))
        assert written == limits.KINDS["sign-up-account"].at_once
        limits.take("confirm-account", "lin@example.org", at=clock.real_now())
