"""The operator's fee leaves by two treasurers, last of all, and never with what belongs to members or cases."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.models import Fact, FeeTaking
from app.services import fee_takings, fees
from tests.services import closing_story
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")

NEEDED = 20_00
FEE = 1_60
"""8 % of it."""


def settled_with_a_fee(*, deposit_fen: int = 100_00, needed_fen: int = NEEDED) -> None:
    """Ten members share one case of 20.00 and a fee of 1.60."""
    story.open_plan(fee_bp=800, cap_year_fen=None, cap_case_fen=None)
    story.enrol(10, deposit_fen)
    story.approve_claim(needed_fen, benefit="low_grade_tumour")
    story.settled()


def propose(fen: int = FEE, *, at: dt.datetime | None = None) -> FeeTaking:
    by = story.treasurer().id
    with transaction():
        return fee_takings.propose(story.plan(), fen, recipient="the operator", by=by, at=at or story.september(16))


def answer(taking: FeeTaking, verdict: fee_takings.Answer = "taken", *, by: str = "second") -> None:
    who = story.treasurer(by).id
    with transaction():
        fee_takings.answer(taking, verdict, by=who, at=story.september(17))
    story.sound()


def give_back(taking: FeeTaking) -> None:
    who = story.treasurer().id
    with transaction():
        fee_takings.give_back(taking, by=who, at=story.september(19))
    story.sound()


def facts_of(kind: str) -> int:
    return db.session.scalar(db.select(db.func.count(Fact.id)).where(Fact.type == kind)) or 0


def test_what_one_treasurer_proposes_another_lets_go_and_only_then_it_is_booked_and_public() -> None:
    settled_with_a_fee()
    before = story.held("bank", "main")
    taking = propose(1_00)
    assert (story.held("fee_payable"), facts_of("fee-taken")) == (FEE, 0)
    with pytest.raises(fee_takings.SameTreasurer):
        answer(taking, by="treasurer")
    answer(taking)
    assert (story.held("fee_payable"), story.held("bank", "main")) == (60, before - 1_00)
    assert (fees.of(story.plan()).gone_fen, facts_of("fee-taken")) == (1_00, 1)
    with pytest.raises(fee_takings.AnsweredBefore):
        answer(taking, by="third")


def test_no_more_leaves_than_is_owed() -> None:
    settled_with_a_fee()
    with pytest.raises(fee_takings.MoreThanMayLeave) as more:
        propose(FEE + 1)
    assert more.value.most_fen == FEE


def test_a_fee_waits_while_custody_holds_no_more_than_members_and_cases_are_owed() -> None:
    settled_with_a_fee(deposit_fen=9_00, needed_fen=100_00)
    assert story.held("fee_payable") == 8_00
    with pytest.raises(fee_takings.MoreThanMayLeave) as more:
        propose(1)
    assert more.value.most_fen == 0, "every member is in arrears: the case of 100.00 needs all of the 90.00 there is"


def test_what_could_be_spared_when_it_was_proposed_is_asked_again_when_it_leaves() -> None:
    settled_with_a_fee()
    taking = propose()
    with transaction():
        db.session.execute(db.text("UPDATE account_balance SET net_fen = net_fen - 1000 WHERE account = 'bank:main'"))
    with pytest.raises(fee_takings.MoreThanMayLeave), transaction():
        fee_takings.answer(taking, "taken", by=story.treasurer("second").id, at=story.september(17))


def test_one_taking_of_a_plan_waits_at_a_time_and_is_dropped_also_by_whoever_proposed_it() -> None:
    settled_with_a_fee()
    taking = propose(1_00)
    with pytest.raises(fee_takings.WaitsAlready):
        propose(10)
    answer(taking, "refused", by="treasurer")
    assert (taking.state, story.held("fee_payable")) == ("refused", FEE)
    answer(propose())


def test_a_transfer_that_the_bank_sends_back_is_owed_again_and_can_be_taken_again() -> None:
    settled_with_a_fee()
    taking = propose()
    with pytest.raises(fee_takings.AnsweredBefore):
        give_back(taking)
    answer(taking)
    give_back(taking)
    assert (taking.state, story.held("fee_payable"), facts_of("fee-returned")) == ("returned", FEE, 1)
    with pytest.raises(fee_takings.AnsweredBefore):
        give_back(taking)
    answer(propose())
    assert story.held("fee_payable") == 0


def test_the_fee_of_a_plan_that_closes_stays_because_it_bears_losses_before_members_do() -> None:
    settled_with_a_fee()
    taking = propose()
    closing_story.announced(at=story.september(16), day=dt.date(2026, 10, 30))
    with pytest.raises(fee_takings.StaysWhileClosing):
        answer(taking)
    with pytest.raises(fee_takings.StaysWhileClosing):
        propose(1)


def test_the_database_refuses_one_person_alone_and_a_second_answer() -> None:
    settled_with_a_fee()
    taking = propose()
    number, alone = taking.id, taking.proposed_by
    answer(taking)
    for wrong in (
        f"UPDATE fee_taking SET decided_by = {alone} WHERE id = {number}",
        f"UPDATE fee_taking SET amount_fen = 1 WHERE id = {number}",
        f"UPDATE fee_taking SET state = 'refused', entry_id = NULL WHERE id = {number}",
        f"DELETE FROM fee_taking WHERE id = {number}",
    ):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(db.text(wrong))
