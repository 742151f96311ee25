"""Joining when something comes between: a session that ends, a button pressed twice, a second tab, a way back."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Account, Application, Membership, Payment, Person
from tests.memberships.walk import agree, declare, draft_of, name_person, somebody, up_to_check
from tests.web.gate import send, sign_in, token, words
from tests.web.interrupted import end_sessions, interrupted

PERSON = "/join/young-cancer/person"
EMAIL = "lin@example.org"


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(model)) or 0


def test_a_person_half_named_is_there_again_after_signing_in(app: Flask, client: FlaskClient):
    typed = somebody()
    page = interrupted(app, client, PERSON, typed, email=EMAIL)
    assert "什么都没有发出" in words(page)
    assert f'value="{typed["number"]}"' in page.text
    assert count(app, Person) == 0
    assert send(client, PERSON).status_code == 303, "what stands there again is sent as it is"
    assert count(app, Person) == 1
    assert "什么都没有发出" not in words(client.get(PERSON))


def test_answers_and_the_chosen_amount_outlive_a_session(app: Flask, client: FlaskClient):
    base = up_to_check(app, client, somebody())
    end_sessions(app, EMAIL)
    assert client.get(base).status_code == 303
    sign_in(client)
    assert client.get(base).location == f"{base}/check"


def test_a_person_sent_from_two_tabs_is_one_person(app: Flask, client: FlaskClient):
    data = {**somebody(), "csrf_token": token(client, "/account")}
    first, second = (client.post(PERSON, data=data) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert (count(app, Person), count(app, Application)) == (1, 1)


def test_a_step_done_before_can_be_sent_again_from_the_back_button(app: Flask, client: FlaskClient):
    name_person(client, somebody())
    base = f"/join/young-cancer/{draft_of(app)}"
    declare(client, base, "young-cancer")
    agree(client, base)
    declare(client, base, "young-cancer")
    assert agree(client, base).location == f"{base}/top-up"
    assert send(client, f"{base}/top-up", {"choice": "3000"}).location == f"{base}/check"


def test_a_form_of_a_way_that_is_finished_leads_to_its_end(app: Flask, client: FlaskClient):
    base = up_to_check(app, client, somebody())
    data = {"csrf_token": token(client, "/account")}
    assert send(client, f"{base}/check").location == f"{base}/done"
    for step in ("declaration", "consents", "top-up", "check"):
        assert client.post(f"{base}/{step}", data=data).location == f"{base}/done"
    assert (count(app, Membership), count(app, Payment)) == (1, 1)


def test_nothing_is_paid_before_the_address_is_confirmed(app: Flask, client: FlaskClient):
    base = up_to_check(app, client, somebody())
    confirmed_at = _confirm(app, None)
    refused = send(client, f"{base}/check")
    assert refused.status_code == 403
    assert "请先确认您的邮箱" in words(refused)
    assert f'href="{base}/check"' in refused.text
    assert count(app, Payment) == 0
    _confirm(app, confirmed_at)
    assert send(client, f"{base}/check").location == f"{base}/done"


def _confirm(app: Flask, at: object) -> object:
    with app.app_context(), transaction():
        person = db.session.scalars(db.select(Account).where(Account.email == EMAIL)).one()
        before, person.email_confirmed_at = person.email_confirmed_at, at
        return before
