"""Who shares, who waits and who ends: the counters, the rows and the ledger always tell the same story."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from flask import Flask

from app.db import db, transaction
from app.models import Deposit, Membership, Payment, Person
from app.services import joining, payments, pools, rulebook
from app.services.days import midnight
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


def leave(membership: Membership) -> None:
    """The membership ends after the pool's present settlement number, as leaving writes it."""
    with transaction():
        membership.ends_after_seq, membership.ends_as = membership.pool.seq, "left"


def test_who_joins_while_a_period_is_locked_is_pending_and_enters_after_it() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    story.lock()
    story.enrol(2, 30_00, series="B", at=story.september(8))
    late = story.members(state="pending")
    assert [row.threshold_fen for row in late] == [None, None]
    assert (story.held("pending_funds"), story.held("member_funds")) == (60_00, 1000_00)
    story.sound()
    story.approve()
    story.settle()
    assert story.pool().index_fen == 2_00, "ten shared, not twelve"
    with transaction():
        assert pools.let_pending_enter(story.pool(), at=story.september(14)) == 2
    for row in story.members()[-2:]:
        assert (row.state, row.join_seq, row.join_index_fen, row.threshold_fen) == ("sharing", 1, 2_00, 32_00)
    assert (story.held("pending_funds"), story.held("member_funds")) == (0, 1000_00 - 20_00 + 60_00)
    story.sound()


def test_a_top_up_of_who_is_pending_waits_with_them() -> None:
    story.open_plan()
    story.enrol(1)
    story.lock()
    story.enrol(1, 30_00, series="B", at=story.september(8))
    story.top_up(story.members(state="pending")[0], 5_00, at=story.september(9))
    assert story.held("pending_funds") == 35_00
    story.sound()


def test_nobody_enters_or_ends_while_a_period_is_locked() -> None:
    story.open_plan()
    story.enrol(3)
    leave(story.members()[0])
    with transaction():
        pools.carry_out_ends(story.pool(), at=story.september(2))
    story.lock()
    story.enrol(1, series="B", at=story.september(8))
    leave(story.members()[1])
    with transaction():
        assert pools.let_pending_enter(story.pool(), at=story.september(8)) == 0
        assert pools.carry_out_ends(story.pool(), at=story.september(8)) == 0
        assert pools.lapse_due(story.pool(), 10**9, at=story.september(8)) == 0
    assert pools.counted(story.pool().id).members == story.period().members == 2


def test_ends_are_carried_out_in_chunks_and_what_is_left_stays_owed() -> None:
    story.open_plan()
    story.enrol(5)
    for membership in story.members()[:3]:
        leave(membership)
    with transaction():
        assert pools.carry_out_ends(story.pool(), at=story.september(2), most=2) == 2
    story.sound()
    with transaction():
        assert pools.carry_out_ends(story.pool(), at=story.september(2), most=2) == 1
    with transaction():
        assert pools.carry_out_ends(story.pool(), at=story.september(2), most=2) == 0
    assert [row.state for row in story.members()] == ["left", "left", "left", "sharing", "sharing"]
    assert (story.held("unclaimed_balances"), story.held("member_funds")) == (300_00, 200_00)
    story.sound()


def test_pending_members_enter_in_chunks() -> None:
    story.open_plan()
    story.enrol(1)
    story.lock()
    story.enrol(3, 30_00, series="B", at=story.september(8))
    story.approve()
    story.settle()
    for moved in (2, 1, 0):
        with transaction():
            assert pools.let_pending_enter(story.pool(), at=story.september(14), most=2) == moved
        story.sound()


def test_a_person_has_one_live_membership_in_a_plan() -> None:
    plan = story.open_plan()
    story.enrol(1)
    first = story.members()[0]
    person = db.session.scalars(db.select(Person)).one()
    with transaction(), pytest.raises(pools.AlreadyMember) as twice:
        pools.begin(
            plan=plan,
            pool=joining.pool_of(plan.id),
            person=person,
            account_id=person.account_id,
            member_terms_id=rulebook.member_terms_row(rulebook.version_on(plan.id, dt.date(2026, 9, 1))).id,
            application_id=None,
            payment=Payment(amount_fen=30_00),
            at=story.september(1),
        )
    assert twice.value.ref == first.ref


def test_money_for_a_membership_that_ended_goes_to_suspense() -> None:
    story.open_plan()
    story.enrol(2)
    ended = story.members()[0]
    leave(ended)
    with transaction():
        pools.carry_out_ends(story.pool(), at=story.september(2))
    with pytest.raises(pools.MembershipEnded):
        story.top_up(ended, 9_00, at=story.september(3))
    with transaction():
        payments.ask(9_00, account_id=ended.account_id, membership=ended, at=story.september(3))
    assert story.held("member_funds") == 100_00
    assert db.session.scalar(db.select(db.func.count(Deposit.id)).where(Deposit.payment_id.is_not(None))) == 0
    story.sound()


def test_past_its_deadline_a_membership_takes_no_money_though_its_row_is_open() -> None:
    story.open_plan()
    story.enrol(9)
    story.enrol(1, 9_00, series="B")
    for _ in range(3):
        story.approve_claim(300_000_00)
    story.settled()
    short = story.members()[-1]
    deadline = midnight(dt.date(2026, 9, 30))
    assert story.pool().index_fen == 9_00
    with pytest.raises(pools.MembershipEnded):
        story.top_up(short, 30_00, at=deadline)
    story.top_up(short, 30_00, at=deadline - dt.timedelta(seconds=1))
    assert short.threshold_fen == 39_00
    story.sound()


def meanwhile(app: Flask, top_up: Callable[[], None], boundary: Callable[[], None]) -> None:
    """A top-up is booked and not committed yet when the boundary comes."""
    booked, wrong = threading.Event(), []

    def pay() -> None:
        try:
            with app.app_context(), transaction():
                top_up()
                booked.set()
                started.wait(5)
                threading.Event().wait(0.3)  # the boundary reads what is committed, then waits for this row
        except Exception as error:  # noqa: BLE001 -- told to the test below
            wrong.append(error)

    started = threading.Event()
    payer = threading.Thread(target=pay)
    payer.start()
    assert booked.wait(10)
    started.set()
    with transaction():
        boundary()
    payer.join()
    assert wrong == []


def paid_in(ref: str, amount_fen: int, at: dt.datetime) -> None:
    membership = db.session.scalars(db.select(Membership).where(Membership.ref == ref)).one()
    story.top_up(membership, amount_fen, at=at)


def test_a_top_up_at_the_boundary_enters_with_the_member_who_waited(engine: Flask) -> None:
    story.open_plan()
    story.enrol(1)
    story.lock()
    story.enrol(1, 30_00, series="B", at=story.september(8))
    story.approve()
    story.settle()
    ref, at = story.members(state="pending")[0].ref, story.september(14)
    pool_id = story.pool().id
    db.session.rollback()
    meanwhile(
        engine,
        lambda: paid_in(ref, 5_00, at),
        lambda: pools.let_pending_enter(db.session.get_one(type(story.pool()), pool_id), at=at),
    )
    story.sound()
    assert story.held("member_funds") == 100_00 + 35_00


def test_a_top_up_at_the_boundary_stays_owed_to_the_member_who_leaves(engine: Flask) -> None:
    story.open_plan()
    story.enrol(2)
    leaver = story.members()[0]
    leave(leaver)
    ref, at = leaver.ref, story.september(2)
    db.session.rollback()
    meanwhile(engine, lambda: paid_in(ref, 5_00, at), lambda: pools.carry_out_ends(story.pool(), at=at))
    story.sound()
    assert story.held("unclaimed_balances") == 105_00
