"""What was filed and answered stays as it is, also for somebody who writes beneath the application."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.db import db, transaction
from app.models import Objection
from tests.objections import scene
from tests.services import pool_story as story

EDITS = {
    "an objection is deleted": "DELETE FROM objection",
    "its case is exchanged": "UPDATE objection SET case_id = case_id + 1",
    "it is dated back": "UPDATE objection SET filed_at = answered_at",
    "its answer is turned": "UPDATE objection SET state = 'admitted'",
    "its reason is edited": "UPDATE objection SET public_reason = 'because'",
    "its words are exchanged": "UPDATE objection SET text_sealed = sender_hash",
    "it is opened again": "UPDATE objection SET state = 'open', answered_at = NULL, answered_by = NULL",
}


def refused(statement: str) -> bool:
    try:
        with transaction():
            db.session.execute(text(statement))
    except DatabaseError:
        return True
    return False


@pytest.mark.usefixtures("published")
def test_what_was_filed_and_answered_cannot_be_edited_beneath_the_application() -> None:
    scene.dismiss(scene.file())
    assert [what for what, statement in EDITS.items() if not refused(statement)] == []
    with transaction():
        db.session.execute(text("UPDATE objection SET text_sealed = NULL, name_sealed = NULL, contact_sealed = NULL"))
    assert db.session.scalars(db.select(Objection)).one().text_sealed is None


DEFERRAL_EDITS = {
    "a deferral is deleted": "DELETE FROM deferral",
    "a deferral moves elsewhere": "UPDATE deferral SET from_number = from_number + 1",
    "a deferral is dated back": "UPDATE deferral SET at = (SELECT filed_at FROM objection)",
    "an award is deferred twice": "INSERT INTO deferral (id, award_id, from_period_id, from_number, at) "
    "SELECT id + 1, award_id, from_period_id, from_number, at FROM deferral",
}


@pytest.mark.usefixtures("published")
def test_a_deferral_is_written_once() -> None:
    scene.file()
    scene.settle_day()
    assert [what for what, statement in DEFERRAL_EDITS.items() if not refused(statement)] == []
    story.sound()
