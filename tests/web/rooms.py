"""A few small rooms, built into the application for one test: one behind each kind of door."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Flask, Response, abort, flash, request
from jinja2 import ChoiceLoader, DictLoader

from app.db import db
from app.domain.claim_states import AppealTooLate, SamePerson
from app.domain.moves import MoveNotAllowed
from app.models import Account
from app.web import doors, hx

TEMPLATES = {
    "lamp.html": '{% extends "layouts/public.html" %}{% block page_title %}Lamp{% endblock %}'
    '{% block content %}<h1>Lamp</h1>{% include "_lamp.html" %}{% endblock %}',
    "_lamp.html": '<p id="lamp">The lamp is {{ light }}.</p>',
    "_bulb.html": '<p id="bulb">A bulb.</p>',
    "own.html": '{% extends "layouts/member.html" %}{% block page_title %}Own{% endblock %}'
    "{% block content %}<h1>Own</h1>{% endblock %}",
    "careless.html": "{{ nobody_said_this }}",
}


def build(app: Flask) -> None:
    """Add the rooms: /lamp (visitor), /own (member), /desk (caseworker, an auditor may look), /trouble (visitor)."""
    assert app.jinja_env.loader
    app.jinja_env.loader = ChoiceLoader([DictLoader(TEMPLATES), app.jinja_env.loader])
    for room in (_lamp(), _own(), _desk(), _trouble()):
        doors.open_room(app, room)


def _lamp() -> Blueprint:
    bp = Blueprint("lamp", __name__)
    bp.before_request(doors.door("visitor"))

    @bp.get("/lamp")
    def lamp() -> Response:
        fragments = {"lamp": "_lamp.html", "bulb": "_bulb.html"}
        return hx.page("lamp.html", fragments=fragments, light=request.args.get("light", "on"))

    @bp.get("/lamp/asks")
    def asks() -> str:
        return str(doors.account_or_none())

    @bp.get("/lamp/careless")
    def careless() -> Response:
        return hx.page("careless.html")

    @bp.get("/lamp/<ref:thing>")
    def thing(thing: str) -> Response:
        return Response(thing, mimetype="text/plain")

    return bp


def _own() -> Blueprint:
    bp = Blueprint("own_room", __name__)
    bp.before_request(doors.door("member"))

    @bp.get("/own")
    def own() -> Response:
        return hx.page("own.html")

    @bp.post("/own")
    def change() -> Response:
        flash("changed")
        fragment = "_lamp.html" if request.args.get("fragment") else None
        return hx.done("/own", fragment=fragment, light="off")

    return bp


def _desk() -> Blueprint:
    bp = Blueprint("some_desk", __name__)
    bp.before_request(doors.door("caseworker", readers=("auditor",)))

    @bp.get("/desk")
    def desk() -> Response:
        return Response(f"{doors.staff().email} as {doors.role()}", mimetype="text/plain")

    @bp.post("/desk")
    def decide() -> Response:
        return Response(f"decided by {doors.staff().email}", mimetype="text/plain")

    return bp


def _trouble() -> Blueprint:
    bp = Blueprint("trouble", __name__)
    bp.before_request(doors.door("visitor"))

    @bp.get("/trouble/<kind>")
    def trouble(kind: str) -> str:
        if kind == "move":
            raise MoveNotAllowed("paid", "submit")
        if kind == "appeal":
            raise AppealTooLate(dt.date(2026, 11, 28))
        if kind == "hand":
            raise SamePerson
        if kind == "twice":
            number = 1
            for name in ("one", "two"):
                at = dt.datetime(2026, 10, number, tzinfo=dt.UTC)
                db.session.add(
                    Account(
                        email="same@example.org",
                        email_confirmed_at=at,
                        name=name,
                        password_hash="",
                        language="zh",
                        created_at=at,
                    )
                )
            db.session.flush()
        if kind == "law":
            db.session.add(
                Account(
                    email="x@example.org", name="x", password_hash="", language="fr", created_at=dt.datetime.now(dt.UTC)
                )
            )
            db.session.flush()
        if kind.isdigit():
            abort(int(kind))
        if kind == "own-words":
            abort(409, "Your own sentence.")
        raise RuntimeError(f"a secret detail: {kind}@example.org")

    return bp
