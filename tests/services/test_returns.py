"""Payouts that did not stay: returned, refused, confirmed twice; what waits for money, and in which order it leaves."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from app.adapters.payments import Does
from app.db import db, transaction
from app.jobs.tick import tick
from app.models import Claim, Fact, JournalEntry, Message, Payout, PayoutReturn
from app.services import claim_file, custody, payouts, returns, sandbox
from app.services.claim_file import BankAccount
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")

NEW = BankAccount("欧阳若曦", "农业银行", "6228480000000000018")


def paid() -> Claim:
    """One case of 20.00, settled on the 14th, released and paid."""
    story.open_plan()
    story.enrol(10)
    claim = story.approve_claim(20_00)
    story.settled()
    story.release()
    tick(story.september(14, 13))
    return claim


def come_back(reason: str = "account_closed", *, at: dt.datetime | None = None) -> None:
    by = story.treasurer().id
    with transaction():
        returns.come_back(only(), reason, by=by, at=at or story.september(15))
    story.sound()


def line() -> list[payouts.InLine]:
    """What is due out of the one custody account, in the order in which it leaves."""
    return payouts.lines(custody.custodies())["main"]


def only() -> Payout:
    return story.payouts_of()[0]


def give_account(claim: Claim, *, at: dt.datetime) -> None:
    with transaction():
        returns.give_account(claim, NEW, by=claim.account_id, at=at)


def send_again(*, at: dt.datetime) -> None:
    by = story.treasurer().id
    with transaction():
        returns.send_again(only(), by=by, at=at)
    story.sound()


def entries(kind: str) -> list[JournalEntry]:
    return list(db.session.scalars(db.select(JournalEntry).where(JournalEntry.kind == kind).order_by(JournalEntry.id)))


def test_a_returned_payout_waits_in_suspense_and_opens_its_period_again() -> None:
    claim = paid()
    assert story.period().state == "paid"
    come_back()
    assert (only().state, claim.state, story.period().state) == ("returned", "returned", "settled")
    assert story.period().paid_at is None
    assert story.held("bank", "main") == 1000_00
    assert payouts.journal.held_fen(payouts.ledger.suspense) == 20_00
    entry = entries("payout-returned")[0]
    assert entry.reverses == entries("payout")[0].id
    told = db.session.scalars(db.select(Message).where(Message.kind == "payout-returned")).one()
    assert (told.values["claim"], told.values["reason"]) == (claim.ref, "account_closed")
    said = json.loads(db.session.scalars(db.select(Fact.body).where(Fact.type == "payout-returned")).one())
    assert (said["amount_fen"], said["kind"]) == (20_00, "returned")


def test_it_is_sent_again_to_the_account_named_anew_and_arrives_once() -> None:
    claim = paid()
    come_back()
    with pytest.raises(returns.AccountMissing):
        send_again(at=story.september(15))
    give_account(claim, at=story.september(16))
    assert claim_file.bank_account_of(claim) == NEW
    send_again(at=story.september(17))
    assert custody.of("main").cover.promised_fen == 0, "its money waits in suspense, not in the cover"
    with pytest.raises(returns.NotOnItsWay):
        send_again(at=story.september(17))
    tick(story.september(17, 13))
    assert (only().state, only().attempt, only().paid_at) == ("paid", 2, story.september(17, 13))
    assert (claim.state, story.period().state, story.held("bank", "main")) == ("paid", "paid", 980_00)
    assert [entry.ref for entry in entries("payout")] == [f"payout:{only().ref}", f"payout:{only().ref}-2"]
    story.sound()


def test_what_was_not_paid_cannot_come_back_and_comes_back_once() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    story.settled()
    with pytest.raises(returns.NotOnItsWay):
        come_back()
    story.release()
    tick(story.september(14, 13))
    come_back()
    with pytest.raises(returns.NotOnItsWay):
        come_back()
    assert len(entries("payout-returned")) == 1


def test_a_transfer_the_bank_refuses_books_nothing_and_is_due_again_with_a_new_account() -> None:
    story.open_plan()
    story.enrol(10)
    claim = story.approve_claim(20_00)
    story.settled()
    order("out", "fail", 0)
    story.release()
    tick(story.september(14, 13))
    tick(story.september(14, 14))
    assert (only().state, claim.state, story.held("bank", "main")) == ("failed", "settled", 1000_00)
    assert story.release() == (0, 0)
    give_account(claim, at=story.september(15))
    assert (only().state, only().attempt) == ("due", 2)
    assert story.release(at=story.september(15)) == (1, 0)
    tick(story.september(15, 13))
    assert (only().state, story.period().state, len(entries("payout"))) == ("paid", "paid", 1)
    story.sound()


def order(direction: str, does: Does, days: int) -> None:
    with transaction():
        sandbox.order(direction, does, days, at=story.september(14))  # type: ignore[arg-type]


def test_a_second_transfer_that_is_refused_leaves_the_money_where_it_waited() -> None:
    claim = paid()
    come_back()
    give_account(claim, at=story.september(16))
    order("out", "fail", 0)
    send_again(at=story.september(16))
    tick(story.september(16, 13))
    tick(story.september(16, 14))
    assert (only().state, only().account_given_at, claim.state) == ("returned", None, "returned")
    kinds = db.session.scalars(db.select(PayoutReturn.kind).order_by(PayoutReturn.id)).all()
    assert list(kinds) == ["returned", "failed"]
    story.sound()


def test_what_comes_back_by_itself_after_days_is_booked_on_that_day() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    story.settled()
    order("out", "come_back", 3)
    story.release()
    tick(story.september(14, 13))
    assert only().state == "paid"
    tick(story.september(17, 14))
    assert (only().state, story.period().state) == ("returned", "settled")
    story.sound()


def test_a_confirmation_that_comes_twice_is_booked_once() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    story.settled()
    order("out", "arrive_twice", 0)
    story.release()
    for hour in (13, 14):
        tick(story.september(14, hour))
    with transaction():
        assert not payouts.confirm(only(), at=story.september(15))
    assert (len(entries("payout")), story.held("bank", "main")) == (1, 980_00)
    story.sound()


def test_a_payout_may_take_days_and_is_promised_until_then() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    story.settled()
    order("out", "arrive", 2)
    story.release()
    tick(story.september(14, 13))
    assert (only().state, custody.of("main").cover.promised_fen) == ("released", 20_00)
    tick(story.september(16, 14))
    assert (only().state, custody.of("main").cover.promised_fen) == ("paid", 0)


def test_an_account_is_only_asked_for_when_money_came_back() -> None:
    claim = paid()
    with pytest.raises(returns.NoAccountAsked):
        give_account(claim, at=story.september(15))


def short_of_money() -> None:
    """Ten members with 9.00 share 12.00: payouts of 30.00, 30.00, 30.00 and 27.00 are due, 90.00 may leave."""
    story.open_plan(cap_year_fen=None)
    story.enrol(10, 9_00)
    for _ in range(4):
        story.approve_claim(30_00, benefit="low_grade_tumour")
    story.settled()


def test_what_was_released_and_waits_leaves_by_itself_when_its_money_arrives() -> None:
    short_of_money()
    assert story.release() == (3, 1)
    waits = line()[0]
    assert (waits.payout.waiting_since, waits.missing_fen) == (story.september(14), 18_00)
    story.top_up(story.members()[-1], 17_00, at=story.september(15))
    tick(story.september(15, 13))
    assert line()[0].missing_fen == 15_00, "only 3.00 of them were arrears"
    for membership in story.members()[4:9]:
        story.top_up(membership, 3_00, at=story.september(16))
    tick(story.september(16, 13))
    assert (line(), story.period().state) == ([], "paid")
    story.sound()


def test_nobody_overtakes_whoever_was_settled_first() -> None:
    short_of_money()
    story.release()
    story.approve_claim(9_00, at=story.september(15), benefit="low_grade_tumour")
    for membership in story.members():
        story.top_up(membership, 1_00, at=story.september(16))
    story.lock(story.SECOND)
    story.approve(story.SECOND)
    story.settle(story.SECOND)
    assert [one.period.name for one in line()] == [story.FIRST, story.SECOND]
    assert story.release(story.SECOND, at=story.september(28)) == (0, 1)
    first, second = line()
    assert 0 < first.missing_fen < second.missing_fen
