"""The demonstration's own room: roles at one click, and a clock that can be moved."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Account, Audit, Instance, Period, Plan
from app.services import reserves, rulebook
from app.web import clock
from tests.domain.plan_files import plan
from tests.web.gate import open_account, send, token, words


def playable(app: Flask, label: str, *, roles: tuple[str, ...] = (), name: str = "林岚") -> int:
    number = open_account(app, f"{label}@example.org", name=name, roles=roles)
    with app.app_context(), transaction():
        db.session.get_one(Account, number).demo_label = label
    return number


def local_day(app: Flask) -> dt.date:
    with app.app_context():
        return clock.today()


def test_everybody_who_can_be_played_is_listed_by_role(app: Flask, client: FlaskClient) -> None:
    playable(app, "member-1", name="周桂芬")
    playable(app, "treasurer-1", roles=("treasurer",), name="陈会计")
    open_account(app, "private@example.org", name="不在此列")
    page = words(client.get("/demo?lang=zh"))
    assert page.index("资金管理人") < page.index("陈会计") < page.index("周桂芬")
    assert "不在此列" not in page


@pytest.mark.parametrize(
    ("roles", "desk"),
    [(("caseworker",), "/review"), (("treasurer",), "/treasury"), (("operator",), "/background-work"), ((), "/me")],
)
def test_one_click_steps_into_a_role_and_leads_to_its_desk(
    app: Flask, client: FlaskClient, roles: tuple[str, ...], desk: str
) -> None:
    playable(app, "player", roles=roles)
    answer = send(client, "/demo", {"label": "player"}, action="/demo/role")
    assert (answer.status_code, answer.location) == (303, desk)
    assert "林岚" in client.get("/account").text
    with app.app_context():
        assert db.session.scalars(db.select(Audit.deed).order_by(Audit.id.desc())).first() == "account.played"


def test_waiting_work_leads_its_role_straight_to_it(app: Flask, client: FlaskClient) -> None:
    playable(app, "treasurer-1", roles=("treasurer",), name="陈会计")
    assert "等待" not in words(client.get("/demo?lang=zh"))
    with app.app_context(), transaction():
        rulebook.publish(plan("young-cancer"), valid_from=clock.today(), by=None, at=clock.now())
        donor = db.session.scalars(db.select(Account.id)).one()
        found = db.session.scalars(db.select(Plan)).one()
        reserves.record(found, "donation", 100_00, source="somebody", reference="1", by=donor, at=clock.now())
    assert "正在等待： 1 笔待确认的捐赠" in words(client.get("/demo?lang=zh"))
    answer = send(client, "/demo", {"label": "treasurer-1", "work": "reserves"}, action="/demo/role")
    assert (answer.status_code, answer.location) == (303, "/treasury/reserves")
    assert send(client, "/demo", {"label": "treasurer-1", "work": "//x"}, action="/demo/role").location == "/treasury"


def test_only_the_accounts_of_the_demonstration_can_be_entered(app: Flask, client: FlaskClient) -> None:
    open_account(app, "private@example.org")
    data = {"csrf_token": token(client)}
    for label in ("private@example.org", "", "None"):
        assert client.post("/demo/role", data={**data, "label": label}).status_code == 404
    assert client.get("/account").status_code == 303


def test_a_day_passes_through_the_jobs(app: Flask, client: FlaskClient) -> None:
    before = local_day(app)
    answer = send(client, "/demo", action="/demo/day")
    assert (answer.status_code, answer.location) == (303, "/demo")
    assert local_day(app) == before + dt.timedelta(days=1)
    with app.app_context():
        offset = db.session.get_one(Instance, 1).clock_offset_seconds
    assert abs(offset - 86400) < 60
    assert f"{local_day(app).day}" in words(client.get("/demo"))


def test_the_next_event_is_the_next_day_on_which_something_happens_to_a_period(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        rulebook.publish(plan("young-cancer"), valid_from=clock.today(), by=None, at=clock.now())
    send(client, "/demo", action="/demo/day")
    with app.app_context():
        today = clock.today()
        days = db.session.scalars(db.select(Period.publication_day).where(Period.publication_day > today)).all()
        assert days, "a day of the jobs has planned periods"
    send(client, "/demo", action="/demo/event")
    assert local_day(app) == min(days)


def test_without_a_period_there_is_no_next_event(client: FlaskClient) -> None:
    assert "/demo/event" not in client.get("/demo").text
    answer = client.post("/demo/event", data={"csrf_token": token(client)})
    assert answer.status_code == 409


def test_production_has_no_such_room(app: Flask, client: FlaskClient) -> None:
    playable(app, "treasurer-1", roles=("treasurer",))
    data = {"csrf_token": token(client), "label": "treasurer-1"}
    app.config["MODE"] = "production"
    assert client.get("/demo").status_code == 404
    for path in ("/demo/role", "/demo/day", "/demo/event"):
        assert client.post(path, data=data).status_code == 404
    assert client.get("/account").status_code == 303
