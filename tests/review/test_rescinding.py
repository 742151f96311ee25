"""A membership ended by decision: contested once, answered by another, carried out at a boundary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.jobs import tick
from app.models import Membership, Refund
from app.services import selfcheck
from app.services.days import midnight
from tests.memberships.walk import TODAY, it_is, join, plan_month, publish_plans, said, settle, somebody
from tests.web.gate import enter, open_account, send, token

MOTHER = somebody(dt.date(1996, 3, 12), 44, relation="parent", name="周桂芬")
WHY = {"clause": "2.1", "reason": "2024 年的病历载有糖尿病，加入时答为“否”。"}


@pytest.fixture(autouse=True)
def house(app: Flask, client: FlaskClient) -> Iterator[None]:
    publish_plans(app)
    open_account(app)
    open_account(app, "one@example.org", name="方宁", roles=("caseworker",))
    open_account(app, "two@example.org", name="田禾", roles=("caseworker",))
    with it_is(app, TODAY):
        enter(client)
        join(app, client, MOTHER)
        plan_month(app, TODAY)
        yield


def at_desk(app: Flask, who: str) -> FlaskClient:
    desk = app.test_client()
    enter(desk, f"{who}@example.org")
    return desk


def decided(app: Flask, client: FlaskClient) -> tuple[str, str]:
    """A membership that was decided about; its reference, and the address at the desk."""
    ref = join(app, client, somebody())
    address = f"/review/memberships/{ref}"
    desk = at_desk(app, "one")
    first = send(desk, address, {"clause": "", "reason": ""}, action=f"{address}/rescind")
    assert first.status_code == 422
    assert send(desk, address, WHY, action=f"{address}/rescind").location == address
    again = desk.post(f"{address}/rescind", data={**WHY, "csrf_token": token(desk, address)})
    assert again.status_code == 409
    return ref, address


def state_of(app: Flask, ref: str) -> tuple[str, str | None]:
    with app.app_context():
        found = db.session.scalars(db.select(Membership).where(Membership.ref == ref)).one()
        return found.state, found.ends_as


def ticked(app: Flask, day: dt.date) -> None:
    with app.app_context():
        tick.tick(midnight(day))
        assert [question.name for question in selfcheck.check() if question.rows] == []


def test_contested_and_lifted_by_another_the_membership_goes_on(app: Flask, client: FlaskClient):
    ref, address = decided(app, client)
    assert "糖尿病" in said(client.get(f"/me/{ref}/decision"))
    assert "提出异议" in said(client.get("/me/messages"))
    send(client, f"/me/{ref}/decision", {"words": "那份病历不是我的。"})
    late = client.post(f"/me/{ref}/decision", data={"csrf_token": token(client, f"/me/{ref}"), "words": "x"})
    assert late.status_code == 409
    one, two = at_desk(app, "one"), at_desk(app, "two")
    data = {"csrf_token": token(one, address), "verdict": "uphold"}
    assert one.post(f"{address}/answer", data=data).status_code == 403
    assert "那份病历不是我的" in said(two.get(address))
    answer = two.post(f"{address}/answer", data={"csrf_token": token(two, address), "verdict": "lift"})
    assert answer.location == address
    ticked(app, dt.date(2026, 12, 1))
    assert state_of(app, ref) == ("sharing", None)
    assert client.get(f"/me/{ref}/decision").status_code == 404


def test_nobody_contested_it_so_it_ends_after_the_open_period_and_the_balance_goes_back(
    app: Flask, client: FlaskClient
):
    ref, _address = decided(app, client)
    ticked(app, dt.date(2026, 10, 6))
    assert state_of(app, ref) == ("sharing", None), "the days to contest it run"
    ticked(app, dt.date(2026, 12, 1))
    assert state_of(app, ref) == ("sharing", "rescinded"), "the open period is shared to its end"
    settle(app, "young-cancer-2026-10-1")
    ticked(app, dt.date(2026, 12, 2))
    assert state_of(app, ref) == ("rescinded", "rescinded")
    with app.app_context():
        assert db.session.scalars(db.select(Refund.amount_fen)).all() == [30_00]


def test_upheld_by_another_it_ends_and_a_caseworker_never_decides_about_the_own(app: Flask, client: FlaskClient):
    ref, address = decided(app, client)
    send(client, f"/me/{ref}/decision", {"words": "Nein."})
    two = at_desk(app, "two")
    two.post(f"{address}/answer", data={"csrf_token": token(two, address), "verdict": "uphold"})
    assert state_of(app, ref) == ("sharing", "rescinded")
    twice = two.post(f"{address}/answer", data={"csrf_token": token(two, address), "verdict": "lift"})
    assert twice.status_code == 409
    own = join(app, two, somebody(dt.date(1990, 1, 1), 17))
    assert two.get(f"/review/memberships/{own}").status_code == 403
    assert two.get("/review/memberships/0123456789AB").status_code == 404
