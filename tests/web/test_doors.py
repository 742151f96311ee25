"""Doors: who may enter which room, and how the others are turned away."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import StaffRole
from app.web import clock, doors
from tests.web import rooms
from tests.web.gate import AT, open_account, sign_in, token, words


@pytest.fixture(autouse=True)
def _rooms(app: Flask) -> None:
    rooms.build(app)


def test_a_room_without_a_door_is_not_even_opened(app: Flask) -> None:
    with pytest.raises(ValueError, match="no door"):
        doors.open_room(app, Blueprint("open-house", __name__))


def test_a_room_that_slipped_in_without_a_door_refuses_everybody(app: Flask, client: FlaskClient) -> None:
    bp = Blueprint("slipped-in", __name__)
    bp.get("/slipped-in")(lambda: "come in")
    app.register_blueprint(bp)
    app.get("/no-room")(lambda: "come in")
    open_account(app, roles=("operator",))
    sign_in(client)
    assert client.get("/slipped-in").status_code == 403
    assert client.get("/no-room").status_code == 403


@pytest.mark.parametrize("who", [("guest",), ("member", "caseworker"), ("visitor", "auditor")])
def test_a_door_knows_only_its_roles(who: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="no such door"):
        doors.door(*who)


def test_a_stranger_is_sent_to_sign_in_and_told_the_way_back(client: FlaskClient) -> None:
    answer = client.get("/own?page=2")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/own?page%3D2"
    by_htmx = client.get("/own", headers={"HX-Request": "true", "HX-Target": "rows"})
    assert by_htmx.status_code == 204
    assert by_htmx.headers["HX-Redirect"] == "/sign-in?next=/own"


def test_a_member_enters_the_rooms_of_members_and_no_desk(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    sign_in(client)
    assert client.get("/own").status_code == 200
    refused = client.get("/desk")
    assert refused.status_code == 403
    assert "这里不对您开放" in words(refused)


def test_staff_enter_their_own_room_only(app: Flask, client: FlaskClient) -> None:
    open_account(app, "lin@example.org", roles=("caseworker",))
    open_account(app, "zhou@example.org", roles=("treasurer",))
    sign_in(client, "lin@example.org")
    assert client.get("/desk").text == "lin@example.org as caseworker"
    sign_in(client, "zhou@example.org")
    assert client.get("/desk").status_code == 403


def test_a_reader_looks_and_does_nothing(app: Flask, client: FlaskClient) -> None:
    open_account(app, roles=("auditor",))
    sign_in(client)
    assert client.get("/desk").text == "lin@example.org as auditor"
    assert client.post("/desk", data={"csrf_token": token(client)}).status_code == 403


def test_an_appointment_that_ended_opens_no_door(app: Flask, client: FlaskClient) -> None:
    number = open_account(app, roles=("caseworker",))
    sign_in(client)
    assert client.get("/desk").status_code == 200
    with app.app_context(), transaction():
        held = db.session.scalars(db.select(StaffRole).where(StaffRole.account_id == number)).one()
        held.ended_at = AT + dt.timedelta(days=1)
    assert client.get("/desk").status_code == 403


def test_a_public_page_cannot_ask_who_is_looking(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    sign_in(client)
    with pytest.raises(RuntimeError, match="public page"):
        client.get("/lamp/asks")


def test_a_session_ends_twelve_hours_after_the_last_step(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_account(app)
    sign_in(client)
    began = clock.real_now()
    for hours in (8, 16, 24):
        monkeypatch.setattr(clock, "real_now", lambda h=hours: began + dt.timedelta(hours=h))
        assert client.get("/own").status_code == 200, f"still at work after {hours} hours"
    monkeypatch.setattr(clock, "real_now", lambda: began + dt.timedelta(hours=36, seconds=1))
    assert client.get("/own").status_code == 303


@pytest.mark.parametrize("path", ["/me", "/plans?age=3", "/a/b"])
def test_a_path_of_this_site_is_its_own(path: str) -> None:
    assert doors.own_path(path) == path


@pytest.mark.parametrize("path", [None, "", "me", "//host", "https://host/", "/\\host", "\\/host", "/a\r\nb"])
def test_anything_else_is_not(path: str | None) -> None:
    assert doors.own_path(path) is None
