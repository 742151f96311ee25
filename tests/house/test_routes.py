"""Every route belongs to a room with a door, and everything about a path can be read off the path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from app.web.doors import door
from tests.house import routes
from tests.web.gate import enter, open_account, token

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
Law = Callable[[Flask], list[str]]
RULES: tuple[Law, ...] = (routes.without_a_door, routes.untyped_parameters, routes.unlovely_paths)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_routes_keep(app: Flask, rule: Law) -> None:
    assert rule(app) == []


@pytest.mark.parametrize(
    ("rule", "path", "who"),
    [
        (routes.without_a_door, "/open-house", ""),
        (routes.untyped_parameters, "/thing/<name>", "member"),
        (routes.untyped_parameters, "/thing/<path:name>", "member"),
        (routes.unlovely_paths, "/sign_up", "member"),
        (routes.unlovely_paths, "/signUp", "member"),
        (routes.unlovely_paths, "/sign-up/", "member"),
        (routes.unlovely_paths, "/thing/<int:number>/Edit", "member"),
    ],
)
def test_a_planted_route_is_seen(app: Flask, rule: Law, path: str, who: str) -> None:
    bp = Blueprint("planted", __name__)
    if who:
        bp.before_request(door(who))
    bp.add_url_rule(path, "thing", lambda **_values: "")
    app.register_blueprint(bp)
    assert any(path in line for line in rule(app))


def test_a_route_outside_of_every_room_is_seen(app: Flask) -> None:
    app.add_url_rule("/roofless", "roofless", lambda: "")
    assert routes.without_a_door(app) == ["/roofless"]


def test_strangers_are_turned_away_from_every_closed_room(app: Flask, client: FlaskClient) -> None:
    closed = routes.closed_routes(app)
    assert ("GET", "/account") in closed
    data = {"csrf_token": token(client)}
    for method, path in closed:
        answer = client.open(path, method=method, data=data if method == "POST" else None)
        assert answer.status_code == 303, f"{method} {path} answered a stranger with {answer.status_code}"
        assert answer.location.startswith("/sign-in?next="), f"{method} {path} leads to {answer.location}"


def test_members_are_turned_away_from_every_desk(app: Flask, client: FlaskClient) -> None:
    desk = Blueprint("sample-desk", __name__)
    desk.before_request(door("treasurer"))
    desk.add_url_rule("/sample-desk", "desk", lambda: "", methods=["GET", "POST"])
    app.register_blueprint(desk)
    open_account(app)
    enter(client)
    data = {"csrf_token": token(client, "/account")}
    desks = routes.closed_routes(app, staff=True)
    assert ("POST", "/sample-desk") in desks
    for method, path in desks:
        answer = client.open(path, method=method, data=data if method == "POST" else None)
        assert answer.status_code == 403, f"{method} {path} answered a member with {answer.status_code}"


def test_a_post_without_its_token_is_refused_everywhere(app: Flask, client: FlaskClient) -> None:
    open_account(app, roles=("caseworker", "treasurer", "operator", "auditor"))
    enter(client)
    posts = [routes.address(app, rule) for rule in routes.rules_of(app) if "POST" in (rule.methods or set())]
    assert "/sign-in" in posts
    for path in posts:
        assert client.post(path).status_code == 400, f"POST {path} needs no token"


def test_no_public_page_sets_a_cookie_or_holds_a_token(app: Flask, client: FlaskClient) -> None:
    bp = Blueprint("sample-public", __name__)
    bp.before_request(door("visitor"))
    bp.add_url_rule("/sample-public", "page", lambda: app.make_response(("", 200, {"Content-Type": "text/plain"})))
    app.register_blueprint(bp)
    open_account(app, roles=("caseworker",))
    enter(client)
    addresses = routes.public_addresses(app)
    assert "/sample-public" in addresses
    for path in addresses:
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers, f"{path} sets a cookie"
        assert "Cookie" not in answer.headers.get("Vary", ""), f"{path} depends on who looks"
        assert "csrf" not in answer.text, f"{path} holds a token"
        assert "林岚" not in answer.text, f"{path} says who looks"


def test_each_form_that_posts_carries_its_token() -> None:
    assert len(list(TEMPLATES.rglob("*.html"))) > 10
    assert routes.forms_without_token(TEMPLATES) == []


def test_public_templates_ask_nobody_who_they_are() -> None:
    assert routes.personal_public_templates(TEMPLATES) == []


@pytest.mark.parametrize(
    "text", ['<form method="post"><button>x</button></form>', "<form>{{ form.csrf_token }}</form>"]
)
def test_a_planted_form_is_seen(tmp_path: Path, text: str) -> None:
    (tmp_path / "thing.html").write_text(text, encoding="utf-8")
    assert len(routes.forms_without_token(tmp_path)) == 1


@pytest.mark.parametrize(
    "text", ["{{ csrf_token() }}", "{% if me %}x{% endif %}", "{{ current_user.name }}", "{{ session['a'] }}"]
)
def test_a_planted_question_on_a_public_page_is_seen(tmp_path: Path, text: str) -> None:
    path = tmp_path / "thing.html"
    path.write_text('{% extends "layouts/public.html" %}' + text, encoding="utf-8")
    assert len(routes.personal_public_templates(tmp_path)) == 1
