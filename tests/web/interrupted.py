"""A session that ends while a form is being filled in, and what is seen after signing in again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.models import Account
from app.services import sessions
from app.web import clock
from tests.fixtures.pages import named, parse
from tests.web.gate import filled, sign_in


def end_sessions(app: Flask, email: str) -> None:
    """Every session of this account is over, as after twelve hours or from another device."""
    with app.app_context(), transaction():
        person = db.session.scalars(db.select(Account).where(Account.email == email)).one()
        sessions.end_all(person, at=clock.real_now())


def interrupted(  # noqa: PLR0913 -- whose form, on which page, sent where, with what
    app: Flask, client: FlaskClient, page: str, typed: Mapping[str, Any], *, action: str | None = None, email: str
) -> TestResponse:
    """Fill in a form, find the session ended when it is sent, sign in again; returns the page that is shown then."""
    wanted = action or page
    forms = [form for form in named(parse(client.get(page).text), "form") if form.get("action", wanted) == wanted]
    data = {**filled(forms[0]), **typed}
    end_sessions(app, email)
    answer = client.post(wanted, data=data, headers={"Referer": f"http://localhost{page}"})
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")
    back = sign_in(client, email)
    assert back.location == page
    return client.get(back.location)
