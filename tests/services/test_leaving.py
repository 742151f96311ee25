"""Leaving: at the next boundary, undone until then, refunded after; and the ends that carry money along."""

from __future__ import annotations

import datetime as dt

import pytest

from app.adapters.payments import Does
from app.db import db, transaction
from app.jobs import tick
from app.models import Deposit, Membership, Message, Refund
from app.services import ending, leaving, pools, refunds, sandbox, statement
from app.services.days import midnight
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


def leave(membership: Membership, at: dt.datetime) -> None:
    with transaction():
        leaving.leave(membership, by=membership.account_id, at=at)


def ticks(*moments: dt.datetime) -> None:
    for moment in moments:
        tick.tick(moment)
        story.sound()


def one_refund() -> Refund:
    return db.session.scalars(db.select(Refund)).one()


def release(refund: Refund, at: dt.datetime) -> None:
    with transaction():
        refunds.release(refund, by=story.treasurer().id, at=at)
    tick.sweep(at)
    story.sound()


def test_leaving_between_locks_takes_effect_at_the_next_lock_and_the_whole_balance_goes_back() -> None:
    story.open_plan()
    story.enrol(3, 30_00)
    first = story.members()[0]
    ahead = leaving.outlook(first, at=story.september(1))
    assert (ahead.takes, ahead.on, ahead.refund_fen) == ("at_lock", dt.date(2026, 9, 7), 30_00)
    leave(first, story.september(1))
    ticks(story.september(2), story.september(6, 23))
    assert story.members()[0].state == "sharing", "until the lock nothing is final"
    ticks(midnight(dt.date(2026, 9, 7)))
    left = story.members()[0]
    assert (left.state, left.end_seq) == ("left", 0)
    assert story.period().members == 2, "who left before the lock does not share"
    assert (one_refund().state, one_refund().amount_fen, story.held("unclaimed_balances")) == ("due", 30_00, 30_00)
    release(one_refund(), story.september(8))
    assert (one_refund().state, story.held("unclaimed_balances"), story.held("bank", "main")) == ("paid", 0, 60_00)
    assert [(line.kind, line.amount_fen, line.balance_fen) for line in statement.lines(left)] == [
        ("refund", -30_00, 0),
        ("topup", 30_00, 30_00),
    ]


def test_leaving_while_locked_shares_that_period_and_is_undone_until_it_settles() -> None:
    story.open_plan()
    story.enrol(3, 30_00)
    story.approve_claim(6_00, of=story.members()[1], benefit="low_grade_tumour")
    story.lock()
    first = story.members()[0]
    leave(first, story.september(8))
    assert leaving.outlook(first, at=story.september(8)).refund_fen == 28_00
    with transaction():
        leaving.undo(first, by=first.account_id, at=story.september(9))
    assert (first.ends_as, first.ends_after_seq) == (None, None)
    leave(first, story.september(10))
    story.approve()
    story.settle()
    with pytest.raises(leaving.NotLeaving), transaction():
        leaving.undo(first, by=first.account_id, at=story.september(14))
    ticks(story.september(14))
    assert (story.members()[0].state, one_refund().amount_fen) == ("left", 28_00)


def test_who_left_during_a_lock_that_was_cancelled_is_out_before_the_next_one() -> None:
    story.open_plan()
    story.enrol(2)
    with transaction():
        first = story.members()[0]
        first.ends_after_seq, first.ends_as = first.pool.seq + 1, "left"
    ticks(story.september(2))
    assert story.members()[0].state == "sharing"
    ticks(midnight(dt.date(2026, 9, 7)))
    assert (story.members()[0].state, story.period().members) == ("left", 1)


def test_who_is_pending_leaves_at_once_with_everything() -> None:
    story.open_plan()
    story.enrol(2)
    story.lock()
    story.enrol(1, 12_34, series="B", at=story.september(8))
    late = story.members(state="pending")[0]
    leave(late, story.september(9))
    assert (late.state, late.join_seq, one_refund().amount_fen) == ("left", None, 12_34)
    assert (story.held("pending_funds"), story.held("unclaimed_balances")) == (0, 12_34)
    story.sound()
    with pytest.raises(leaving.HasEnded):
        leave(late, story.september(9))


def test_a_refund_the_bank_sends_back_is_owed_again_and_sent_once_more() -> None:
    story.open_plan()
    story.enrol(2)
    leave(story.members()[0], story.september(1))
    ticks(midnight(dt.date(2026, 9, 7)))
    refund = one_refund()
    release(refund, story.september(8))
    tick.sweep(story.september(8, 13))
    assert story.held("unclaimed_balances") == 0, "sent twice, it is paid once"
    with transaction():
        refunds.come_back(refund, by=story.treasurer().id, at=story.september(9))
    story.sound()
    assert (refund.state, story.held("unclaimed_balances")) == ("returned", 100_00)
    with pytest.raises(refunds.RefundMoved), transaction():
        refunds.come_back(refund, by=story.treasurer().id, at=story.september(9))
    release(refund, story.september(10))
    assert (refund.state, refund.attempt, statement.balance_fen(story.members()[0])) == ("paid", 2, 0)


def test_a_balance_left_by_a_lapse_stays_owed_until_it_is_asked_for() -> None:
    story.open_plan(join_least_fen=1_00)
    story.enrol(1, 3_50)
    story.enrol(2, 30_00, series="B")
    story.approve_claim(9_00, of=story.members()[1], benefit="low_grade_tumour")
    story.settled()
    ticks(story.september(30))
    lapsed = story.members()[0]
    assert (lapsed.state, statement.balance_fen(lapsed)) == ("lapsed", 50)
    assert (db.session.scalars(db.select(Refund)).all(), story.held("unclaimed_balances")) == ([], 50)
    with transaction():
        refunds.ask_back(lapsed, by=lapsed.account_id, at=dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    with pytest.raises(refunds.NothingOwed), transaction():
        refunds.ask_back(lapsed, by=lapsed.account_id, at=dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    release(one_refund(), dt.datetime(2026, 12, 2, tzinfo=dt.UTC))
    assert (one_refund().amount_fen, statement.balance_fen(lapsed), story.held("unclaimed_balances")) == (50, 0, 0)


def test_arrears_of_who_lapses_are_carried_by_the_reserve_or_by_all() -> None:
    story.open_plan(cap_case_fen=5_00, join_least_fen=1_00)
    story.enrol(1, 3_50)
    story.enrol(2, 30_00, series="B")
    story.approve_claim(15_00, of=story.members()[1], benefit="low_grade_tumour")
    story.settled()
    ticks(story.september(30))
    lapsed = story.members()[0]
    assert (lapsed.state, statement.balance_fen(lapsed), story.held("unpaid_shares")) == ("lapsed", -1_50, 1_50)
    assert db.session.scalars(db.select(Refund)).all() == []


def test_of_two_who_ask_at_once_one_leaves_and_the_other_hears_so() -> None:
    story.open_plan()
    story.enrol(2)
    leave(story.members()[0], story.september(1))
    with pytest.raises(ending.EndsAlready):
        leave(story.members()[0], story.september(1))


def test_a_payment_after_the_end_waits_apart_and_goes_back() -> None:
    story.open_plan()
    story.enrol(2)
    first = story.members()[0]
    leave(first, story.september(1))
    ticks(midnight(dt.date(2026, 9, 7)))
    with pytest.raises(pools.MembershipEnded):
        story.top_up(first, 5_00, at=story.september(8))
    assert db.session.scalars(db.select(Deposit.kind).where(Deposit.membership_id == first.id)).all() == ["topup"]


def test_whoever_a_sweep_ended_is_told_and_an_organiser_hears_one_number() -> None:
    story.open_plan()
    story.enrol(3)
    for membership in story.members()[:2]:
        leave(membership, story.september(1))
    ticks(midnight(dt.date(2026, 9, 7)))
    told = db.session.scalars(db.select(Message).where(Message.kind == "memberships-ended")).all()
    assert [(message.values["members"], message.values["plan"]) for message in told] == [(2, "young-cancer")]


@pytest.mark.parametrize(
    ("does", "days", "states"),
    [
        ("arrive", 1, ["released", "paid"]),
        ("fail", 1, ["released", "returned"]),
        ("come_back", 1, ["paid", "returned"]),
    ],
)
def test_a_refund_may_be_late_fail_or_come_back(does: Does, days: int, states: list[str]) -> None:
    story.open_plan()
    story.enrol(2)
    leave(story.members()[0], story.september(1))
    ticks(midnight(dt.date(2026, 9, 7)))
    with transaction():
        sandbox.order("out", does, days, at=story.september(8))
    release(one_refund(), story.september(8))
    assert one_refund().state == states[0]
    ticks(story.september(9))
    assert one_refund().state == states[1]
    assert story.held("unclaimed_balances") == (0 if states[1] == "paid" else 100_00)
