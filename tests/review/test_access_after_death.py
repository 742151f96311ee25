"""After a death a relative gets access: to what the person looked after for others, and to read the person's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.models import Evidence, Membership, Person, Report
from tests.claims.builders import picture
from tests.memberships.walk import TODAY, it_is, join, plan_month, publish_plans, resident_number, said, somebody
from tests.review.test_reports import report
from tests.web.gate import enter, open_account, send, signed_in

BORN, CHILD = dt.date(1998, 5, 2), dt.date(2020, 3, 4)


@pytest.fixture(autouse=True)
def house(app: Flask, client: FlaskClient) -> Iterator[None]:
    publish_plans(app)
    open_account(app)
    open_account(app, "relative@example.org", name="周宁")
    for name in ("one", "two"):
        open_account(app, f"{name}@example.org", name="方宁", roles=("caseworker",))
    with it_is(app, TODAY):
        enter(client)
        yield


def test_a_relative_reads_what_the_dead_held_and_looks_after_the_dependants(app: Flask, client: FlaskClient):
    plan_month(app, TODAY)
    own = join(app, client, somebody(BORN))
    child = join(app, client, somebody(CHILD, relation="child", name="林小满"), "child-health")
    relative = signed_in(app, "relative@example.org")
    assert relative.get(f"/me/{own}").status_code == 404
    assert report(relative, picture(), takes_over="y", number=resident_number(BORN)).location == "/me/reports"
    with app.app_context():
        address = f"/review/reports/{db.session.scalars(db.select(Report.ref)).one()}"
        proof = db.session.scalars(db.select(Evidence.ref)).one()
    for name, deed in (("one", "propose"), ("two", "confirm")):
        desk = signed_in(app, f"{name}@example.org")
        assert desk.get(f"{address}/proof/{proof}").status_code == 200
        assert send(desk, address, action=f"{address}/{deed}").location == address
    with app.app_context():
        held = {row.ref: row for row in db.session.scalars(db.select(Membership))}
        relations = {person.birth_on: person.relation for person in db.session.scalars(db.select(Person))}
        assert len({row.account_id for row in held.values()}) == 1
        assert (held[own].ends_as, held[child].ends_as) == ("died", None)
        assert relations == {BORN: "spouse", CHILD: "child"}
    page = said(relative.get(f"/me/{own}"))
    assert "因身故" in page
    assert relative.get(f"/me/{own}/statement.csv").status_code == 200, "what was paid and shared"
    assert send(relative, f"/me/{child}/top-up", {"choice": "3000"}).status_code == 303
    assert "获确认" in said(relative.get("/me/messages"))
    assert client.get("/me").status_code == 303, "the sessions of the account have ended"
