"""flask worker: whatever is due is done, and the heart beats while it can."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.cli import worker
from app.db import db
from app.models import Heartbeat
from app.web import clock


def test_a_round_does_what_is_due_and_beats(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    moments: list[dt.datetime] = []

    def note(at: dt.datetime) -> list[str]:
        moments.append(at)
        return ["done"]

    monkeypatch.setattr(worker, "tick", note)
    assert app.test_cli_runner().invoke(args=["worker", "--rounds", "2", "--every", "1"]).exit_code == 0
    assert len(moments) == 2
    assert all(moment.tzinfo is not None for moment in moments)
    assert client.get("/healthz").status_code == 200


def test_a_round_on_an_empty_house_finds_nothing_to_do(app: Flask, client: FlaskClient) -> None:
    assert worker.round_of(app)
    assert client.get("/healthz").status_code == 200


def test_a_failed_round_is_tried_again_without_a_heartbeat(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_at: dt.datetime) -> list[str]:
        raise RuntimeError("the pool is empty")

    with monkeypatch.context() as patch:
        patch.setattr(worker, "tick", fail)
        assert not worker.round_of(app)
        with app.app_context():
            began = db.session.get_one(Heartbeat, "worker").at
        assert not worker.round_of(app)
        with app.app_context():
            assert db.session.get_one(Heartbeat, "worker").at == began, "two failures in a row: the heart stands still"
    assert worker.round_of(app)
    with app.app_context():
        assert began < db.session.get_one(Heartbeat, "worker").at <= clock.real_now()
