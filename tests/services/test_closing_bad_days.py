"""The days of a closing that are not good: each ends with every fen accounted for."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import DBAPIError

from app.db import db, transaction
from app.domain.eligibility import AlreadyEnded
from app.models import Closing, Message, Payment, Refund, SuspenseItem
from app.services import claim_file, closing_money, closings, payments, refunds, rulebook
from app.web.sentences import status_of
from tests.objections import scene
from tests.services import closing_story as tale
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


def test_a_late_top_up_goes_to_suspense_and_back_and_the_payer_is_told() -> None:
    story.open_plan()
    story.enrol(2)
    tale.announced()
    member = story.members()[0]
    with transaction():
        payment = Payment(
            reference="LATE-1", adapter="sandbox", account_id=member.account_id, membership_id=member.id,
            amount_fen=9_00, asked_at=story.september(1),
        )  # fmt: skip
        db.session.add(payment)
        db.session.flush()
        payments.receive("LATE-1", at=story.september(3))
    story.sound()
    item = db.session.scalars(db.select(SuspenseItem)).one()
    assert (item.reason, item.closed_as) == ("plan_closes", "returned")
    assert db.session.scalar(db.select(db.func.count()).where(Message.kind == "payment-plan-closes")) == 1
    assert tale.paid_back(at=story.september(4)) == 1
    assert story.held("suspense") == 0


def test_a_period_locked_at_the_announcement_settles_as_it_was_locked() -> None:
    story.open_plan()
    story.enrol(4)
    story.approve_claim(10_00, benefit="low_grade_tumour")
    tale.midnights(dt.date(2026, 9, 7))
    tale.announced(at=story.september(8), day=dt.date(2026, 10, 8))
    story.approve(at=story.september(11))
    tale.midnights(dt.date(2026, 9, 14))
    assert story.period().state == "settled"
    story.sound()
    tale.settled(story.SECOND)
    tale.settled("young-cancer-2026-10-1")  # published on the 7th, settled after the closing day
    assert {row.state for row in story.members()} == {"closed"}
    assert tale.midnights(dt.date(2026, 10, 15)) == []
    assert tale.current().stage == "run_off"


def test_arrears_of_the_last_settlement_are_borne_by_reserve_surplus_and_fee_before_any_case() -> None:
    story.open_plan(fee_bp=800, join_least_fen=1_00)
    story.enrol(3, 9_00)
    story.enrol(3, 1_50, series="B")
    tale.funded(2_00, at=story.september(1))
    tale.announced()
    tale.settled(story.FIRST)
    story.approve_claim(15_00, benefit="low_grade_tumour", at=story.september(16))
    tale.settled(story.SECOND)  # 2.70 each: three members are 1.20 behind
    tale.midnights(tale.CLOSING_DAY)
    story.sound()
    assert (story.held("reserve"), story.held("unpaid_shares"), story.held("fee_payable")) == (0, 1_60, 1_20)
    assert tale.paid_back(at=story.noon(tale.day(10, 6))) == 3
    tale.midnights(tale.day(4, 4, 2027))
    assert (story.held("unpaid_shares"), story.held("fee_payable")) == (40, 0)
    assert tale.midnights(tale.day(4, 5, 2027)) == []  # 0.40 nobody could bear: it is not closed
    assert tale.current().stage == "remainder"
    tale.funded(50, at=story.noon(tale.day(4, 6, 2027)), reference="GIFT-2")
    tale.midnights(tale.day(4, 7, 2027))
    assert (story.held("unpaid_shares"), story.held("reserve")) == (0, 10)
    tale.given(at=story.noon(tale.day(4, 8, 2027)))
    tale.midnights(tale.day(4, 9, 2027))
    assert tale.current().stage == "closed"
    found = closing_money.report(tale.current())
    assert found is not None
    assert (found.adds_up, found.came_in_fen, found.remainder_fen, found.held_now_fen) == (True, 50, 10, 0)


def test_a_refund_that_comes_back_after_the_plan_is_closed_stays_owed() -> None:
    story.open_plan()
    story.enrol(2)
    tale.announced()
    tale.to_the_run_off()
    tale.paid_back(at=story.noon(tale.day(10, 6)))
    tale.midnights(tale.day(4, 4, 2027))
    assert tale.current().stage == "closed"
    refund = db.session.scalars(db.select(Refund).order_by(Refund.id).limit(1)).one()
    with transaction():
        refunds.come_back(refund, by=tale.one(), at=story.noon(tale.day(4, 6, 2027)))
    story.sound()
    assert tale.midnights(tale.day(4, 7, 2027)) == []
    found = closing_money.report(tale.current())
    assert found is not None
    assert (found.adds_up, found.held_now_fen) == (True, 100_00)


def test_lapsed_balances_are_given_back_with_all_others() -> None:
    story.open_plan(join_least_fen=1_00)
    story.enrol(3)
    story.enrol(1, 1_20, series="B")
    story.approve_claim(1_20, benefit="low_grade_tumour")
    tale.settled(story.FIRST)  # one has 0.90 left and is below the floor
    tale.settled(story.SECOND)
    tale.midnights(dt.date(2026, 9, 30))
    assert len(story.members(state="lapsed")) == 1
    tale.announced(at=story.september(30), day=dt.date(2026, 10, 30))
    tale.settled("young-cancer-2026-10-1")
    tale.settled("young-cancer-2026-10-2")
    tale.midnights(dt.date(2026, 10, 30))
    assert tale.paid_back(at=story.noon(dt.date(2026, 10, 31))) == 4
    assert story.held("unclaimed_balances") == 0


def test_a_plan_nobody_shares_in_is_closed_the_same_way() -> None:
    story.open_plan()
    tale.announced()
    tale.midnights(*(dt.date(2026, 9, day) for day in (7, 14, 21, 28)), tale.CLOSING_DAY)
    assert tale.current().stage == "run_off"
    assert tale.states() == {"cancelled": 6}
    tale.midnights(tale.day(4, 4, 2027))
    assert tale.current().stage == "closed"
    story.sound()


def test_what_was_announced_cannot_be_edited_and_a_closing_is_never_deleted() -> None:
    story.open_plan()
    tale.announced()
    for statement in (
        db.update(Closing).values(closing_day=dt.date(2026, 12, 1)),
        db.update(Closing).values(reason="Something else."),
        db.delete(Closing),
    ):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(statement)


def test_a_case_with_an_open_objection_at_the_last_settlement_goes_to_the_run_off() -> None:
    story.open_plan()
    story.enrol(4)
    tale.funded(30_00, at=story.september(1))
    tale.announced()
    tale.settled(story.FIRST)
    claim = story.approve_claim(20_00, benefit="low_grade_tumour", at=story.september(16))
    tale.midnights(dt.date(2026, 9, 21))
    ref = scene.file(period=story.SECOND, at=story.september(22))
    tale.midnights(dt.date(2026, 9, 28))
    db.session.refresh(claim)
    assert claim.state == "approved"  # deferred, and no period comes after this one
    story.approve(story.SECOND, at=story.september(28))
    tale.midnights(dt.date(2026, 9, 29), tale.CLOSING_DAY)
    assert tale.current().stage == "run_off"
    scene.dismiss(ref, at=story.noon(tale.day(10, 6)))
    tale.midnights(tale.day(4, 4, 2027))
    tale.settled(tale.RUN_OFF)
    db.session.refresh(claim)
    assert claim.state == "paid"
    assert story.held("reserve") == 10_00
    story.sound()


def test_claims_are_for_events_before_the_closing_day_and_come_before_the_run_off_ends() -> None:
    story.open_plan()
    story.enrol(1)
    tale.announced()
    member = story.members()[0]
    terms = rulebook.member_terms(member.member_terms)
    judged = [
        claim_file.judge_dates(member, terms, event_on=day, reported_on=day)
        for day in (tale.day(10, 4), tale.CLOSING_DAY)
    ]
    assert [any(isinstance(one, AlreadyEnded) for one in found) for found in judged] == [False, True]
    closings.check_may_claim(member.plan_id, on=tale.LAST_CLAIMS)
    with pytest.raises(closings.RunOffOver) as over:
        closings.check_may_claim(member.plan_id, on=tale.day(4, 4, 2027))
    assert (over.value.until, status_of(over.value)) == (tale.LAST_CLAIMS, 422)
