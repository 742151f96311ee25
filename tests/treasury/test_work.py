"""Dead letters: seen by treasurer and operator, tried again or given up for a reason, by whoever comes first."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.domain.retries import MOST_ATTEMPTS, wait_after
from app.jobs import mails, work
from app.models import Audit, Outbox
from app.services import outbox
from app.web import clock
from app.web.words import WORDS
from tests.web.gate import enter, open_account, send, token, words


@pytest.fixture
def dead(app: Flask, monkeypatch: pytest.MonkeyPatch) -> int:
    """Work that failed until it came to rest; its number."""
    tried: list[int] = []

    def unreachable(_payload: object, _at: dt.datetime) -> None:
        tried.append(1)
        raise ConnectionError("the address of somebody")

    monkeypatch.setitem(outbox.handlers, "pay-out", unreachable)
    with app.app_context():
        at = clock.now()
        with transaction():
            outbox.ask("pay-out", "payout:ABCDEFGHJKMN", at=at, payout="ABCDEFGHJKMN")
        for attempts in range(1, MOST_ATTEMPTS + 1):
            outbox.sweep(at)
            at += wait_after(attempts) or dt.timedelta()
        outbox.sweep(at + dt.timedelta(days=9))
        assert len(tried) == MOST_ATTEMPTS
        work = db.session.scalars(db.select(Outbox)).one()
        assert (work.last_error, work.attempts, work.leased_by) == ("ConnectionError", MOST_ATTEMPTS, None)
        return work.id


def test_a_dead_letter_is_tried_again(app: Flask, client: FlaskClient, dead: int) -> None:
    open_account(app, "chen@example.org", roles=("treasurer",))
    enter(client, "chen@example.org")
    page = client.get("/background-work?lang=en")
    assert "1 piece of work could not be done and waits for you." in words(page)
    assert "ConnectionError" in words(page)
    assert "the address of somebody" not in page.text, "what went wrong may hold something personal"
    assert client.get("/healthz").json["dead_letters"] == 1  # type: ignore[index]
    assert send(client, "/background-work", action=f"/background-work/{dead}/again").status_code == 303
    assert "The worker tries it again now." in words(client.get("/background-work"))
    with app.app_context():
        work = db.session.get_one(Outbox, dead)
        assert (work.dead_at, work.attempts) == (None, 0)
    csrf = token(client, "/account")
    assert client.post(f"/background-work/{dead}/again", data={"csrf_token": csrf}).status_code == 409


def test_it_is_given_up_for_a_reason_and_by_one_person_only(app: Flask, client: FlaskClient, dead: int) -> None:
    open_account(app, "qian@example.org", roles=("operator",))
    enter(client, "qian@example.org")
    name = f"work-{dead}-reason"
    refused = send(client, "/background-work?lang=en", {name: "  "}, action=f"/background-work/{dead}/end")
    assert refused.status_code == 422
    assert "Say why it is given up" in words(refused)
    reason = "The bank has closed; the treasurer transfers it by hand."
    assert send(client, "/background-work", {name: reason}, action=f"/background-work/{dead}/end").status_code == 303
    assert reason in words(client.get("/background-work"))
    csrf = token(client, "/account")
    late = client.post(f"/background-work/{dead}/end", data={"csrf_token": csrf, name: "again"})
    assert late.status_code == 409
    with app.app_context():
        notes = db.session.execute(db.select(Audit.deed, Audit.role).where(Audit.about_kind == "work")).all()
        assert [tuple(note) for note in notes] == [("bury-work", "system"), ("give-up-work", "operator")]
        assert db.session.get_one(Outbox, dead).done_at is None
    assert client.get("/healthz").json["dead_letters"] == 0  # type: ignore[index]


def test_an_auditor_reads_it_and_others_do_not(app: Flask, client: FlaskClient, dead: int) -> None:
    open_account(app, "zhao@example.org", roles=("auditor",))
    enter(client, "zhao@example.org")
    page = client.get("/background-work?lang=zh")
    assert "需要人工处理" in words(page)
    assert "没有设置" in words(page), "no virus scanner is claimed"
    app.config["CLAMD"] = "unix:///nowhere/clamd.sock"
    assert "在它恢复之前，不收任何文件" in words(client.get("/background-work?lang=zh"))
    assert f"/background-work/{dead}/again" not in page.text
    csrf = token(client, "/account")
    assert client.post(f"/background-work/{dead}/again", data={"csrf_token": csrf}).status_code == 403
    open_account(app, "he@example.org", roles=("caseworker",))
    other = app.test_client()
    enter(other, "he@example.org")
    assert other.get("/background-work").status_code == 403


def test_every_kind_of_work_has_its_words_and_says_why_a_second_run_is_harmless(app: Flask) -> None:
    assert set(outbox.handlers) <= set(WORDS["work_kind"])
    promises = (work.__doc__ or "").replace("mail-…", " ".join(mails.HANDLERS))
    assert [kind for kind in outbox.handlers if kind not in promises] == []
    assert set(outbox.outside) <= set(outbox.handlers)
