"""A locked period whose members cannot be counted: the treasury sees it at once and reads what to do."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.jobs import counting, numbering
from app.services import periods
from app.services.days import midnight
from tests.services import pool_story as story
from tests.treasury.conftest import Clock
from tests.web.gate import send, words

PAGE = f"/treasury/{story.FIRST}"


def test_the_treasury_sees_a_period_at_once_and_why_nobody_else_does(app: Flask, treasurer: FlaskClient) -> None:
    with app.app_context():
        story.open_plan()
        story.enrol(5)
        with transaction():
            found = story.period()
            periods.lock_and_publish(found, at=midnight(found.publication_day))
        pool_id = found.pool_id
    said = words(treasurer.get(f"{PAGE}?lang=en"))
    assert "Not shown to the public yet" in said
    assert "Public page" not in said
    with app.app_context():
        gone = story.members()[4]
        index_fen = gone.join_index_fen
        with transaction():
            gone.state, gone.join_seq, gone.join_index_fen = "pending", None, None
        assert counting.do(pool_id, story.september(7)) == []
        assert numbering.number(story.september(7)) != []
    said = words(treasurer.get(f"{PAGE}?lang=en"))
    assert "5 members were locked, but the rows of those who share are 4." in said
    assert "cancel the period with a public reason" in said
    assert treasurer.get(f"/disclosures/{story.FIRST}").status_code == 404
    with app.app_context():
        with transaction():
            gone = db.session.merge(story.members()[4])
            gone.state, gone.join_seq, gone.join_index_fen = "sharing", 0, index_fen
        assert counting.do(pool_id, story.september(8)) == [f"{story.FIRST}: everybody counted"]
        numbering.number(story.september(8))
    said = words(treasurer.get(f"{PAGE}?lang=en"))
    assert "Not shown to the public" not in said
    assert "Fewer or more members could be counted than were locked" in said
    assert treasurer.get(f"/disclosures/{story.FIRST}").status_code == 200


def test_settling_by_hand_before_that_is_refused(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    with app.app_context():
        story.open_plan()
        story.enrol(3)
        with transaction():
            found = story.period()
            periods.lock_and_publish(found, at=midnight(found.publication_day))
        story.approve()
    day(14)
    answer = send(treasurer, f"{PAGE}?lang=en", action=f"{PAGE}/settlement")
    assert answer.status_code == 409
    assert "still being counted and written into the public log" in words(answer)
