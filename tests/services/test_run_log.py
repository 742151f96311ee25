"""A period's run log: every step with its instant, its role and its lateness, and no name."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.domain.run_log import Line
from app.models import Account
from app.services import rescheduling, run_log, settling
from tests.services import pool_story as story


@pytest.fixture(autouse=True)
def paid(engine: Flask) -> None:
    """One case, locked on time and settled seven seconds after midnight, paid the day after."""
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00, benefit="low_grade_tumour")
    story.settled()
    story.release()
    story.sweep(at=story.september(15))


def log(name: str = story.FIRST) -> list[Line]:
    period = story.period(name)
    return run_log.lines(period, run_log.records(name), rescheduling.changes(period))


def test_every_step_of_a_good_period_stands_there_once_in_its_order() -> None:
    assert [line.step for line in log()] == [
        "planned", "lock", "count-members", "check-preview", "approve-preview", "before-settlement", "settle",
        "after-settlement", "release-payouts", "paid",
    ]  # fmt: skip
    late = {line.step: line.late_seconds for line in log() if line.due is not None}
    assert late == {"lock": 0, "settle": 7, "paid": 0}
    took = {line.step: line.took_ms is not None for line in log()}
    assert took["settle"]
    assert took["before-settlement"]
    assert not took["lock"]
    assert {line.step: line.role for line in log()}["approve-preview"] == "treasurer"


def test_what_came_back_opens_it_again_and_it_is_paid_a_second_time() -> None:
    with transaction():
        settling.reopen(story.period(), at=story.september(16))
    with transaction():
        assert settling.complete_if_paid(story.period(), at=story.september(17))
        assert not settling.complete_if_paid(story.period(), at=story.september(17)), "done again, it does nothing"
    assert [line.step for line in log()][-3:] == ["paid", "reopen", "paid"]


def test_a_late_lock_is_late_by_the_day_it_was_due() -> None:
    with transaction():
        found = story.period(story.SECOND)
        story.periods.lock_and_publish(found, at=story.september(21) + dt.timedelta(minutes=30))
    lock = next(line for line in log(story.SECOND) if line.step == "lock")
    assert lock.late_seconds == 12 * 3_600 + 30 * 60


def test_a_credit_nobody_confirmed_is_the_desks_alone_and_no_name_is_in_the_log() -> None:
    story.corrected(1_00, at=story.september(16))
    assert "credit-confirmed" in [line.step for line in log()]
    assert "propose-credit" not in [line.step for line in log()]
    period = story.period()
    desk = run_log.lines(period, run_log.records(period.name), (), desk=True)
    assert "propose-credit" in [line.step for line in desk]
    names = set(db.session.scalars(db.select(Account.name))) - {"treasurer"}
    assert not names & {value for line in log() for value in (line.step, line.role)}


def test_what_a_period_went_through_is_never_changed_and_no_step_is_written_twice() -> None:
    for statement in ("UPDATE period_step SET n = 1", "DELETE FROM period_step"):
        with pytest.raises(IntegrityError, match="added to, never changed"), transaction():
            db.session.execute(text(statement))
    with pytest.raises(IntegrityError), transaction():
        run_log.remember_settled(story.period(), at=story.september(16), took_ms=1)
