"""The questions about the money at the treasury and before everybody: stored answers, asked again in the background."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.db import db
from app.models import Audit, CheckRun, Outbox, Settlement
from app.services import outbox, selfcheck
from app.web import money_questions
from tests.services import planted
from tests.services import pool_story as story
from tests.web.gate import send, words

Clock = Callable[[int], None]
HERE = "/treasury/checks"
PAGE = f"/treasury/{story.FIRST}"


def work(app: Flask) -> None:
    """A worker does what was asked for."""
    with app.app_context():
        outbox.sweep(story.september(11))


def test_every_question_has_its_words_and_no_words_are_left_over() -> None:
    assert money_questions.names() == set(selfcheck.QUESTIONS)


@pytest.mark.usefixtures("locked")
def test_a_treasurer_asks_and_the_worker_answers_once(app: Flask, treasurer: FlaskClient) -> None:
    assert "The questions have not been asked yet." in words(treasurer.get(f"{HERE}?lang=en"))
    send(treasurer, HERE, action=HERE)
    said = words(treasurer.get(HERE))
    assert "The questions are being asked." in said
    with app.app_context():
        assert db.session.scalar(db.select(Outbox.key).where(Outbox.kind == "audit")) == "audit:by-hand:0"
        assert db.session.scalar(db.select(Audit.deed).where(Audit.deed == "ask-questions"))
    work(app)
    work(app)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(CheckRun.id))) == 1
    said = words(treasurer.get(HERE))
    assert "Nothing was found." in said
    assert "Ask them now" in said
    assert said.count(" agrees") == len(selfcheck.QUESTIONS)


@pytest.mark.usefixtures("locked")
def test_what_was_found_stands_in_red_for_everybody_and_with_its_rows_for_the_treasury(
    app: Flask, treasurer: FlaskClient
) -> None:
    with app.app_context():
        planted.book(planted.ledger.rounding_carry(planted.YOUNG), planted.ledger.bank("main"), 5)
        selfcheck.audit("nightly", at=story.september(11))
    said = words(treasurer.get(f"{HERE}?lang=en"))
    assert "1 question found something." in said
    assert "young-cancer: surplus 0, the ledger says -5" in said
    public = treasurer.get("/disclosures/checks?lang=en")
    assert "A difference was found" in words(public)
    assert "young-cancer: surplus" not in words(public), "the rows are the treasury's"
    assert 'data-state="problem"' in public.text
    assert "发现差异" in words(treasurer.get("/disclosures/checks?lang=zh"))
    assert treasurer.get("/healthz").json["findings"] == 1  # type: ignore[index]


@pytest.mark.usefixtures("checked")
def test_a_finding_refuses_the_settlement_in_a_sentence_and_charges_nobody(
    app: Flask, treasurer: FlaskClient, day: Clock
) -> None:
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    day(14)
    with app.app_context():
        planted.unguarded("UPDATE pool_counter SET thresholds_fen = thresholds_fen + 1 WHERE slot = 3")
    for _time in range(2):
        refused = send(treasurer, f"{PAGE}?lang=en", action=f"{PAGE}/settlement")
        assert refused.status_code == 409
        assert "Not settled: the money does not agree" in words(refused)
        assert "Do all members' balances together make what the ledger holds for them?" in words(refused)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Settlement)) == 0
        kept = db.session.scalars(db.select(CheckRun)).all()
        assert [(one.trigger, one.about, one.findings) for one in kept] == [("before-settlement", story.FIRST, 1)]
    assert "1 difference, not settled" in words(treasurer.get("/disclosures/checks"))


def test_the_public_page_asks_few_questions_and_knows_nobody(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        planted.living()
        selfcheck.audit("nightly", at=story.september(23))
    client.get("/disclosures/checks")
    asked: list[str] = []

    def listen(*call: object) -> None:
        asked.append(str(call[2]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    answer = client.get("/disclosures/checks?lang=en")
    event.remove(engine, "before_cursor_execute", listen)
    assert len(asked) <= 8, asked
    said = words(answer)
    assert "Last asked on 23 September 2026" in said
    assert said.count(" agrees") >= len(selfcheck.QUESTIONS)
    assert "4 questions agree" in said
    assert "session=" not in str(answer.headers)
