"""Whatever belongs to somebody else does not exist: every personal address of the house, forged or passed on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.db import db, transaction
from app.models import Application, Claim, Evidence, Membership, Notice
from app.services import notices
from app.web.doors import door_of
from tests.claims.builders import membership
from tests.claims.walk import claimant, hand_in, today
from tests.web.gate import enter, open_account, token

__all__ = ["claimant", "today"]

FORGED = "0123456789AB"
READ_ONLY = {"HEAD", "OPTIONS"}


def personal_rules(app: Flask) -> Iterator[Rule]:
    """Every address behind a member's door that names a thing; ending a session is harmless twice."""
    for rule in app.url_map.iter_rules():
        room = rule.endpoint.rpartition(".")[0]
        door = door_of(app, room)
        if door is not None and door.who == ("member",) and rule.arguments - {"slug"} and room != "keeping":
            yield rule


def own_things(app: Flask) -> dict[str, str]:
    """References of the claimant, by room or by the name of the parameter."""
    with app.app_context(), transaction():
        of = db.session.scalars(db.select(Membership)).one()
        notices.issue("certificate", of.id, account_id=of.account_id, at=of.joined_at)
        application = Application(
            account_id=of.account_id, plan_id=of.plan_id, person_id=of.person_id, member_terms_id=of.member_terms_id,
            state="draft", created_at=of.joined_at,
        )  # fmt: skip
        db.session.add(application)
        db.session.flush()
        return {
            "claim": db.session.scalars(db.select(Claim.ref)).one(),
            "document": db.session.scalars(db.select(Evidence.ref).limit(1)).one(),
            "notices": db.session.scalars(db.select(Notice.ref).where(Notice.kind == "certificate")).one(),
            "joining": application.ref,
            "membership": of.ref,
        }


def address(app: Flask, rule: Rule, things: dict[str, str] | None) -> str:
    """The address of a thing; a forged one without things."""
    room = rule.endpoint.rpartition(".")[0]
    values: dict[str, object] = {"slug": "young-cancer", "line": 1, "year": 2026, "page": 1}
    for name in rule.arguments - values.keys():
        values[name] = FORGED if things is None else things.get(name) or things.get(room) or things["membership"]
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, {key: values[key] for key in rule.arguments}))


@pytest.mark.parametrize("forged", [False, True], ids=["passed on", "forged"])
def test_every_personal_address_of_somebody_else_is_404(app: Flask, claimant: FlaskClient, *, forged: bool) -> None:
    hand_in(app, claimant)
    things = own_things(app)
    other = open_account(app, "other@example.org", name="别人")
    with app.app_context(), transaction():
        membership(other, number="B7654321")
    stranger = app.test_client()
    enter(stranger, "other@example.org")
    shown = {"X-CSRFToken": token(stranger, "/account")}  # as scripts show it; forms have it in a field
    asked = 0
    for rule in personal_rules(app):
        path = address(app, rule, None if forged else things)
        for method in sorted((rule.methods or set()) - READ_ONLY):
            answer = stranger.open(path, method=method, headers=shown)
            assert answer.status_code == 404, f"{method} {path} answered somebody else with {answer.status_code}"
            asked += 1
    assert asked > 40
