"""Planned periods follow the calendar of newer rules, from their day on; what is locked or moved by hand stays."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask

from app.db import db, transaction
from app.jobs.tick import tick
from app.models import Fact, Period, PeriodChange
from app.services import calendars, rescheduling, rulebook
from tests.domain.plan_files import plan as rules_of
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")
IN_FORCE = dt.date(2026, 10, 5)


def with_calendar(publish_days: tuple[int, ...], settle_days: tuple[int, ...]) -> None:
    """The second version of the rules, announced in September and valid from 5 October, with other days."""
    rules = rules_of("young-cancer", 2)
    calendar = replace(rules.pool.calendar, publish_days=publish_days, settle_days=settle_days)
    with transaction():
        rulebook.publish(
            replace(rules, pool=replace(rules.pool, calendar=calendar)), valid_from=IN_FORCE, by=None,
            at=story.noon(dt.date(2026, 9, 1)),
        )  # fmt: skip


def planned() -> dict[str, tuple[str, int, int]]:
    """Each period from September to November: its state, and the days it is published and settled on."""
    rows = db.session.scalars(db.select(Period).order_by(Period.publication_day, Period.id)).all()
    return {
        f"{row.month}-{row.number}": (row.state, row.publication_day.day, row.settle_day.day)
        for row in rows
        if row.month in (9, 10, 11)
    }


@pytest.fixture(autouse=True)
def opened(engine: Flask) -> None:
    """A plan with three members, its periods planned by its first rules."""
    story.open_plan()
    story.enrol(3)
    tick(story.noon(story.OPENED))


def test_more_periods_a_month_move_those_that_are_planned_and_add_the_rest() -> None:
    before = planned()
    with_calendar((6, 16, 26), (9, 19, 29))
    tick(story.september(1, 13))
    after = planned()
    assert {name: row for name, row in after.items() if name.startswith("9-")} == {
        name: row for name, row in before.items() if name.startswith("9-")
    }
    assert {name: row for name, row in after.items() if name.startswith("10-")} == {
        "10-1": ("planned", 6, 9), "10-2": ("planned", 16, 19), "10-3": ("planned", 26, 29),
    }  # fmt: skip
    stated = db.session.scalars(db.select(Fact.about).where(Fact.type == "calendar")).all()
    assert set(stated) >= {"young-cancer-2026-10-1", "young-cancer-2026-10-2"}
    assert not calendars.is_due(story.pool(), at=story.september(1, 14)), "followed once, nothing is left to do"
    story.sound()


def test_fewer_periods_a_month_move_the_first_and_cancel_the_rest_in_public() -> None:
    with_calendar((10,), (17,))
    tick(story.september(1, 13))
    after = planned()
    assert (after["10-1"], after["10-2"][0]) == (("planned", 10, 17), "cancelled")
    change = db.session.scalars(db.select(PeriodChange).where(PeriodChange.reason == "calendar_changed")).one()
    assert (change.kind, change.by) == ("cancelled", None)
    assert db.session.scalars(db.select(Fact.about).where(Fact.type == "cancelled")).all() == [change_of("10-2")]
    story.sound()


def change_of(number: str) -> str:
    return f"young-cancer-2026-{number}"


def test_what_is_locked_or_was_moved_by_hand_is_never_moved() -> None:
    by = story.treasurer().id
    story.lock()
    with transaction():
        by_hand = story.period("young-cancer-2026-10-1")
        to = by_hand.publication_day + dt.timedelta(days=2)
        rescheduling.postpone(by_hand, to=to, reason="A holiday.", by=by, at=story.september(8))
    before = planned()
    with_calendar((12,), (17,))
    tick(story.september(8, 13))
    after = planned()
    assert (after["9-1"], after["9-2"], after["10-1"]) == (before["9-1"], before["9-2"], before["10-1"])
    assert after["10-2"][0] == "cancelled"
