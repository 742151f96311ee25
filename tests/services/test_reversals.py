"""Payments that were late, failed, came twice or were taken back: each is booked where its money is, and once."""

from __future__ import annotations

import datetime as dt

import pytest

from app.adapters.payments import Does
from app.db import db, new_ref, transaction
from app.jobs.tick import tick
from app.models import Deposit, JournalEntry, Membership, Message, Payment, Refund
from app.services import (
    custody,
    journal,
    payments,
    payouts,
    pools,
    refunds,
    reserves,
    reversals,
    sandbox,
    standings,
    statement,
)
from app.services.days import midnight
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


def order(does: Does, days: int) -> None:
    with transaction():
        sandbox.order("in", does, days, at=story.september(1))


def pay(membership: Membership, amount_fen: int = 50_00, *, at: dt.datetime) -> Payment:
    with transaction():
        payment = payments.ask(amount_fen, account_id=membership.account_id, membership=membership, at=at)
    story.sound()
    return payment


def reverse(payment: Payment, *, at: dt.datetime, reason: str = "the payer's bank took it back") -> None:
    by = story.treasurer().id
    with transaction():
        reversals.reverse(payment, reason, by=by, at=at)
    story.sound()


def first_deposit(membership: Membership, amount_fen: int, *, at: dt.datetime) -> Payment:
    """A payment behind what the membership has: lists of members bring none of their own."""
    return story.top_up(membership, amount_fen, at=at)


def messages(kind: str) -> list[Message]:
    return list(db.session.scalars(db.select(Message).where(Message.kind == kind)))


def test_a_payment_that_takes_days_counts_from_the_instant_it_arrives() -> None:
    story.open_plan()
    story.enrol(1)
    member = story.members()[0]
    order("arrive", 3)
    payment = pay(member, at=story.september(2))
    assert (payment.state, member.paid_net_fen) == ("asked", 100_00)
    tick(story.september(4))
    assert payment.state == "asked"
    tick(story.september(5, 13))
    db.session.refresh(member)
    assert (payment.state, payment.received_at, member.paid_net_fen) == ("received", story.september(5, 13), 150_00)
    story.sound()


def test_a_payment_that_fails_books_nothing_and_says_so() -> None:
    story.open_plan()
    story.enrol(1)
    member = story.members()[0]
    order("fail", 0)
    payment = pay(member, at=story.september(2))
    tick(story.september(2, 13))
    assert (payment.state, payment.reason, member.paid_net_fen) == ("failed", "bank_refused", 100_00)
    assert messages("payment-failed")[0].values["membership"] == member.ref
    with transaction():
        payments.receive(payment.reference, at=story.september(3))
    db.session.refresh(member)
    assert (payment.state, member.paid_net_fen) == ("received", 150_00), "it arrived after all"
    story.sound()


def test_a_payment_told_twice_is_one_deposit() -> None:
    story.open_plan()
    story.enrol(1)
    member = story.members()[0]
    order("arrive_twice", 1)
    payment = pay(member, at=story.september(2))
    for hour in (13, 14):
        tick(story.september(3, hour))
    with transaction():
        payments.receive(payment.reference, at=story.september(4))
        payments.fail(payment.reference, "late word", at=story.september(4))
    db.session.refresh(member)
    assert (payment.state, member.paid_net_fen) == ("received", 150_00)
    assert db.session.scalar(db.select(db.func.count(Deposit.id)).where(Deposit.payment_id.is_not(None))) == 1
    story.sound()


def test_a_payment_nobody_was_asked_for_is_refused_and_books_nothing() -> None:
    story.open_plan()
    before = db.session.scalar(db.select(db.func.count(JournalEntry.id)))
    for deed in (payments.receive, lambda reference, at: payments.fail(reference, "unknown", at=at)):
        with pytest.raises(payments.UnknownPayment), transaction():
            deed(f"sandbox-in-{new_ref()}", at=story.september(2))
    assert db.session.scalar(db.select(db.func.count(JournalEntry.id))) == before


def test_a_top_up_taken_back_lowers_the_balance_and_ends_nobody_before_the_days_of_grace() -> None:
    story.open_plan(join_least_fen=1_00, grace_days=15)
    story.enrol(9)
    story.enrol(1, 1_00, series="B")
    poor = story.members()[-1]
    payment = first_deposit(poor, 2_00, at=story.september(2))
    story.approve_claim(20_00, benefit="low_grade_tumour")
    story.settled()
    db.session.refresh(poor)
    assert statement.balance_fen(poor) == 1_00
    reverse(payment, at=story.september(16))
    db.session.refresh(poor)
    assert (payment.state, statement.balance_fen(poor)) == ("reversed", -1_00)
    assert standings.standing_of(poor, at=story.september(17)).until == midnight(dt.date(2026, 10, 2))
    told = messages("topup-reversed")[0].values
    assert (told["balance_fen"], told["last_day"], told["live"]) == (-1_00, "2026-10-01", True)
    assert statement.lines(poor)[0].kind == "reversal"
    tick(midnight(dt.date(2026, 10, 2)) - dt.timedelta(minutes=1))
    assert poor.state == "sharing"


def test_it_is_taken_back_once_and_not_without_a_reason() -> None:
    story.open_plan()
    story.enrol(1)
    payment = first_deposit(story.members()[0], 5_00, at=story.september(2))
    with pytest.raises(reversals.ReasonMissing):
        reverse(payment, at=story.september(3), reason=" ")
    reverse(payment, at=story.september(3))
    with pytest.raises(reversals.NotReceived):
        reverse(payment, at=story.september(4))
    booked = db.session.scalars(db.select(JournalEntry).where(JournalEntry.kind == reversals.KIND)).one()
    assert booked.reverses is not None


def test_money_of_a_pending_member_is_taken_out_of_the_pending_funds() -> None:
    story.open_plan()
    story.enrol(3)
    story.lock()
    story.enrol(1, series="B", at=story.september(8))
    pending = story.members(state="pending")[0]
    payment = first_deposit(pending, 5_00, at=story.september(9))
    reverse(payment, at=story.september(10))
    assert (pending.paid_net_fen, story.held("pending_funds")) == (100_00, 100_00)
    story.approve()
    story.settle()


def test_after_the_end_what_is_still_owed_is_used_first_and_the_rest_is_lost_to_reserve_and_all() -> None:
    story.open_plan()
    story.enrol(3)
    leaver = story.members()[0]
    payment = first_deposit(leaver, 150_00, at=story.september(2))
    with transaction():
        leaver.ends_after_seq, leaver.ends_as = 0, "left"
    with transaction():
        pools.carry_out_ends(story.pool(), at=story.september(3))
    assert story.held("unclaimed_balances") == 250_00
    with transaction():
        funding = reserves.record(
            story.plan(), "donation", 20_00, source="a foundation", reference="B-1", by=story.treasurer().id,
            at=story.september(3),
        )  # fmt: skip
    with transaction():
        reserves.answer(funding, "confirmed", by=story.treasurer("second").id, at=story.september(3))
    refund = db.session.scalars(db.select(Refund)).one()
    assert (refund.state, refund.amount_fen) == ("due", 250_00)
    reverse(payment, at=story.september(4))
    db.session.refresh(refund)
    assert (refund.amount_fen, story.held("unclaimed_balances"), story.held("reserve")) == (100_00, 100_00, 20_00)
    assert messages("topup-reversed")[0].values["live"] is False


def test_what_was_refunded_already_and_is_taken_back_then_is_a_loss_everybody_shares() -> None:
    story.open_plan()
    story.enrol(3)
    leaver = story.members()[0]
    payment = first_deposit(leaver, 30_00, at=story.september(2))
    with transaction():
        leaver.ends_after_seq, leaver.ends_as = 0, "left"
    with transaction():
        pools.carry_out_ends(story.pool(), at=story.september(3))
    refund = db.session.scalars(db.select(Refund)).one()
    with transaction():
        refunds.release(refund, by=story.treasurer().id, at=story.september(3))
    tick(story.september(3, 14))
    assert (refund.state, story.held("bank", "main")) == ("paid", 200_00)
    reverse(payment, at=story.september(4))
    assert (story.held("unpaid_shares"), story.held("bank", "main")) == (30_00, 170_00)
    assert custody.of("main").cover.left_fen == -30_00, "the page says what is missing"
    story.approve_claim(3_00, benefit="low_grade_tumour")
    story.settled()
    assert story.held("unpaid_shares") == 30_00 - 3_00, "a period takes on what its caps leave beside its cases"


def test_money_that_never_found_its_place_leaves_suspense_again() -> None:
    story.open_plan()
    story.enrol(2)
    leaver = story.members()[0]
    with transaction():
        leaver.ends_after_seq, leaver.ends_as = 0, "left"
    with transaction():
        pools.carry_out_ends(story.pool(), at=story.september(3))
    payment = pay(leaver, 7_00, at=story.september(4))
    assert journal.held_fen(payouts.ledger.suspense) == 7_00
    reverse(payment, at=story.september(5))
    assert journal.held_fen(payouts.ledger.suspense) == 0
