"""A settlement that charged too much is made good: to the fen, by two treasurers, and never by lowering an index."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.domain import ledger
from app.domain.credits import CreditWithoutReason, OverCredited
from app.jobs.tick import tick
from app.models import Deposit, Fact, Membership, Message, NamedCredit, Notice, Refund, Settlement
from app.services import approvals, breakdown, crediting, journal, leaving, named_credits, settling, statement
from app.services import refunds as refunds_
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def charged(engine: Flask) -> None:
    """Ten members paid 3.00 each for one case; it is the 15th."""
    story.open_plan()
    story.enrol(10)
    story.approve_claim(30_00, benefit="low_grade_tumour")
    story.settled()


def leave(number: int, *, at: dt.datetime) -> Membership:
    gone = story.members()[number]
    with transaction():
        leaving.leave(gone, by=gone.account_id, at=at)
    return gone


def refunds() -> list[tuple[int, str]]:
    return [(refund.amount_fen, refund.state) for refund in db.session.scalars(db.select(Refund).order_by(Refund.id))]


@pytest.mark.usefixtures("charged")
def test_who_still_shares_gets_it_through_the_next_share_and_the_sum_says_so() -> None:
    story.corrected(1_00, at=story.september(16))
    assert (story.pool().surplus_fen, story.pool().credits_fen, story.pool().index_fen) == (10_00, 10_00, 3_00)
    story.approve_claim(20_00, benefit="low_grade_tumour", at=story.september(17))
    story.settled(story.SECOND)
    second = db.session.scalars(db.select(Settlement).where(Settlement.seq == 2)).one()
    assert (second.credits_fen, second.surplus_before_fen, second.need_fen) == (10_00, 10_00, 30_00)
    assert (second.unpaid_fen, second.share_fen) == (10_00, 2_00), "the reserve was empty: it is shared"
    whole = breakdown.sum_of(story.period(story.SECOND), second, at=story.september(29))
    assert whole is not None
    assert [(term.key, term.amount_fen, term.sign) for term in whole.equation.terms] == [
        ("payouts", 20_00, "+"), ("unpaid", 10_00, "+"), ("credits", 10_00, "−"),
    ]  # fmt: skip
    assert story.pool().credits_fen == 0


@pytest.mark.usefixtures("charged")
def test_who_has_left_gets_a_refund_by_name_and_is_told_once() -> None:
    leave(0, at=story.september(15))
    tick(story.september(21, 0))
    assert refunds() == [(97_00, "due")]
    story.corrected(50, cause="operator", at=story.september(29))
    credit = crediting.of_period(story.period())[0]
    assert (credit.named, credit.carried_fen, credit.from_reserve_fen, credit.into_seq) == (1, 4_50, 0, 2)
    assert (story.held("operator_subsidy"), story.held("unclaimed_balances")) == (5_00, 97_50)
    story.sound()
    tick(story.september(29, 13))
    tick(story.september(29, 14))
    story.sound()
    assert refunds() == [(97_50, "due")], "a membership has one open refund: it goes with what was owed already"
    told = db.session.scalars(db.select(Message).where(Message.kind == "credit-named")).all()
    assert [one.values["amount_fen"] for one in told] == [50]
    assert "credit" in [line.kind for line in statement.lines(story.members(state="left")[0])]


@pytest.mark.usefixtures("charged")
def test_a_refund_that_has_arrived_is_followed_by_another_and_one_on_its_way_is_waited_for() -> None:
    gone = leave(0, at=story.september(15))
    tick(story.september(21, 0))
    refund = db.session.scalars(db.select(Refund)).one()
    with transaction():
        refunds_.release(refund, by=story.treasurer().id, at=story.september(22))
    story.corrected(50, cause="operator", at=story.september(22))
    with transaction():
        named_credits.carry_out({"credit": crediting.of_period(story.period())[0].ref}, story.september(22))
    assert db.session.scalars(db.select(NamedCredit.done_at)).all() == [None], "the refund before is on its way"
    story.sound()
    story.sweep(at=story.september(23))
    tick(story.september(23, 14))
    assert refunds() == [(97_00, "paid"), (50, "due")]
    assert statement.balance_fen(gone) == 50
    story.sound()


@pytest.mark.usefixtures("charged")
def test_who_is_leaving_is_named_and_who_stays_after_all_shares_like_everybody() -> None:
    goes, stays = leave(0, at=story.september(15)), leave(1, at=story.september(15))
    story.corrected(1_00, cause="operator", at=story.september(16))
    with transaction():
        leaving.undo(stays, by=stays.account_id, at=story.september(16))
    tick(story.september(17))
    assert (story.pool().surplus_fen, story.pool().credits_fen) == (9_00, 9_00)
    story.sound()
    tick(story.september(21, 0))
    tick(story.september(21, 1))
    assert refunds() == [(98_00, "due")]
    assert (statement.balance_fen(goes), statement.balance_fen(stays)) == (98_00, 97_00)
    story.sound()


def test_what_the_member_still_owed_is_made_good_first() -> None:
    story.open_plan(join_least_fen=1_00)
    story.enrol(9)
    story.enrol(1, 1_00, series="B")
    story.approve_claim(30_00, benefit="low_grade_tumour", of=story.members()[0])
    story.settled()
    tick(story.september(30, 0))
    gone = story.members(state="lapsed")[0]
    assert (statement.balance_fen(gone), story.held("unpaid_shares")) == (-2_00, 2_00)
    story.corrected(2_50, cause="operator", at=story.september(30))
    tick(story.september(30, 13))
    assert (statement.balance_fen(gone), story.held("unpaid_shares"), refunds()) == (50, 0, [(50, "due")])
    story.sound()


@pytest.mark.usefixtures("charged")
def test_the_reserve_pays_as_far_as_it_goes_and_the_rest_is_shared_later() -> None:
    with transaction():
        entry = ledger.reserve_funded(story.plan().custody_account, story.SLUG, 4_00)
        journal.book("reserve", "donation:1", entry, by=None, at=story.september(15))
    credit = story.corrected(1_00, at=story.september(16))
    assert (credit.from_reserve_fen, story.held("reserve"), story.held("unpaid_shares")) == (4_00, 0, 6_00)
    story.sound()


@pytest.mark.usefixtures("charged")
def test_a_credit_voids_what_was_read_and_the_page_can_say_what_changed() -> None:
    story.approve_claim(20_00, benefit="low_grade_tumour", at=story.september(15))
    story.lock(story.SECOND)
    story.approve(story.SECOND)
    story.corrected(1_00, cause="operator", at=story.september(25))
    found = story.period(story.SECOND)
    assert (found.state, found.checked_digest) == ("locked", None)
    last = approvals.last_of(found)
    assert last is not None
    changed = approvals.differences(last, settling.preview(found, at=story.september(25)))
    assert [one.term for one in changed] == ["surplus_before_fen", "credits_fen", "share_fen"]
    story.approve(story.SECOND, at=story.september(25))
    story.settle(story.SECOND)


@pytest.mark.usefixtures("charged")
def test_never_more_comes_back_than_was_charged() -> None:
    story.corrected(2_00, cause="operator", at=story.september(16))
    settlement = crediting.settlement_of(story.period())
    assert settlement is not None
    one = story.treasurer("first-treasurer").id
    for over_fen in (1_01, 0, -1):
        with pytest.raises(OverCredited) as refused, transaction():
            crediting.propose(settlement, over_fen, cause="rules", reason="again", by=one, at=story.september(17))
        assert refused.value.left_fen == 1_00
    with pytest.raises(CreditWithoutReason), transaction():
        crediting.propose(settlement, 1_00, cause="rules", reason="  ", by=one, at=story.september(17))
    with transaction():
        db.session.execute(text(
            "INSERT INTO credit (ref, pool_id, seq, members, over_fen, cause, reason, state, proposed_by, proposed_at) "
            "SELECT 'ABCDEFGHJKMN', pool_id, seq, members, 101, cause, reason, 'proposed', proposed_by, proposed_at "
            "FROM credit"
        ))  # fmt: skip
    with pytest.raises(IntegrityError, match="more would come back than was charged"), transaction():
        db.session.execute(text(
            "UPDATE credit SET state = 'confirmed', decided_by = (SELECT max(id) FROM account), "
            "decided_at = proposed_at, entry_id = (SELECT min(id) FROM journal_entry), named = 0, "
            "carried_fen = members * over_fen, from_reserve_fen = 0, into_seq = 2 WHERE ref = 'ABCDEFGHJKMN'"
        ))  # fmt: skip


@pytest.mark.usefixtures("charged")
def test_two_treasurers_and_one_answer() -> None:
    settlement = crediting.settlement_of(story.period())
    assert settlement is not None
    one, two, at = story.treasurer("first-treasurer"), story.treasurer(), story.september(16)
    with transaction():
        credit = crediting.propose(settlement, 1_00, cause="rules", reason="counted twice", by=one.id, at=at)
    with pytest.raises(crediting.SameTreasurer), transaction():
        crediting.answer(credit, "confirmed", by=one.id, at=at)
    with transaction():
        crediting.answer(credit, "refused", by=two.id, at=at)
    with pytest.raises(crediting.AnsweredBefore), transaction():
        crediting.answer(credit, "confirmed", by=two.id, at=at)
    assert (story.pool().surplus_fen, crediting.left_fen(settlement)) == (0, 3_00)
    with pytest.raises(IntegrityError, match="answered once"), transaction():
        db.session.execute(text("UPDATE credit SET reason = 'another'"))


@pytest.mark.usefixtures("charged")
def test_a_part_is_carried_out_once_and_nobody_else_is_named() -> None:
    leave(0, at=story.september(15))
    tick(story.september(21, 0))
    story.corrected(1_00, cause="operator", at=story.september(22))
    tick(story.september(22, 13))
    with pytest.raises(IntegrityError, match="carried out once"), transaction():
        db.session.execute(text("UPDATE named_credit SET done_at = NULL"))
    with pytest.raises(IntegrityError, match="nobody else was named"), transaction():
        db.session.execute(text(
            "INSERT INTO named_credit (credit_id, number, membership_id) SELECT credit_id, 2, 2 FROM named_credit"
        ))  # fmt: skip
    assert db.session.scalar(db.select(db.func.count(Deposit.id)).where(Deposit.kind == "credit")) == 1


@pytest.mark.usefixtures("charged")
def test_a_correction_is_a_public_fact_and_its_bulletin_is_written_anew() -> None:
    story.corrected(1_00, cause="operator", at=story.september(16))
    fact = db.session.scalars(db.select(Fact).where(Fact.type == "correction")).one()
    said = json.loads(fact.body)
    assert (said["about"], said["members"], said["over_fen"], said["named"]) == (story.FIRST, 10, 1_00, 0)
    assert (said["reason"], said["cause"], said["into"]) == ("counted twice", "operator", 2)
    assert db.session.scalar(db.select(db.func.count(Notice.id)).where(Notice.kind == "bulletin")) == 1
