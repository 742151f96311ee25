"""What is said about a claim lies sealed, opens only in its place, and is erased with one key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db import db, transaction
from app.domain.claim_questions import Item
from app.models import Account, Claim, ClaimKey, Decision, QuestionItem, Recommendation
from app.review import actions
from app.services import claim_words, questions
from app.services.vault import VaultTampered
from tests.claims.builders import NOW, account, claim, membership
from tests.review.desk import DUE, REFUSE, REFUSED, caseworker

SAID = ("病理报告为原位癌。", "显示浸润的新病理报告", "请补充原件", "原件在医院")


@pytest.fixture
def refused(app: Flask) -> Iterator[int]:
    """The number of a claim of which everything was said: a question, a recommendation, a refusal."""
    with app.app_context():
        with transaction():
            one, first, second = claim(membership(account().id), state="submitted"), caseworker(), caseworker("qiao")
            actions.ask(one, [Item("line", SAID[2], line="pathology_report")], DUE, by=first, at=NOW)
            number, reader, decider = one.id, first.id, second.id
        with transaction():
            one = db.session.get_one(Claim, number)
            questions.reply(one, {1: SAID[3]}, at=NOW)
            actions.claims.move(one, "answer", by=one.account_id, role="member", at=NOW)
            actions.begin(one, by=db.session.get_one(Account, reader), at=NOW)
            actions.recommend(one, REFUSE, by=db.session.get_one(Account, reader), at=NOW)
            actions.decide(one, REFUSED, by=db.session.get_one(Account, decider), at=NOW + dt.timedelta(hours=1))
        yield number


def raw() -> str:
    rows = [
        row
        for table in (
            "claim_step",
            "claim_question_item",
            "claim_question_reply",
            "recommendation",
            "decision",
            "audit",
            "message",
            "fact",
        )
        for row in db.session.execute(text(f"SELECT * FROM {table}"))
    ]
    return " ".join(
        value.decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
        for row in rows
        for value in (bytes(one) if isinstance(one, memoryview) else one for one in row)
    )


def test_no_word_about_a_claim_lies_readable_in_the_database(refused: int) -> None:
    found = raw()
    for said in SAID:
        assert said not in found
    decision = db.session.scalars(db.select(Decision)).one()
    assert (decision.reason, decision.would_change) == SAID[:2]
    assert db.session.scalars(db.select(Recommendation)).one().reason == SAID[0]
    asked = db.session.scalars(db.select(QuestionItem)).one()
    assert (asked.reason, asked.title, asked.replies[-1].text) == (SAID[2], "", SAID[3])


def test_a_sealed_text_opens_in_its_own_row_only(refused: int) -> None:
    decision = db.session.scalars(db.select(Decision)).one()
    recommendation = db.session.scalars(db.select(Recommendation)).one()
    with db.session.no_autoflush:
        recommendation.reason_sealed = decision.reason_sealed
        with pytest.raises(VaultTampered):
            assert recommendation.reason
    db.session.rollback()


def test_what_was_said_is_never_said_again(refused: int) -> None:
    decision = db.session.scalars(db.select(Decision)).one()
    with pytest.raises(AttributeError, match="said once"):
        decision.reason = "别的理由"


def test_destroying_the_key_erases_every_word_and_leaves_the_deeds(refused: int) -> None:
    with transaction():
        claim_words.erase(db.session.get_one(Claim, refused), by=None, at=NOW)
    db.session.expire_all()
    decision = db.session.scalars(db.select(Decision)).one()
    assert (decision.verdict, decision.clause, decision.reason, decision.would_change) == ("refuse", "5.1", "", "")
    assert db.session.get_one(ClaimKey, refused).wrapped_key is None


@pytest.mark.parametrize("deed", ["DELETE FROM claim_key", "UPDATE claim_key SET wrapped_key = wrapped_key"])
def test_a_key_is_destroyed_at_most(refused: int, deed: str) -> None:
    with pytest.raises(DBAPIError, match="the key of a claim"), transaction():
        db.session.execute(text(deed))
