"""Where a treasurer's tests begin: a clock that stands, people with their roles, a period that waits for approval."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.jobs.tick import set_clock
from app.web import clock
from tests.services import pool_story as story
from tests.web.gate import enter, open_account

Clock = Callable[[int], None]


@pytest.fixture
def day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the clock of the pages to noon of a day in September 2026; real time, which ends a session, stands still."""
    with app.app_context():
        begins = story.september(1)
    monkeypatch.setattr(clock, "real_now", lambda: begins)

    def stand(number: int) -> None:
        with app.app_context():
            set_clock(story.september(number))

    stand(1)
    return stand


@pytest.fixture
def treasurer(app: Flask, client: FlaskClient) -> FlaskClient:
    open_account(app, "chen@example.org", name="陈司库", roles=("treasurer",))
    enter(client, "chen@example.org")
    return client


@pytest.fixture
def locked(app: Flask, day: Clock) -> None:
    """Ten members and two cases of 20.00 and 10.00, published on the 7th; it is the 11th."""
    with app.app_context():
        story.open_plan(fee_bp=800)
        story.enrol(10)
        story.approve_claim(20_00, benefit="low_grade_tumour")
        story.approve_claim(10_00, benefit="low_grade_tumour")
        story.lock()
    day(11)


@pytest.fixture
def checked(app: Flask, locked: None) -> None:
    """The same, and a first treasurer has checked the sum."""
    with app.app_context():
        story.check(at=story.september(11, 9))


@pytest.fixture
def second(app: Flask) -> FlaskClient:
    """Another treasurer at another desk."""
    open_account(app, "wu@example.org", name="吴司库", roles=("treasurer",))
    other = app.test_client()
    enter(other, "wu@example.org")
    return other
