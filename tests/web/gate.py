"""How tests go through the front gate: people with accounts, and forms sent the way a browser sends them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts import actions
from app.db import db, transaction
from app.models import Account, StaffRole
from app.services import sessions
from app.web import clock
from app.web.browser import TOKEN_FIELD
from tests.fixtures.pages import named, parse

PASSWORD = "four quiet paper lanterns"
AT = dt.datetime(2026, 10, 1, 4, 0, tzinfo=dt.UTC)


def open_account(app: Flask, email: str = "lin@example.org", *, name: str = "林岚", roles: tuple[str, ...] = ()) -> int:
    """Open an account with the password above, appointed to `roles`; returns its number."""
    with app.app_context(), transaction():
        person = actions.open_account(
            email=email, name=name, password_hash=actions.hash_password(PASSWORD), language="zh", at=AT
        )
        for role in roles:
            db.session.add(StaffRole(account_id=person.id, role=role, appointed_at=AT))
        db.session.flush()
        return person.id


def sign_in(client: FlaskClient, email: str = "lin@example.org", password: str = PASSWORD) -> TestResponse:
    """Sign in through the form."""
    return send(client, "/sign-in", {"email": email, "password": password})


def enter(client: FlaskClient, email: str = "lin@example.org") -> None:
    """Be signed in, as somebody is who came through the form a minute ago: for tests that are not about the gate."""
    with client.application.app_context(), transaction():
        person = db.session.scalars(db.select(Account).where(Account.email == email)).one()
        key, ref = sessions.begin(person, device="", at=clock.real_now())
        number = str(person.id)
    with client.session_transaction() as browser:
        browser.clear()
        browser.permanent = True
        browser.update({"key": key, TOKEN_FIELD: ref + secrets.token_hex(20), "_user_id": number, "_fresh": True})


def account_in(client: FlaskClient) -> Account:
    """Who is signed in in this browser."""
    with client.session_transaction() as browser:
        return db.session.get_one(Account, int(browser["_user_id"]))


def signed_in(app: Flask, email: str) -> FlaskClient:
    """Somebody else in a browser of their own, signed in."""
    visitor = app.test_client()
    enter(visitor, email)
    return visitor


def send(
    client: FlaskClient,
    page: str,
    data: Mapping[str, Any] | None = None,
    *,
    action: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> TestResponse:
    """Open `page`, fill in its form that posts to `action` (the page's own address without one), and send it."""
    opened = client.get(page)
    assert opened.status_code == 200, f"{page} answered {opened.status_code}"
    wanted = action or page.partition("?")[0]
    forms = [form for form in named(parse(opened.text), "form") if form.get("action", wanted) == wanted]
    assert forms, f"{page} has no form for {wanted}"
    return client.post(wanted, data={**filled(forms[0]), **(data or {})}, headers=dict(headers or {}))


def token(client: FlaskClient, page: str = "/sign-in") -> str:
    """A CSRF token of this visitor, for a form that stands on no page of the test."""
    return filled(named(parse(client.get(page).text), "form")[-1])["csrf_token"]


def filled(form: Element) -> dict[str, str]:
    """What the form would send if nobody touched it."""
    values: dict[str, str] = {}
    for field in named(form, "input", "textarea"):
        if not field.get("name") or field.get("type") in {"submit", "file"}:
            continue
        if field.get("type") in {"radio", "checkbox"} and field.get("checked") is None:
            continue
        values[field.get("name", "")] = field.get("value") or (field.text or "" if field.tag == "textarea" else "")
    for select in named(form, "select"):
        chosen = [option for option in named(select, "option") if option.get("selected") is not None]
        values[select.get("name", "")] = (chosen or named(select, "option"))[0].get("value", "")
    return values


def words(response: TestResponse) -> str:
    """The text of a page as it is read, spaces run together."""
    return " ".join(" ".join(parse(response.text).itertext()).split())
