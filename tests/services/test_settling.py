"""The laws of a settlement, driven through real rows."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from app.db import db, transaction
from app.domain import ledger
from app.domain.moves import MoveNotAllowed
from app.models import (
    Audit,
    Deposit,
    Fact,
    JournalEntry,
    Message,
    Notice,
    PoolCounter,
    Settlement,
)  # fmt: skip
from app.services import claims, journal, settling
from app.services.days import midnight
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


def only_settlement() -> Settlement:
    return db.session.scalars(db.select(Settlement)).one()


def test_everybody_shares_the_same_and_the_surplus_of_rounding_is_carried() -> None:
    story.open_plan(fee_bp=800)
    story.enrol(11)
    story.approve_claim(20_00)
    story.settled()
    row = only_settlement()
    assert (row.shared_payouts_fen, row.fee_fen, row.need_fen) == (20_00, 1_60, 21_60)
    assert (row.share_fen, row.surplus_after_fen) == (1_97, 7)
    assert (story.pool().index_fen, story.pool().seq, story.pool().surplus_fen) == (1_97, 1, 7)
    assert story.held("member_funds") == 11 * (100_00 - 1_97)
    assert story.held("claims_payable") == 20_00
    assert story.held("fee_payable") == 1_60
    assert story.held("rounding_carry") == 7


def test_the_next_period_uses_the_surplus_first() -> None:
    story.open_plan()
    story.enrol(7)
    story.approve_claim(20_00)
    story.settled()
    story.approve_claim(10_00, at=story.september(16))
    story.settled(story.SECOND)
    second = db.session.get_one(Settlement, (story.pool().id, 2))
    assert (second.surplus_before_fen, second.need_fen, second.share_fen) == (2, 10_00, 1_67)
    assert second.members == 6
    assert second.surplus_after_fen == 6 * 1_67 + 2 - 10_00


def test_a_cap_that_binds_gives_the_case_less() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(300_000_00)
    story.settled()
    row = only_settlement()
    assert (row.approved_fen, row.shared_payouts_fen, row.share_fen) == (300_000_00, 30_00, 3_00)
    assert [payout.amount_fen for payout in story.payouts_of()] == [30_00]


def test_a_period_without_cases_has_its_row_and_books_nothing() -> None:
    story.open_plan()
    story.enrol(3)
    before = db.session.scalar(db.select(db.func.count(JournalEntry.id)))
    story.settled()
    row = only_settlement()
    assert (row.seq, row.share_fen, row.entry_id) == (1, 0, None)
    assert db.session.scalar(db.select(db.func.count(JournalEntry.id))) == before
    assert story.period().state == "paid", "there is nothing to pay"


def test_nothing_settles_before_its_day() -> None:
    story.open_plan()
    story.enrol(3)
    story.lock()
    story.approve()
    with pytest.raises(settling.NotYet) as early:
        story.settle(at=midnight(dt.date(2026, 9, 14)) - dt.timedelta(seconds=1))
    assert early.value.day == dt.date(2026, 9, 14)
    story.settle(at=midnight(dt.date(2026, 9, 14)))


def test_nothing_settles_that_no_treasurer_approved() -> None:
    story.open_plan()
    story.enrol(3)
    story.lock()
    with pytest.raises(MoveNotAllowed):
        story.settle()


def test_a_period_settles_once() -> None:
    story.open_plan()
    story.enrol(3)
    story.approve_claim()
    story.settled()
    with pytest.raises(MoveNotAllowed):
        story.settle()
    assert story.pool().index_fen == only_settlement().share_fen


def test_only_the_present_preview_can_be_approved_and_only_once() -> None:
    story.open_plan()
    story.enrol(3)
    story.approve_claim()
    story.lock()
    with pytest.raises(settling.PreviewVoid), transaction():
        settling.check(story.period(), "0" * 64, by=story.treasurer().id, at=story.september(11))
    assert story.period().state == "locked"
    digest = story.approve()
    found = story.period()
    assert (found.checked_digest, found.checked_by) == (digest, story.treasurer("first-treasurer").id)
    assert (found.state, found.approved_digest, found.approved_by) == ("approved", digest, story.treasurer().id)
    with pytest.raises(MoveNotAllowed):
        story.approve()


def test_a_case_taken_out_voids_the_approval_and_leaves_who_shares_as_it_was() -> None:
    story.open_plan()
    story.enrol(10)
    taken, kept = story.approve_claim(20_00), story.approve_claim(10_00)
    story.lock()
    story.approve()
    with transaction():
        caseworker = story.account("caseworker-3", "caseworker")
        claims.move(taken, "admit_objection", by=caseworker.id, role="caseworker", at=story.september(12))
    with pytest.raises(settling.PreviewVoid):
        story.settle()
    with transaction():
        settling.void_approval(story.period(), at=story.september(14))
    found = story.period()
    assert (found.state, found.members, found.seq, found.approved_digest) == ("locked", 10, 1, None)
    story.approve(at=story.september(14))
    story.settle()
    assert (only_settlement().approved_fen, only_settlement().cases) == (10_00, 1)
    assert (taken.state, kept.state) == ("in_review", "settled")


def test_money_that_reaches_the_reserve_voids_the_approval() -> None:
    plan = story.open_plan()
    story.enrol(10)
    story.approve_claim(300_000_00)
    story.lock()
    story.approve()
    with transaction():
        entry = ledger.reserve_funded(plan.custody_account, plan.slug, 5_00)
        journal.book("reserve", "donation:1", entry, by=None, at=story.september(12))
    with pytest.raises(settling.PreviewVoid):
        story.settle()
    with transaction():
        settling.void_approval(story.period(), at=story.september(14))
    story.approve(at=story.september(14))
    story.settle()
    assert (only_settlement().from_reserve_fen, story.held("reserve")) == (5_00, 0)
    assert [payout.amount_fen for payout in story.payouts_of()] == [35_00]


def test_an_approval_that_holds_is_not_voided() -> None:
    story.open_plan()
    story.enrol(3)
    story.lock()
    digest = story.approve()
    with transaction():
        settling.void_approval(story.period(), at=story.september(14))
    assert (story.period().state, story.period().approved_digest) == ("approved", digest)


def test_a_top_up_changes_nothing_of_the_preview() -> None:
    story.open_plan()
    story.enrol(3)
    story.approve_claim()
    story.lock()
    story.approve()
    story.top_up(story.members()[1], 50_00, at=story.september(12))
    story.settle()
    assert story.period().state == "settled"


def test_a_head_that_is_not_counted_stops_the_settlement() -> None:
    story.open_plan()
    story.enrol(3)
    story.lock()
    story.approve()
    with transaction():
        db.session.execute(db.update(PoolCounter).where(PoolCounter.slot == 0).values(members=PoolCounter.members + 1))
    with pytest.raises(settling.HeadCountDiffers) as differs:
        story.settle()
    assert (differs.value.locked, differs.value.counted) == (3, 4)


def test_who_was_helped_ends_after_the_settlement_that_pays_and_was_charged_by_it() -> None:
    story.open_plan()
    story.enrol(10)
    helped = story.approve_claim(300_000_00).membership
    story.settled()
    assert (helped.state, helped.ends_as, helped.ends_after_seq) == ("sharing", "helped", 1)
    story.lock(story.SECOND)
    db.session.refresh(helped)
    assert (helped.state, helped.end_seq, helped.threshold_fen) == ("helped", 1, 100_00)
    assert story.period(story.SECOND).members == 9
    assert story.held("unclaimed_balances") == 100_00 - 3_00


def test_a_low_grade_award_ends_no_membership() -> None:
    story.open_plan()
    story.enrol(10)
    membership = story.approve_claim(20_00, benefit="low_grade_tumour").membership
    story.settled()
    assert (membership.state, membership.ends_after_seq) == ("sharing", None)


def test_arrears_of_the_claimant_are_set_off_and_credited_to_the_membership() -> None:
    story.open_plan(join_least_fen=1_00)
    story.enrol(9)
    story.enrol(1, 1_00, series="B")
    behind = story.members()[-1]
    story.approve_claim(20_00, of=behind)
    story.settled()
    assert only_settlement().share_fen == 2_00
    db.session.refresh(behind)
    assert (behind.paid_net_fen, behind.threshold_fen) == (2_00, 2_00), "the balance is 0 again"
    assert [payout.amount_fen for payout in story.payouts_of()] == [19_00]
    credit = db.session.scalars(db.select(Deposit).where(Deposit.kind == "credit")).one()
    assert (credit.membership_id, credit.amount_fen) == (behind.id, 1_00)
    assert story.held("claims_payable") == 19_00


def test_a_case_that_only_fills_its_own_arrears_is_paid_by_that() -> None:
    story.open_plan()
    story.enrol(9)
    story.enrol(1, 9_00, series="B")
    behind = story.members()[-1]
    for _ in range(4):
        story.approve_claim(300_000_00)
    story.settled()
    db.session.refresh(behind)
    assert story.pool().index_fen - (behind.threshold_fen or 0) == 3_00
    claim = story.approve_claim(60, of=behind, at=story.september(16), benefit="low_grade_tumour")
    story.settled(story.SECOND)
    assert (claim.state, story.payouts_of(story.SECOND)) == ("paid", [])
    assert story.period(story.SECOND).state == "paid"
    db.session.refresh(behind)
    assert behind.paid_net_fen == 9_60


def test_a_settlement_states_its_facts_and_tells_the_claimant() -> None:
    story.open_plan()
    story.enrol(7)
    claim = story.approve_claim(20_00)
    story.settled()
    fact = db.session.scalars(db.select(Fact).where(Fact.type == "settlement")).one()
    said = json.loads(fact.body)
    assert said["about"] == story.FIRST
    assert (said["members"], said["share_fen"], said["surplus_after_fen"]) == (7, 2_86, 2)
    assert said["awards"] == [[1, 20_00, 20_00, 0, 0]]
    assert said["digest"] == story.period().approved_digest
    assert db.session.scalar(db.select(db.func.count(Notice.id)).where(Notice.kind == "bulletin")) == 1
    assert db.session.scalar(db.select(Message.id).where(Message.kind == "case-settled")) is not None
    deeds = set(db.session.scalars(db.select(Audit.deed).where(Audit.about_ref == story.FIRST)))
    assert {"lock", "approve-preview", "settle"} <= deeds
    assert claim.state == "settled"
