"""A living person was reported dead: the report is taken back before or after the boundary, and the books are right."""

from __future__ import annotations

import datetime as dt

import pytest

from app.db import db, transaction
from app.models import Account, Membership, Message, Refund, Report
from app.services import filing, refunds, report_takebacks, restoring, statement
from app.services.days import midnight
from tests.services import pool_story as story
from tests.services.test_deaths import confirm, reported, ticks, told

pytestmark = pytest.mark.usefixtures("engine")

BOUNDARY = dt.date(2026, 9, 14)


def alive_again(at: dt.datetime) -> list[Membership]:
    report = db.session.scalars(db.select(Report)).one()
    desk = story.account("caseworker-2", "caseworker")
    with transaction():
        report_takebacks.take_back(report, "本人到场，出示了身份证。", lives=True, by=desk.id, at=at)
    story.sound()
    return list(story.members())


def dead_in_a_locked_period() -> Membership:
    story.open_plan()
    story.enrol(3, 30_00)
    story.approve_claim(6_00, of=story.members()[1], benefit="low_grade_tumour")
    story.lock()
    confirm(reported(told(), story.september(11)), story.september(12))
    return story.members()[0]


def test_before_the_boundary_the_membership_simply_goes_on_and_shares() -> None:
    dead = dead_in_a_locked_period()
    alive_again(story.september(13))
    assert (dead.state, dead.ends_as, dead.person.died_on) == ("sharing", None, None)
    owner = db.session.get_one(Account, dead.account_id)
    assert filing.may_file(dead, owner)
    story.approve()
    ticks(midnight(BOUNDARY))
    assert (dead.state, statement.balance_fen(dead)) == ("sharing", 28_00), "and shares like everybody else"
    kinds = db.session.scalars(db.select(Message.kind).where(Message.account_id == owner.id)).all()
    assert "death-taken-back" in kinds
    with pytest.raises(restoring.NobodyDied):
        alive_again(story.september(15))


def test_after_the_boundary_another_membership_takes_its_place_with_waiting_and_balance() -> None:
    dead = dead_in_a_locked_period()
    story.approve()
    ticks(midnight(BOUNDARY))
    assert (dead.state, statement.balance_fen(dead)) == ("died", 30_00)
    begun = alive_again(story.september(15))[-1]
    assert (dead.state, statement.balance_fen(dead)) == ("died", 0), "what ended stays ended"
    assert (begun.state, begun.moved_from_id, begun.waiting_since) == ("sharing", dead.id, dead.joined_on)
    assert begun.member_terms_id == dead.member_terms_id
    assert statement.balance_fen(begun) == 30_00, "with the shares that were credited"
    assert db.session.scalars(db.select(Refund)).all() == []
    assert filing.may_file(dead, db.session.get_one(Account, dead.account_id)), "for what happened before"
    assert filing.may_file(begun, db.session.get_one(Account, begun.account_id))


def test_a_balance_that_is_on_its_way_stays_a_refund_and_the_new_membership_begins_with_nothing() -> None:
    dead = dead_in_a_locked_period()
    story.approve()
    ticks(midnight(BOUNDARY))
    with transaction():
        treasurer = story.account("treasurer-1", "treasurer")
        refunds.release(db.session.scalars(db.select(Refund)).one(), by=treasurer.id, at=story.september(15))
    begun = alive_again(story.september(15))[-1]
    assert (begun.moved_from_id, begun.state, statement.balance_fen(begun)) == (dead.id, "sharing", 0)
    assert db.session.scalars(db.select(Refund)).one().state == "released"


def test_who_had_not_shared_yet_waits_for_the_next_lock_again() -> None:
    story.open_plan()
    story.enrol(1, series="B")
    story.lock()
    story.enrol(1, 12_00, at=story.september(8))
    confirm(reported(told(), story.september(11)), story.september(11))
    ended = story.members()[-1]
    assert ended.state == "died"
    begun = alive_again(story.september(12))[-1]
    assert (begun.moved_from_id, begun.state, begun.paid_net_fen) == (ended.id, "pending", 12_00)
