"""Periods that do not go as planned: postponed, cancelled, locked late; who waits, and what is counted."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from app.db import db, transaction
from app.domain.calendar import DayDoesNotFit
from app.domain.moves import MoveNotAllowed
from app.domain.period_states import ReasonMissing
from app.jobs.tick import tick
from app.models import Audit, Award, Carry, Case, Fact, Message
from app.services import lapses, periods, rescheduling, settling, standings
from app.services.days import midnight
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")

WHY = "The custodian bank is closed."


def postpone(day: dt.date, *, name: str = story.FIRST, at: dt.datetime, reason: str = WHY) -> None:
    by = story.treasurer().id
    with transaction():
        rescheduling.postpone(story.period(name), to=day, reason=reason, by=by, at=at)
    story.sound()


def cancel(name: str = story.FIRST, *, at: dt.datetime, reason: str = WHY) -> int:
    by = story.treasurer().id
    with transaction():
        carried = rescheduling.cancel(story.period(name), reason=reason, by=by, at=at)
    story.sound()
    return carried


def facts(kind: str) -> list[dict[str, object]]:
    return [json.loads(body) for body in db.session.scalars(db.select(Fact.body).where(Fact.type == kind))]


def messages(kind: str) -> list[Message]:
    return list(db.session.scalars(db.select(Message).where(Message.kind == kind)))


def test_a_planned_period_moves_with_all_its_days_and_locks_on_the_new_one() -> None:
    story.open_plan()
    story.enrol(3)
    story.approve_claim(10_00, benefit="low_grade_tumour")
    postpone(dt.date(2026, 9, 9), at=story.september(3))
    found = story.period()
    assert (found.state, found.publication_day, found.settle_day) == (
        "postponed",
        dt.date(2026, 9, 9),
        dt.date(2026, 9, 16),
    )
    assert (found.objections_last_day, found.pay_by_day) == (dt.date(2026, 9, 11), dt.date(2026, 9, 23))
    tick(story.just_after_midnight(dt.date(2026, 9, 7)))
    assert story.period().state == "postponed"
    tick(story.just_after_midnight(dt.date(2026, 9, 9)))
    assert (story.period().state, rescheduling.changes(story.period())[0].reason) == ("locked", WHY)
    assert facts("postponed")[0]["publication_day"] == ["2026-09-07", "2026-09-09"]
    assert [message.values["pay_by"] for message in messages("period-postponed")] == ["2026-09-23"]
    story.sound()


def test_a_published_period_keeps_its_members_and_needs_a_new_approval() -> None:
    story.open_plan()
    story.enrol(3)
    story.approve_claim(10_00, benefit="low_grade_tumour")
    story.lock()
    story.approve()
    postpone(dt.date(2026, 9, 18), at=story.september(12))
    found = story.period()
    assert (found.state, found.members, found.approved_digest) == ("locked", 3, None)
    assert (found.settle_day, found.pay_by_day) == (dt.date(2026, 9, 18), dt.date(2026, 9, 25))
    with pytest.raises(MoveNotAllowed):
        story.settle()
    story.approve(at=story.september(17))
    with pytest.raises(settling.NotYet):
        story.settle(at=story.september(17))
    story.settle()
    assert story.period().state == "settled"


@pytest.mark.parametrize("day", [dt.date(2026, 9, 14), dt.date(2026, 9, 21), dt.date(2026, 8, 1)])
def test_a_period_settles_later_than_planned_and_before_the_next_is_published(day: dt.date) -> None:
    story.open_plan()
    story.enrol(3)
    story.lock()
    with pytest.raises(DayDoesNotFit) as refused:
        postpone(day, at=story.september(12))
    assert (refused.value.earliest, refused.value.latest) == (dt.date(2026, 9, 15), dt.date(2026, 9, 20))
    assert story.period().settle_day == dt.date(2026, 9, 14)


def test_without_a_public_reason_nothing_moves() -> None:
    story.open_plan()
    story.enrol(3)
    with pytest.raises(ReasonMissing):
        postpone(dt.date(2026, 9, 9), at=story.september(3), reason=" ")
    with pytest.raises(ReasonMissing):
        cancel(at=story.september(3), reason="")
    assert story.period().state == "planned"


def test_a_cancelled_plan_of_a_period_charges_nobody_and_its_claims_go_to_the_next() -> None:
    story.open_plan()
    story.enrol(3)
    claim = story.approve_claim(10_00, benefit="low_grade_tumour")
    assert cancel(at=story.september(3)) == 0
    tick(story.just_after_midnight(dt.date(2026, 9, 7)))
    assert (story.period().state, story.period().locked_at, claim.state) == ("cancelled", None, "approved")
    story.settled(story.SECOND)
    assert (story.pool().seq, claim.state) == (1, "settled")


def test_the_cases_of_a_cancelled_lock_are_published_again_with_the_next_period() -> None:
    story.open_plan()
    story.enrol(10)
    claim = story.approve_claim(10_00, benefit="low_grade_tumour")
    story.lock()
    digest = story.approve()
    assert cancel(at=story.september(12)) == 1
    found, case = story.period(), db.session.scalars(db.select(Case)).one()
    assert (found.state, found.cancelled_at, found.approved_digest) == ("cancelled", story.september(12), None)
    assert (claim.state, messages("period-cancelled")[0].values["reason"]) == ("approved", WHY)
    assert facts("cancelled")[0]["cases"] == [case.ref]
    later = story.approve_claim(20_00, at=story.september(15), benefit="low_grade_tumour")
    story.lock(story.SECOND)
    assert (story.period(story.SECOND).seq, case.number, case.period.name) == (1, 1, story.SECOND)
    assert [award.claim_id for award in db.session.scalars(db.select(Award).order_by(Award.number))] == [
        claim.id,
        later.id,
    ]
    assert db.session.scalars(db.select(Carry)).one().to_period_id == story.period(story.SECOND).id
    assert story.approve(story.SECOND) != digest
    story.settle(story.SECOND)
    assert (claim.state, later.state) == ("settled", "settled")
    with pytest.raises(MoveNotAllowed):
        story.settle()


def test_a_period_may_be_cancelled_and_the_next_one_too() -> None:
    story.open_plan()
    story.enrol(10)
    claim = story.approve_claim(10_00, benefit="low_grade_tumour")
    story.lock()
    cancel(at=story.september(12))
    story.lock(story.SECOND)
    assert cancel(story.SECOND, at=story.september(23)) == 1
    story.settled("young-cancer-2026-10-1")
    db.session.refresh(claim)
    assert (claim.state, db.session.scalar(db.select(db.func.count(Carry.id)))) == ("settled", 2)


def test_after_a_cancelled_lock_who_waited_enters_leaves_and_lapses() -> None:
    story.open_plan()
    story.enrol(10)
    story.lock()
    story.enrol(1, series="B", at=story.september(8))
    with transaction():
        leaver = story.members()[0]
        leaver.ends_after_seq, leaver.ends_as = 1, "left"
    assert not lapses.may_lapse_today(story.pool(), at=story.september(12))
    cancel(at=story.september(12))
    assert not lapses.may_lapse_today(story.pool(), at=story.september(12)), "24:00 of the day it is cancelled"
    assert lapses.may_lapse_today(story.pool(), at=story.september(13))
    tick(story.september(12, hour=13))
    assert [member.state for member in story.members()].count("sharing") == 10
    assert (leaver.state, leaver.end_seq, story.members()[-1].join_seq) == ("left", 0, 0)
    story.sound()


def test_a_deadline_within_a_cancelled_lock_comes_at_the_end_of_that_day() -> None:
    story.open_plan(grace_days=15, join_least_fen=1_00)
    story.enrol(9)
    story.enrol(1, 3_00, series="B")
    poor = story.members()[-1]
    story.approve_claim(20_00, benefit="low_grade_tumour")
    story.approve_claim(10_00, benefit="low_grade_tumour")
    story.settled()
    with transaction():
        rescheduling.postpone(
            story.period(story.SECOND),
            to=dt.date(2026, 9, 25),
            reason=WHY,
            by=story.treasurer().id,
            at=story.september(15),
        )
    story.lock(story.SECOND)
    assert standings.standing_of(poor, at=story.september(28)).until == midnight(dt.date(2026, 10, 3))
    cancel(story.SECOND, at=midnight(dt.date(2026, 10, 1)))
    assert standings.standing_of(poor, at=midnight(dt.date(2026, 10, 1))).until == midnight(dt.date(2026, 10, 2))


def test_the_years_room_is_divided_by_the_settlements_that_will_be() -> None:
    story.open_plan()
    story.enrol(10)
    story.lock()
    before = settling.preview(story.period(), at=story.september(8))
    assert before.settlements_left == 8
    cancel(story.SECOND, at=story.september(8))
    after = settling.preview(story.period(), at=story.september(8))
    assert (after.settlements_left, after.digest != before.digest) == (7, True)
    postpone(dt.date(2026, 10, 9), name="young-cancer-2026-10-1", at=story.september(8))
    assert settling.preview(story.period(), at=story.september(8)).settlements_left == 7


def test_a_late_lock_is_shown_with_its_true_instant_and_its_cause() -> None:
    story.open_plan()
    story.enrol(3)
    late = midnight(dt.date(2026, 9, 7)) + dt.timedelta(hours=9, minutes=12)
    tick(late)
    found = story.period()
    change = rescheduling.changes(found)[0]
    assert (found.locked_at, change.kind, change.reason) == (late, "late", "clock_stood_still")
    with transaction():
        rescheduling.explain(
            found, reason="The data centre had no power.", by=story.treasurer().id, at=story.september(8)
        )
    assert [one.kind for one in rescheduling.changes(found)] == ["late", "explained"]


def test_a_lock_on_time_needs_no_explanation() -> None:
    story.open_plan()
    story.enrol(3)
    story.lock()
    with pytest.raises(rescheduling.NothingToExplain), transaction():
        rescheduling.explain(story.period(), reason="why not", by=story.treasurer().id, at=story.september(8))


def test_a_clock_that_stood_for_weeks_catches_up_with_one_lock_at_a_time() -> None:
    story.open_plan()
    story.enrol(3)
    tick(story.september(23))
    assert (story.period().state, story.period().locked_at) == ("locked", story.september(23))
    assert story.period(story.SECOND).state == "planned"
    assert story.period().settle_day == dt.date(2026, 9, 27)
    story.approve(at=story.september(24))
    assert settling.preview(story.period(), at=story.september(29)).settlements_left == 8, (
        "the second one is still to come"
    )
    tick(story.september(29))
    assert story.period().state == "paid", "there was no case"
    tick(story.september(29, hour=13))
    second = story.period(story.SECOND)
    assert (second.state, rescheduling.changes(second)[0].reason) == ("locked", "earlier_period_open")
    story.sound()


def test_where_nobody_shares_nothing_locks_until_somebody_does() -> None:
    story.open_plan()
    tick(story.just_after_midnight(dt.date(2026, 9, 7)))
    assert story.period().state == "planned"
    with pytest.raises(periods.NobodyToLock):
        story.lock()
    story.enrol(2, at=story.september(9))
    tick(story.september(10))
    assert (story.period().members, rescheduling.changes(story.period())[0].reason) == (2, "nobody_shared")


def test_every_change_leaves_its_audit_row() -> None:
    story.open_plan()
    story.enrol(3)
    postpone(dt.date(2026, 9, 9), at=story.september(3))
    cancel(at=story.september(4))
    noted = db.session.execute(db.select(Audit.deed, Audit.account_id).where(Audit.about_ref == story.FIRST)).all()
    assert [tuple(row) for row in noted] == [("postpone", story.treasurer().id), ("cancel", story.treasurer().id)]
