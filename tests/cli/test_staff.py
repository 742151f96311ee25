"""flask staff: who works here."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.models import Account, Audit
from tests.web.gate import open_account, sign_in


def roles(app: Flask, number: int) -> set[str]:
    with app.app_context():
        return {held.role for held in db.session.get_one(Account, number).roles}


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["staff", *words])
    return result.exit_code, result.output


def test_an_account_is_appointed_and_the_deed_is_noted(app: Flask) -> None:
    number = open_account(app)
    assert run(app, "add", "LIN@example.org", "--role", "treasurer") == (0, "lin@example.org is now treasurer.\n")
    assert roles(app, number) == {"treasurer"}
    with app.app_context():
        last = db.session.scalars(db.select(Audit).order_by(Audit.id.desc())).first()
        assert last is not None
        assert (last.deed, last.role, last.account_id) == ("staff.appointed.treasurer", "system", None)
    code, listed = run(app, "list")
    assert code == 0
    assert listed.startswith("treasurer\tlin@example.org\t林岚\t")


def test_nobody_is_appointed_who_has_not_signed_up(app: Flask) -> None:
    code, said = run(app, "add", "nobody@example.org", "--role", "treasurer")
    assert code == 1
    assert "Sign up on the site first" in said


def test_nobody_is_appointed_twice(app: Flask) -> None:
    open_account(app, roles=("treasurer",))
    code, said = run(app, "add", "lin@example.org", "--role", "treasurer")
    assert code == 1
    assert "already" in said


def test_there_are_four_roles_and_no_more(app: Flask) -> None:
    open_account(app)
    assert run(app, "add", "lin@example.org", "--role", "king")[0] == 2


def test_the_end_of_an_appointment_ends_every_session(app: Flask, client: FlaskClient) -> None:
    number = open_account(app, roles=("treasurer",))
    sign_in(client)
    assert client.get("/account").status_code == 200
    assert run(app, "end", "lin@example.org", "--role", "treasurer")[0] == 0
    assert roles(app, number) == set()
    assert client.get("/account").status_code == 303
    assert run(app, "end", "lin@example.org", "--role", "treasurer")[0] == 1
    assert run(app, "add", "lin@example.org", "--role", "treasurer")[0] == 0, "an ended row stands in nobody's way"
