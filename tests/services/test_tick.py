"""The clock's hand: whatever is due is done once, in its order, and what goes wrong with one pool stops no other."""

from __future__ import annotations

import datetime as dt

import pytest

from app.db import db, transaction
from app.jobs import nightly
from app.jobs import tick as jobs
from app.jobs.tick import advance, tick
from app.models import CheckRun, Fact, Instance, Membership, Outbox, Period
from app.services import claims, custody, leaving, outbox
from app.services.days import day_of, midnight
from tests.services import planted
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")
SENIOR = "senior-cancer-2026-09-1"


def hour(day: int, hours: int = 0) -> dt.datetime:
    return story.september(day, hours)


def test_a_period_walks_from_its_plan_to_its_payment_by_the_clock_and_two_deeds_of_a_treasurer() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    assert not any("locked" in line for line in tick(hour(6, 23)))
    assert f"{story.FIRST}: locked and published" in tick(hour(7))
    story.approve(at=hour(11))
    assert not any("settled" in line for line in tick(hour(13, 23)))
    assert f"{story.FIRST}: settled" in tick(hour(14))
    story.sound()
    story.release(at=hour(14, 9))
    assert any(line.startswith("outbox") for line in tick(hour(14, 10)))
    assert (story.period().state, story.payouts_of()[0].state) == ("paid", "paid")
    story.sound()


def test_done_again_it_does_nothing() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    tick(hour(7))
    story.approve(at=hour(11))
    for day in (7, 14):
        tick(hour(day))
        facts = db.session.scalar(db.select(db.func.count(Fact.id)))
        assert tick(hour(day)) == []
        assert db.session.scalar(db.select(db.func.count(Fact.id))) == facts


def test_who_is_helped_ends_in_the_same_midnight_and_who_waits_begins() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(300_000_00)
    tick(hour(7))
    story.enrol(2, series="B", at=hour(8))
    story.approve(at=hour(11))
    done = tick(hour(14))
    assert done[:3] == [f"{story.FIRST}: settled", "young-cancer: 1 ended", "young-cancer: 2 began to share"]
    assert {row.state for row in story.members()} == {"helped", "sharing"}
    story.sound()


def test_an_approval_that_no_longer_fits_is_taken_back_and_waits_for_a_treasurer() -> None:
    story.open_plan()
    story.enrol(10)
    claim = story.approve_claim(20_00)
    tick(hour(7))
    story.approve(at=hour(11))
    with transaction():
        caseworker = story.account("caseworker-3", "caseworker")
        claims.move(claim, "admit_objection", by=caseworker.id, role="caseworker", at=hour(12))
    assert f"{story.FIRST}: approval void, a treasurer has to look again" in tick(hour(14))
    assert story.period().state == "locked"
    assert tick(hour(14, 1)) == []
    story.approve(at=hour(14, 9))
    assert f"{story.FIRST}: settled" in tick(hour(14, 10))


def test_what_nobody_approved_waits_beyond_its_day_and_blocks_the_next_lock() -> None:
    story.open_plan()
    story.enrol(10)
    tick(hour(7))
    tick(hour(14))
    tick(hour(21))
    assert (story.period().state, story.period(story.SECOND).state) == ("locked", "planned")
    story.approve(at=hour(22, 9))
    tick(hour(22, 10))
    tick(hour(22, 11))
    assert (story.period().state, story.period(story.SECOND).state) == ("paid", "locked")
    second = story.period(story.SECOND)
    assert second.objections_last_day == day_of(hour(25)), "a late lock leaves three whole days to object"
    story.sound()


def test_a_period_that_nobody_shares_waits_for_somebody_and_is_cancelled_in_public_on_its_settle_day() -> None:
    story.open_plan()
    for at in (hour(7), hour(13, 23)):
        tick(at)
        assert story.period().state == "planned"
    assert f"{story.FIRST}: cancelled, nobody shares" in tick(hour(14))
    period = story.period()
    assert (period.state, period.reason, period.locked_at) == ("cancelled", "nobody_shared", None)
    assert db.session.scalar(db.select(Fact.about).where(Fact.type == "cancelled")) == story.FIRST
    story.enrol(3, at=hour(15))
    tick(hour(21))
    assert story.period(story.SECOND).state == "locked", "the next one finds members"
    story.sound()


def test_money_that_does_not_agree_keeps_the_clock_from_settling_and_is_written_down_once() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    tick(hour(7))
    story.approve(at=hour(11))
    planted.unguarded("UPDATE pool_counter SET thresholds_fen = thresholds_fen + 1 WHERE slot = 3")
    for minute in (0, 1):
        assert not any("settled" in line for line in tick(hour(14) + minute * dt.timedelta(minutes=1)))
    assert story.period().state == "approved"
    runs = db.session.scalars(db.select(CheckRun)).all()
    assert [(run.trigger, run.about, run.findings) for run in runs] == [("before-settlement", story.FIRST, 1)]
    planted.unguarded("UPDATE pool_counter SET thresholds_fen = thresholds_fen - 1 WHERE slot = 3")
    assert f"{story.FIRST}: settled" in tick(hour(14, 1))
    runs = db.session.scalars(db.select(CheckRun).order_by(CheckRun.id)).all()
    assert [(run.trigger, run.findings) for run in runs[1:]] == [("before-settlement", 0), ("after-settlement", 0)]
    story.sound()


def test_every_question_is_asked_once_a_night_when_the_midnight_is_done() -> None:
    nightly.ask(hour(7, 12))
    assert db.session.scalar(db.select(Outbox.id)) is None, "there is no money to ask about"
    story.open_plan()
    for at in (hour(7), hour(7, 2), hour(7, 3), hour(7, 9), hour(8, 1)):
        nightly.ask(at)
    assert db.session.scalars(db.select(Outbox.key)).all() == ["audit:2026-09-07"]
    outbox.sweep(hour(8, 1))
    assert db.session.scalars(db.select(CheckRun.trigger)).all() == ["nightly"]


def test_a_clock_that_slept_does_everything_on_waking() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    tick(hour(9, 15))
    assert story.period().locked_at == hour(9, 15)
    story.approve(at=hour(12))
    tick(hour(20))
    assert story.period().settled_at == hour(20)


def test_what_goes_wrong_with_one_pool_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    story.open_plan()
    story.open_plan("senior-cancer")
    story.enrol(3)
    story.enrol(3, slug="senior-cancer", series="S")
    broken = story.pool().id
    plan_ahead = jobs.periods.plan_ahead

    def failing(pool: object, *, at: dt.datetime) -> list[Period]:
        if getattr(pool, "id", None) == broken:
            raise RuntimeError("the disk is full")
        return plan_ahead(pool, at=at)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs.periods, "plan_ahead", failing)
    tick(hour(7))
    assert (story.period().state, story.period(SENIOR).state) == ("planned", "locked")
    monkeypatch.undo()
    tick(hour(7, 1))
    assert story.period().state == "locked"


def test_work_that_fails_stays_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    story.settled()
    story.release()

    def unreachable(_payload: object, _at: dt.datetime) -> None:
        raise ConnectionError

    monkeypatch.setitem(outbox.handlers, "pay-out", unreachable)
    tick(hour(14, 13))
    work = db.session.scalars(db.select(Outbox).where(Outbox.kind == "pay-out")).one()
    assert (work.done_at, work.attempts, work.last_error) == (None, 1, "ConnectionError")
    assert work.due_at > hour(14, 13)
    monkeypatch.undo()
    tick(hour(15))
    assert story.payouts_of()[0].state == "paid"
    assert custody.of("main").cover.promised_fen == 0


def test_the_demonstration_lives_through_every_midnight_on_the_way() -> None:
    story.open_plan()
    story.enrol(10)
    jobs.set_clock(hour(6, 12))
    done = advance(hour(15, 9))
    assert f"{story.FIRST}: locked and published" in done
    assert story.period().locked_at == midnight(dt.date(2026, 9, 7))
    instance = db.session.get_one(Instance, 1)
    now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=instance.clock_offset_seconds)
    assert abs(now - hour(15, 9)) < dt.timedelta(minutes=1)


def test_whoever_leaves_between_the_ends_and_the_lock_moves_with_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool whose members never stop leaving is locked all the same."""
    story.open_plan()
    story.enrol(3)
    leaver = story.members()[1].id

    def meanwhile(_pool_id: int, at: dt.datetime) -> list[str]:
        with transaction():
            membership = db.session.get_one(Membership, leaver)
            leaving.leave(membership, by=membership.account_id, at=at)
        return []

    before, after = jobs._STEPS[: jobs._STEPS.index(jobs._lock)], jobs._STEPS[jobs._STEPS.index(jobs._lock) :]
    monkeypatch.setattr(jobs, "_STEPS", (*before, meanwhile, *after))
    tick(midnight(dt.date(2026, 9, 7)))
    assert (story.period().state, story.period().members) == ("locked", 2)
    assert db.session.get_one(Membership, leaver).state == "left"
    story.sound()
