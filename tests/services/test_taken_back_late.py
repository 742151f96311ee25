"""A bank takes a payment back when its money has moved on: to another plan, back to its payer, or half of the way."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from app.adapters.payments import Does
from app.db import db, transaction
from app.domain import ledger
from app.jobs.tick import tick
from app.models import Membership, Payment, Refund, SuspenseItem
from app.services import journal, leaving, payments, pools, refunds, reversals, sandbox, statement, suspense
from app.services.days import midnight
from tests.services import pool_story as story
from tests.services.test_ages import enrol_born, successor_of
from tests.services.test_at_the_same_moment import meanwhile, only_on_postgresql

pytestmark = pytest.mark.usefixtures("engine")

SENIOR = "senior-cancer"


def pay(membership: Membership, amount_fen: int, at: dt.datetime) -> Payment:
    with transaction():
        payment = payments.ask(amount_fen, account_id=membership.account_id, membership=membership, at=at)
    story.sound()
    return payment


def reverse(payment: Payment, at: dt.datetime) -> None:
    by = story.treasurer().id
    with transaction():
        reversals.reverse(payment, "the payer's bank took it back", by=by, at=at)
    story.sound()


def leave(membership: Membership, at: dt.datetime) -> None:
    with transaction():
        leaving.leave(membership, by=membership.account_id, at=at)
    story.sound()


def send(refund: Refund, at: dt.datetime, *, does: Does = "arrive", days: int = 0) -> None:
    by = story.treasurer().id
    with transaction():
        sandbox.order("out", does, days, at=at)
    with transaction():
        refunds.release(refund, by=by, at=at)
    tick(at)
    story.sound()


def come_back(refund: Refund, at: dt.datetime) -> None:
    by = story.treasurer().id
    with transaction():
        refunds.come_back(refund, by=by, at=at)
    story.sound()


def later(day: int) -> None:
    tick(story.september(day))
    story.sound()


def one_refund() -> Refund:
    return db.session.scalars(db.select(Refund)).one()


def no_refund() -> bool:
    return db.session.scalar(db.select(db.func.count(Refund.id))) == 0


def moved_with(amount_fen: int) -> tuple[Membership, Payment]:
    """Somebody topped up, reached the age of the plan, and waits in the next one, which is locked."""
    story.open_plan(SENIOR)
    story.enrol(1, slug=SENIOR, series="S")
    story.open_plan()
    story.enrol(2)
    moving = enrol_born(dt.date(1975, 8, 30))
    tick(midnight(dt.date(2026, 8, 30)))
    payment = pay(moving, amount_fen, story.september(2))
    tick(midnight(dt.date(2026, 9, 7)))
    story.sound()
    return moving, payment


def left_with(amount_fen: int) -> tuple[Membership, Payment, Refund]:
    """Somebody topped up, left, and is owed that and 30.00."""
    story.open_plan(join_least_fen=1_00)
    story.enrol(3, 30_00)
    leaver = story.members()[0]
    payment = pay(leaver, amount_fen, story.september(1))
    leave(leaver, story.september(2))
    tick(midnight(dt.date(2026, 9, 7)))
    return leaver, payment, one_refund()


def came_too_late() -> tuple[Payment, Refund]:
    """50.00 came after the end of a membership, and are to go back."""
    story.open_plan(join_least_fen=1_00)
    story.enrol(2, 12_00)
    leaver = story.members()[0]
    leave(leaver, story.september(2))
    tick(midnight(dt.date(2026, 9, 7)))
    db.session.delete(one_refund())  # what the membership itself is owed has no part in this
    db.session.commit()
    payment = pay(leaver, 50_00, story.september(8))
    with transaction():
        refund = refunds.give_back(db.session.scalars(db.select(SuspenseItem)).one(), at=story.september(8))
    story.sound()
    return payment, refund


def test_money_that_moved_to_the_next_plan_is_taken_out_there() -> None:
    moving, payment = moved_with(500_00)
    after = successor_of(moving)
    assert (after.state, after.paid_net_fen) == ("pending", 600_00)
    reverse(payment, story.september(9))
    db.session.refresh(after)
    assert (after.paid_net_fen, statement.balance_fen(moving)) == (100_00, 0)
    assert (story.held("pending_funds", SENIOR), story.held("unpaid_shares"), story.held("bank", "main")) == (
        100_00, 0, 400_00,
    )  # fmt: skip
    assert statement.lines(after)[0].kind == "reversal"


def test_who_shares_in_the_next_plan_falls_there_and_keeps_the_days_of_grace() -> None:
    moving, payment = moved_with(500_00)
    story.approve("senior-cancer-2026-09-1")
    tick(midnight(dt.date(2026, 9, 14)))
    tick(story.september(14))
    after = successor_of(moving)
    assert after.state == "sharing"
    reverse(payment, story.september(16))
    db.session.refresh(after)
    assert (after.state, statement.balance_fen(after), story.held("unpaid_shares")) == ("sharing", 100_00, 0)


def behind_and_pending() -> Membership:
    """Shares were paid out of a top-up that the bank takes back after its rest has moved on."""
    story.open_plan(SENIOR)
    story.enrol(1, slug=SENIOR, series="S")
    story.open_plan(join_least_fen=1_00)
    story.enrol(2)
    moving = enrol_born(dt.date(1975, 9, 8), deposit_fen=1_00)
    payment = pay(moving, 5_00, story.september(2))
    story.approve_claim(6_00, of=story.members()[0], benefit="low_grade_tumour")
    tick(midnight(dt.date(2026, 9, 7)))
    tick(midnight(dt.date(2026, 9, 8)))
    story.approve()
    tick(midnight(dt.date(2026, 9, 14)))
    after = successor_of(moving)
    assert (after.state, after.paid_net_fen) == ("pending", 4_00)
    reverse(payment, story.september(14))
    db.session.refresh(after)
    assert (after.paid_net_fen, story.held("pending_funds", SENIOR)) == (-1_00, -1_00)
    return after


def test_who_waits_and_is_behind_begins_to_share_behind() -> None:
    after = behind_and_pending()
    story.approve("senior-cancer-2026-09-1")
    story.settle("senior-cancer-2026-09-1")
    with transaction():
        assert pools.let_pending_enter(story.pool(SENIOR), at=story.september(14)) == 1
    story.sound()
    db.session.refresh(after)
    assert (after.state, statement.balance_fen(after), story.held("pending_funds", SENIOR)) == ("sharing", -1_00, 0)
    assert story.held("member_funds", SENIOR) == 99_00


def test_who_waits_and_is_behind_may_leave_and_all_bear_it() -> None:
    after = behind_and_pending()
    leave(after, story.september(14))
    assert (after.state, story.held("pending_funds", SENIOR), story.held("unpaid_shares", SENIOR)) == ("left", 0, 1_00)
    assert no_refund()


def test_a_payment_that_was_to_go_back_is_taken_back_before_and_does_not_go() -> None:
    payment, refund = came_too_late()
    reverse(payment, story.september(9))
    assert (payment.state, journal.held_fen(ledger.suspense)) == ("reversed", 0)
    assert no_refund()
    assert story.held("unpaid_shares") == 0
    with pytest.raises(refunds.NothingOwed), transaction():
        refunds.release(refund, by=story.treasurer().id, at=story.september(9))


def test_a_payment_that_came_back_from_its_payer_and_is_taken_back_does_not_go_again() -> None:
    payment, refund = came_too_late()
    send(refund, story.september(8), does="fail", days=0)
    later(9)
    assert refund.state == "returned"
    reverse(payment, story.september(9))
    assert no_refund()
    assert journal.held_fen(ledger.suspense) == 0


def test_a_payment_that_went_back_and_is_taken_back_as_well_is_a_loss_until_it_returns() -> None:
    payment, refund = came_too_late()
    send(refund, story.september(8))
    assert refund.state == "paid"
    reverse(payment, story.september(9))
    assert (story.held("unpaid_shares"), journal.held_fen(ledger.suspense)) == (50_00, 0)
    come_back(refund, story.september(10))
    assert no_refund()
    assert (story.held("unpaid_shares"), journal.held_fen(ledger.suspense)) == (0, 0)


@pytest.mark.parametrize(("does", "lost_fen"), [("arrive", 50_00), ("fail", 0)])
def test_a_payment_taken_back_on_its_way_back_is_lost_when_it_arrives_alone(does: Does, lost_fen: int) -> None:
    payment, refund = came_too_late()
    send(refund, story.september(8), does=does, days=2)
    assert refund.state == "released"
    reverse(payment, story.september(9))
    assert (story.held("unpaid_shares"), journal.held_fen(ledger.suspense)) == (0, 0)
    later(12)
    assert (story.held("unpaid_shares"), journal.held_fen(ledger.suspense)) == (lost_fen, 0)
    assert no_refund() is (does == "fail")


def test_a_refund_that_fails_after_a_top_up_was_taken_back_is_for_what_is_still_owed() -> None:
    leaver, payment, refund = left_with(50_00)
    send(refund, story.september(8), does="fail", days=3)
    reverse(payment, story.september(9))
    assert (refund.state, refund.amount_fen, story.held("unclaimed_balances")) == ("released", 80_00, 30_00)
    later(12)
    assert (refund.state, refund.amount_fen, story.held("unclaimed_balances")) == ("returned", 30_00, 30_00)
    send(refund, story.september(13))
    assert (refund.state, statement.balance_fen(leaver), story.held("unpaid_shares")) == ("paid", 0, 0)


def test_a_refund_that_arrives_after_a_top_up_was_taken_back_is_a_loss_then() -> None:
    leaver, payment, refund = left_with(50_00)
    send(refund, story.september(8), days=3)
    reverse(payment, story.september(9))
    later(12)
    assert (refund.state, statement.balance_fen(leaver), story.held("unpaid_shares")) == ("paid", -50_00, 50_00)
    assert story.held("unclaimed_balances") == 0


def test_a_refund_that_comes_back_makes_good_the_loss_and_only_the_rest_is_owed_again() -> None:
    leaver, payment, refund = left_with(50_00)
    send(refund, story.september(8))
    reverse(payment, story.september(9))
    assert (refund.state, story.held("unpaid_shares")) == ("paid", 50_00)
    come_back(refund, story.september(10))
    assert (refund.state, refund.amount_fen, statement.balance_fen(leaver)) == ("returned", 30_00, 30_00)
    assert (story.held("unpaid_shares"), story.held("unclaimed_balances")) == (0, 30_00)
    send(refund, story.september(11))
    assert (refund.state, statement.balance_fen(leaver), story.held("unpaid_shares")) == ("paid", 0, 0)


def test_a_refund_released_while_its_payment_is_taken_back_goes_with_what_is_left(
    engine: Flask, engine_name: str
) -> None:
    leaver, payment, refund = left_with(50_00)
    number, ref, by = refund.id, refund.ref, story.treasurer().id

    def release_and_send() -> None:
        with transaction():
            refunds.release(db.session.get_one(Refund, number), by=by, at=story.september(9))
        with transaction():
            refunds.send(ref, at=story.september(9))

    if only_on_postgresql(engine_name):
        with meanwhile(engine, "FROM refund", do=release_and_send, wait=0.5), transaction():
            reversals.reverse(payment, "the bank took it back", by=by, at=story.september(9))
    else:
        reverse(payment, story.september(9))
        release_and_send()
    db.session.expire_all()
    tick(story.september(9, 14))
    story.sound()
    assert (refund.state, refund.amount_fen, statement.balance_fen(leaver)) == ("paid", 30_00, 0)
    assert (story.held("unpaid_shares"), story.held("bank", "main")) == (0, 60_00)
    assert suspense.of_payment(payment) is None
