"""flask worker: whatever is due is done, at once when it is woken, and the heart beats while it can."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from huey import RedisHuey, SqliteHuey

from app.config import NotConfigured, settings
from app.db import db, transaction
from app.jobs import queue
from app.models import Heartbeat, Outbox
from app.services import outbox
from app.web import clock
from tests.fixtures.application import ROOT, environment


def test_a_round_on_an_empty_house_finds_nothing_to_do(app: Flask, client: FlaskClient) -> None:
    assert queue.round_of(app)
    assert client.get("/healthz").status_code == 200


def test_a_failed_round_is_tried_again_without_a_heartbeat(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_at: object) -> list[str]:
        raise RuntimeError("the pool is empty")

    with monkeypatch.context() as patch:
        patch.setattr(queue, "tick", fail)
        assert not queue.round_of(app)
        with app.app_context():
            began = db.session.get_one(Heartbeat, "worker").at
        assert not queue.round_of(app)
        with app.app_context():
            assert db.session.get_one(Heartbeat, "worker").at == began, "two failures in a row: the heart stands still"
    assert queue.round_of(app)
    with app.app_context():
        assert began < db.session.get_one(Heartbeat, "worker").at <= clock.real_now()


def test_the_operator_chooses_the_queue(app: Flask, tmp_path: Path) -> None:
    assert isinstance(queue.open_queue(app), SqliteHuey)
    given = environment("", tmp_path)
    app.config["QUEUE"] = settings({**given, "JUNTAN_QUEUE_URL": "redis://queue.example.org:6380/2"})["QUEUE"]
    redis = queue.open_queue(app)
    assert isinstance(redis, RedisHuey)
    connects = redis.storage.pool.connection_kwargs
    assert (connects["host"], connects["port"], connects["db"]) == ("queue.example.org", 6380, 2)
    with pytest.raises(NotConfigured, match="JUNTAN_QUEUE_URL"):
        settings({**given, "JUNTAN_QUEUE_URL": "https://queue.example.org"})


def answered_after_asking(app: Flask) -> Response:
    with app.test_request_context():
        with transaction():
            outbox.ask("nothing", f"nothing:{time.monotonic_ns()}", at=clock.now())
        return app.process_response(Response("done"))


def test_a_request_that_asked_for_work_wakes_a_worker_and_many_wake_no_more(app: Flask, client: FlaskClient) -> None:
    client.get("/healthz")
    waiting = queue.queue_of(app).huey
    assert waiting.pending_count() == 0, "nothing was asked for"
    for _request in range(5):
        answered_after_asking(app)
    assert waiting.pending_count() == 2


def test_a_queue_that_cannot_be_reached_takes_no_answer_away(app: Flask) -> None:
    app.config["QUEUE"] = "redis://127.0.0.1:1/0"
    assert answered_after_asking(app).status_code == 200
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(Outbox.id))) == 1, "the truth stands in the database"


def test_a_worker_is_woken_does_the_work_and_ends_when_it_is_told_to(app: Flask, tmp_path: Path) -> None:
    instance = Path(app.config["INSTANCE"])
    given = {**os.environ, **environment(str(app.config["SQLALCHEMY_DATABASE_URI"]), instance)}
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), "worker"]
    log = tmp_path / "worker.log"
    with log.open("wb") as out, subprocess.Popen(command, env=given, cwd=ROOT, stdout=out, stderr=out) as worker:
        try:
            wait_until(app, lambda: db.session.get(Heartbeat, "worker") is not None, log)
            with app.app_context(), transaction():
                outbox.ask("audit", "audit:test", at=clock.now(), trigger="by-hand")
            queue.queue_of(app).wake()
            wait_until(app, lambda: db.session.scalar(db.select(Outbox.done_at)) is not None, log)
        finally:
            worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0, log.read_text()


def wait_until(app: Flask, happened: object, log: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with app.app_context():
            if happened():  # type: ignore[operator]
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text())
