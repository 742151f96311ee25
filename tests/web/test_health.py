"""/healthz."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Heartbeat, Instance
from app.web import clock

NOTHING = {"dead_letters": 0, "findings": 0}


def beat(app: Flask, ago: dt.timedelta) -> None:
    with app.app_context(), transaction():
        db.session.merge(Heartbeat(name="worker", at=clock.real_now() - ago))


def test_without_a_worker_it_says_so(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"ok": False, "down": ["worker"], **NOTHING}


def test_with_both_it_is_well(app: Flask, client: FlaskClient) -> None:
    beat(app, dt.timedelta(minutes=2))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"ok": True, "down": [], **NOTHING})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_a_heart_that_stopped_is_noticed(app: Flask, client: FlaskClient) -> None:
    beat(app, dt.timedelta(minutes=4))
    assert client.get("/healthz").json == {"ok": False, "down": ["worker"], **NOTHING}


def test_the_heart_beats_in_real_time(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        db.session.get_one(Instance, 1).clock_offset_seconds = 40 * 86400
    beat(app, dt.timedelta(minutes=1))
    assert client.get("/healthz").status_code == 200


def test_without_a_database_it_says_so(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/healthz")
    with app.app_context():
        db.engine.dispose()
        monkeypatch.setitem(db.engines, None, db.create_engine("sqlite:////nowhere/at/all.sqlite3"))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"ok": False, "down": ["database"]})


def test_a_scanner_that_is_configured_answers_or_is_told_to_be_silent(scanned: Flask, client: FlaskClient) -> None:
    assert (client.get("/healthz").json or {})["scanner"] == "answers"
    scanned.config["CLAMD"] = "unix:///nowhere/clamd.sock"
    assert (client.get("/healthz").json or {})["scanner"] == "silent"
