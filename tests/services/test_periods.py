"""How a period begins: planned ahead, locked at its hour, published in the same instant."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from app.db import db, transaction
from app.domain.moves import MoveNotAllowed
from app.models import Award, Case, Fact, Message, Period
from app.services import periods, pools, rescheduling
from app.services.days import midnight
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


def names() -> list[str]:
    return list(db.session.scalars(db.select(Period.name).order_by(Period.publication_day)))


def test_three_months_are_planned_once_and_never_backdated() -> None:
    story.open_plan()
    assert names() == [f"young-cancer-2026-{month}-{number}" for month in ("09", "10") for number in (1, 2)]
    with transaction():
        assert periods.plan_ahead(story.pool(), at=story.september(6)) != []
        assert periods.plan_ahead(story.pool(), at=story.september(6)) == []
    assert names()[-1] == "young-cancer-2026-11-2"
    first = story.period()
    assert (first.publication_day, first.objections_last_day) == (dt.date(2026, 9, 7), dt.date(2026, 9, 9))
    assert (first.settle_day, first.pay_by_day) == (dt.date(2026, 9, 14), dt.date(2026, 9, 21))


def test_a_lock_freezes_who_shares_and_states_it() -> None:
    story.open_plan()
    story.enrol(7)
    found = story.lock()
    assert (found.state, found.members, found.seq) == ("locked", 7, 1)
    fact = json.loads(db.session.scalars(db.select(Fact.body).where(Fact.type == "members-locked")).one())
    assert (fact["about"], fact["members"], fact["seq"]) == (story.FIRST, 7, 1)
    with pytest.raises(MoveNotAllowed):
        story.lock()


def test_a_lock_that_comes_late_says_so_and_keeps_every_day_for_objections() -> None:
    story.open_plan()
    story.enrol(3)
    late = story.september(13, hour=5)
    found = story.lock(at=late)
    assert (found.publication_day, found.locked_at) == (dt.date(2026, 9, 7), late)
    assert (found.objections_last_day, found.settle_day) == (dt.date(2026, 9, 16), dt.date(2026, 9, 17))
    assert found.pay_by_day == dt.date(2026, 9, 24)


def test_a_lock_late_by_hours_gives_objections_another_day_because_its_own_is_not_whole() -> None:
    story.open_plan()
    story.enrol(3)
    found = story.lock(at=story.september(7, hour=9))
    assert (found.objections_last_day, found.settle_day) == (dt.date(2026, 9, 10), dt.date(2026, 9, 14))


def test_a_lock_some_minutes_after_midnight_is_on_time() -> None:
    story.open_plan()
    story.enrol(3)
    found = story.lock(at=midnight(dt.date(2026, 9, 7)) + dt.timedelta(minutes=9))
    assert found.objections_last_day == dt.date(2026, 9, 9)
    assert rescheduling.changes(found) == []


def test_claims_are_counted_whole_and_since_the_lock_before_and_both_add_up() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(10_00, benefit="low_grade_tumour")
    story.settled()
    story.approve_claim(20_00, at=story.september(16), benefit="low_grade_tumour")
    found = story.lock(story.SECOND)
    both = {"received": 2, "approved": 2, "refused": 0, "withdrawn": 0, "open": 0}
    counted = found.received or {}
    assert {key: counted[key] for key in both} == both
    assert counted["new"] == {**both, "received": 1, "approved": 1}


def test_a_pool_with_an_open_lock_locks_no_second_period() -> None:
    story.open_plan()
    story.enrol(3)
    story.lock()
    with pytest.raises(periods.EarlierPeriodOpen) as earlier, transaction():
        periods.lock_and_publish(story.period(story.SECOND), at=story.september(21))
    assert earlier.value.name == story.FIRST


def test_a_pool_where_nobody_shares_has_nothing_to_lock() -> None:
    story.open_plan()
    with pytest.raises(periods.NobodyToLock):
        story.lock()
    assert story.period().state == "planned"


def test_the_lock_waits_for_who_is_pending_or_ends() -> None:
    story.open_plan()
    story.enrol(3)
    story.lock()
    story.enrol(1, series="B", at=story.september(8))
    story.approve()
    story.settle()
    with pytest.raises(periods.MembersStillToMove), transaction():
        periods.lock_and_publish(story.period(story.SECOND), at=story.september(21))
    with transaction():
        pools.let_pending_enter(story.pool(), at=story.september(20))
        leaver = story.members()[0]
        leaver.ends_after_seq, leaver.ends_as = 1, "left"
    with pytest.raises(periods.MembersStillToMove), transaction():
        periods.lock_and_publish(story.period(story.SECOND), at=story.september(21))
    assert story.lock(story.SECOND).members == 3


def test_the_lock_waits_for_who_is_out_of_grace() -> None:
    story.open_plan(grace_days=3)
    story.enrol(9)
    story.enrol(1, 9_00, series="B")
    for _ in range(3):
        story.approve_claim(300_000_00)
    story.settled()
    with transaction():
        pools.carry_out_ends(story.pool(), at=story.september(15))
    with pytest.raises(periods.MembersStillToMove), transaction():
        periods.lock_and_publish(story.period(story.SECOND), at=midnight(dt.date(2026, 9, 21)))


def test_approved_claims_become_cases_in_the_order_of_their_decisions() -> None:
    story.open_plan()
    story.enrol(10)
    second = story.approve_claim(10_00, at=story.september(3))
    first = story.approve_claim(20_00, at=story.september(2))
    story.lock()
    awards = db.session.scalars(db.select(Award).order_by(Award.number)).all()
    assert [(award.claim_id, award.amount_fen) for award in awards] == [(first.id, 20_00), (second.id, 10_00)]
    assert (first.state, second.state) == ("published", "published")
    assert db.session.scalar(db.select(db.func.count(Case.id))) == 2
    bodies = db.session.scalars(db.select(Fact.body).where(Fact.type == "disclosure").order_by(Fact.id))
    facts = [json.loads(body) for body in bodies]
    assert [fact["amount_fen"] for fact in facts] == [20_00, 10_00]
    assert db.session.scalar(db.select(db.func.count(Message.id)).where(Message.kind == "case-published")) == 2


def test_a_claim_approved_after_the_lock_waits_for_the_next_period() -> None:
    story.open_plan()
    story.enrol(10)
    story.lock()
    claim = story.approve_claim(10_00, at=story.september(8))
    story.approve()
    story.settle()
    assert claim.state == "approved"
    story.lock(story.SECOND)
    db.session.refresh(claim)
    assert claim.state == "published"


def test_few_who_are_alike_are_not_singled_out() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(10_00)
    story.lock()
    case = db.session.scalars(db.select(Case)).one()
    assert (case.true_province, case.true_disease_group) == ("33", "lung")
    assert (case.place, case.disease_group) != ("33", "lung")
