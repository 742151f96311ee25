"""Money out: released once, never more than there is, booked when it has arrived."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time

import pytest
from flask import Flask

from app.db import db, transaction
from app.jobs.tick import tick
from app.models import Audit, Fact, JournalEntry, Message, Notice, Outbox, Payout
from app.services import custody, outbox, payouts
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


def bank() -> int:
    return story.held("bank", "main")


def short_of_money() -> None:
    """Ten members with 9.00 each share 12.00: 108.00 due to four of them, 90.00 in custody, six are 3.00 behind."""
    story.open_plan(cap_year_fen=None)
    story.enrol(10, 9_00)
    for _ in range(4):
        story.approve_claim(30_00, benefit="low_grade_tumour")
    story.settled()


def test_a_release_leaves_payment_to_the_worker_and_the_last_payment_closes_the_period() -> None:
    story.open_plan()
    story.enrol(10)
    claim = story.approve_claim(20_00)
    story.settled()
    assert story.release() == (1, 0)
    payout = story.payouts_of()[0]
    assert (payout.state, payout.released_by, bank()) == ("released", story.treasurer().id, 1000_00)
    assert custody.of("main").cover.promised_fen == 20_00
    assert outbox.sweep(story.september(14)) >= 1
    db.session.refresh(payout)
    assert (payout.state, payout.paid_at, bank()) == ("paid", story.september(14), 980_00)
    assert (story.period().state, story.held("claims_payable")) == ("paid", 0)
    db.session.refresh(claim)
    assert claim.state == "paid"
    said = json.loads(db.session.scalars(db.select(Fact.body).where(Fact.type == "payout")).one())
    assert said["amount_fen"] == 20_00
    assert "6222" not in json.dumps(said)
    assert db.session.scalar(db.select(db.func.count(Notice.id)).where(Notice.kind == "payout")) == 1
    assert db.session.scalar(db.select(Message.id).where(Message.kind == "payout-paid")) is not None
    story.sound()


def test_released_twice_it_leaves_once() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    story.settled()
    assert story.release() == (1, 0)
    assert story.release() == (0, 0)
    tick(story.september(14, 13))
    tick(story.september(14, 14))
    ref = story.payouts_of()[0].ref
    with transaction():
        payouts.send(ref, at=story.september(15))
    sent = db.select(db.func.count(JournalEntry.id)).where(JournalEntry.kind == "payout")
    asked = db.select(db.func.count(Outbox.id)).where(Outbox.kind == "pay-out")
    assert (db.session.scalar(sent), db.session.scalar(asked), bank()) == (1, 1, 980_00)


def test_no_more_leaves_than_there_is_and_the_rest_waits_for_money() -> None:
    short_of_money()
    cover = custody.of("main").cover
    assert (cover.bank_fen, cover.positive_balances_fen, cover.arrears_fen, cover.left_fen) == (90_00, 0, 18_00, 90_00)
    assert story.release() == (3, 1)
    assert custody.of("main").cover.left_fen == 9_00
    tick(story.september(14, 13))
    assert bank() == 9_00
    assert [payout.state for payout in story.payouts_of()] == ["paid", "paid", "paid", "due"]
    assert story.period().state == "settled", "one of them still waits"
    assert story.release() == (0, 1)
    for membership in story.members():
        story.top_up(membership, 3_00, at=story.september(15))
    assert custody.of("main").cover.left_fen == 27_00
    assert story.release(at=story.september(15)) == (1, 0)
    tick(story.september(15, 13))
    assert story.period().state == "paid"
    story.sound()


def test_what_has_no_account_since_a_confirmation_was_taken_back_waits_for_one() -> None:
    story.open_plan()
    story.enrol(10)
    claim = story.approve_claim(20_00)
    story.settled()
    with transaction():
        claim.filer, account, claim.account_sealed = "relative", claim.account_sealed, None
    assert story.release() == (0, 1)
    tick(story.september(14, 13))
    assert bank() == 1000_00
    with transaction():
        claim.account_sealed = account or b"named anew"
    assert payouts.release_waiting("main", at=story.september(15)) == 1


def test_money_owed_to_others_is_never_paid_out() -> None:
    short_of_money()
    for membership in story.members():
        story.top_up(membership, 3_00, at=story.september(14))
    with transaction():
        for membership in story.members()[:5]:
            membership.ends_after_seq, membership.ends_as = 1, "left"
    story.lock(story.SECOND)
    story.enrol(1, 50_00, series="B", at=story.september(22))
    cover = custody.of("main").cover
    assert (cover.bank_fen, cover.pending_fen, cover.left_fen) == (170_00, 50_00, 108_00)
    assert story.release() == (4, 0)


def test_a_release_is_noted_with_what_it_did() -> None:
    short_of_money()
    story.release()
    note = db.session.scalars(db.select(Audit).where(Audit.deed == "release-payouts")).one()
    assert (note.about_ref, note.detail, note.role) == (story.FIRST, "3 of 4", "treasurer")


def test_two_treasurers_at_once_release_no_more_than_there_is(engine: Flask) -> None:
    story.open_plan(cap_year_fen=None)
    story.open_plan("senior-cancer", cap_year_fen=None)
    story.enrol(10, 9_00)
    story.enrol(10, 9_00, slug="senior-cancer", series="S")
    for slug in (story.SLUG, "senior-cancer"):
        for _ in range(6):
            story.approve_claim(30_00, benefit="low_grade_tumour", slug=slug)
    story.settled()
    story.settled("senior-cancer-2026-09-1")
    assert custody.of("main").cover.left_fen == 180_00, "for twelve payouts of 21.00"
    by = story.treasurer().id
    released: list[int] = []
    ready = threading.Barrier(2)

    def act(name: str) -> None:
        with engine.app_context():
            ready.wait(10)
            with transaction():
                released.append(payouts.release(story.period(name), by=by, at=story.september(14))[0])

    db.session.rollback()
    people = [threading.Thread(target=act, args=(name,)) for name in (story.FIRST, "senior-cancer-2026-09-1")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sum(released) == 8
    assert custody.of("main").cover.left_fen == 12_00
    assert db.session.scalar(db.select(db.func.count(Payout.id)).where(Payout.state == "released")) == 8


def test_of_the_last_two_payments_that_arrive_at_once_one_closes_the_period(engine: Flask) -> None:
    story.open_plan(cap_year_fen=None)
    story.enrol(10)
    for _ in range(2):
        story.approve_claim(20_00, benefit="low_grade_tumour")
    story.settled()
    assert story.release() == (2, 0)
    refs = [payout.ref for payout in story.payouts_of()]
    db.session.rollback()
    ready = threading.Barrier(2)

    def arrive(ref: str) -> None:
        with engine.app_context():
            ready.wait(10)
            with transaction():
                payouts.send(ref, at=story.september(14))
                time.sleep(0.3)  # long enough for the other one to look

    arriving = [threading.Thread(target=arrive, args=(ref,)) for ref in refs]
    for one in arriving:
        one.start()
    for one in arriving:
        one.join()
    assert [payout.state for payout in story.payouts_of()] == ["paid", "paid"]
    assert story.period().state == "paid"


def test_the_work_asked_of_the_worker_names_no_bank_account() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    story.settled()
    story.release()
    payload = db.session.scalars(db.select(Outbox.payload).where(Outbox.kind == "pay-out")).one()
    assert payload == {"payout": story.payouts_of()[0].ref}


def test_what_is_due_is_due_at_the_settlement() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    story.settled()
    assert story.payouts_of()[0].due_at == story.just_after_midnight(dt.date(2026, 9, 14))
    assert story.period().pay_by_day == dt.date(2026, 9, 21)
