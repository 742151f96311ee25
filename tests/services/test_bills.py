"""Claims paid in parts: the advance, bills that two people decide, further parts, and what stops them."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.accounts.keeping.queries import hindrances
from app.claims import actions as claiming
from app.claims.publication.actions import end_story
from app.db import db, transaction
from app.domain.claim_states import SamePerson
from app.domain.reimbursement import NoBillsTaken
from app.jobs.tick import tick
from app.models import Account, Award, Bill, BillStep, Case, Claim, Message, Payout
from app.services import bill_papers, bills, closing, closing_steps, leaving, parts, public_stories, returns
from app.services import publication_consent as consent
from app.services import taking_away as taking
from app.services.bills import BillValue, BillVerdict
from app.services.decisions import Incomplete
from app.services.evidence import EvidenceRefused
from app.web.sentences import sentence_of
from tests.claims.builders import picture
from tests.services import pool_story as story
from tests.services.files_of_investigations import who_investigated_judges_none

pytestmark = pytest.mark.usefixtures("engine")

SLUG = "lifelong-million"
NAMES = [f"{SLUG}-2026-{month:02}-{number}" for month in (9, 10, 11) for number in (1, 2)]
GOOD, BAD = BillVerdict(accepts=True), BillVerdict(accepts=False, clause="5.8", reason="不是医院的单据。")
ONE = BillValue("浙江省人民医院", "0012345", dt.date(2026, 9, 2), 25_00, 10_00)


def approved(total_fen: int = 100_00) -> Claim:
    """A claim with an approved total, in a pool of ten who are in the plan that comes first as well."""
    story.open_plan()
    story.enrol(10)
    story.open_plan(SLUG)
    story.enrol(10, slug=SLUG)
    return story.approve_claim(total_fen, slug=SLUG, benefit="documented_costs")


def pay(name: str) -> None:
    """Lock, settle and pay one period."""
    story.settled(name)
    story.release(name)
    tick(story.noon(story.period(name).settle_day) + dt.timedelta(hours=1))


def advance() -> Claim:
    """A claim of 100.00 whose advance of 20.00 is paid."""
    claim = approved()
    pay(NAMES[0])
    assert claim.state == "paid"
    return claim


def hand_in(claim: Claim, value: BillValue = ONE, *, at: dt.datetime | None = None, paper: bool = True) -> Bill:
    when, by = at or story.september(16), story.account()
    with transaction():
        bill = bills.hand_in(claim, value, by=by, at=when)
    if paper:
        bill_papers.receive(io.BytesIO(picture()), bill=bill, filename="发票.jpg", account=by, at=when)
    return bill


def judge(
    bill: Bill, verdict: BillVerdict = GOOD, *, at: dt.datetime | None = None, by: tuple[int, int] = (1, 2)
) -> Bill:
    first, second = (story.account(f"caseworker-{number}", "caseworker") for number in by)
    with transaction():
        bills.recommend(bill, verdict, by=first, at=at or story.september(17))
    with transaction():
        bills.decide(bill, verdict, by=second, at=at or story.september(18))
    return bill


def asked(claim: Claim) -> list[int]:
    return list(db.session.scalars(db.select(Award.amount_fen).where(Award.claim_id == claim.id).order_by(Award.id)))


def test_a_fifth_is_paid_at_once_and_each_further_part_is_a_case_of_its_own() -> None:
    claim = advance()
    assert asked(claim) == [20_00]
    judge(hand_in(claim))
    pay(NAMES[1])
    assert asked(claim) == [20_00], "15.00 of bills only use the advance up"
    judge(hand_in(claim, replace(ONE, number="2", incurred_fen=35_00, paid_by_others_fen=0), at=story.september(29)))
    pay(NAMES[2])
    assert asked(claim) == [20_00, 30_00]
    assert {bill.award_id for bill in bills.of_claim(claim)} == {db.session.scalar(db.select(db.func.max(Award.id)))}
    judge(hand_in(claim, replace(ONE, number="3", incurred_fen=900_00), at=story.noon(dt.date(2026, 10, 15))))
    pay(NAMES[3])
    assert asked(claim) == [20_00, 30_00, 50_00]
    assert claim.state == "paid"
    told = [parts.public(award) for award in db.session.scalars(db.select(Award).order_by(Award.id))]
    assert told == [parts.PublicPart(number, 100_00, 80_00) for number in (1, 2, 3)]
    assert len(list(db.session.scalars(db.select(Case.id)))) == 3
    money = parts.of_claim(claim)
    assert money is not None
    assert money.is_used_up
    with pytest.raises(NoBillsTaken) as over, transaction():
        bills.hand_in(claim, replace(ONE, number="4"), by=story.account(), at=story.noon(dt.date(2026, 10, 30)))
    assert over.value.why == "used_up"


def test_bills_accepted_before_the_first_lock_make_one_part_with_the_advance() -> None:
    claim = approved()
    judge(hand_in(claim, replace(ONE, incurred_fen=38_00, day=dt.date(2026, 9, 2)), at=story.september(2)),
          at=story.september(3))  # fmt: skip
    story.lock(NAMES[0])
    assert asked(claim) == [28_00]


def test_the_same_bill_counts_once_and_a_refused_one_comes_back_once_to_other_people() -> None:
    claim = advance()
    bill = hand_in(claim)
    with pytest.raises(bills.SameBill), transaction():
        bills.hand_in(claim, replace(ONE, number=" 00-12345"), by=story.account(), at=story.september(16))
    who_investigated_judges_none(bill)
    judge(bill, BAD)
    kinds = list(db.session.scalars(db.select(Message.kind).where(Message.kind.like("bill-%"))))
    assert (bill.state, kinds) == ("refused", ["bill-refused"])
    decided = bills.decision_of(bill)
    assert decided is not None
    assert (decided.clause, decided.reason) == ("5.8", BAD.reason)
    again = hand_in(claim)
    with pytest.raises(SamePerson):
        judge(again, BAD, by=(3, 2))
    with transaction():
        bills.decide(again, BAD, by=story.account("caseworker-4", "caseworker"), at=story.september(18))
    with pytest.raises(bills.HandedInTwice), transaction():
        bills.hand_in(claim, ONE, by=story.account(), at=story.september(19))


def test_two_people_decide_and_the_second_says_why_when_it_differs() -> None:
    bill = hand_in(advance(), paper=False)
    one, two = (story.account(f"caseworker-{number}", "caseworker") for number in (1, 2))
    with pytest.raises(bills.PaperMissing), transaction():
        bills.recommend(bill, GOOD, by=one, at=story.september(17))
    by, when = story.account(), story.september(16)
    bill_papers.receive(io.BytesIO(picture()), bill=bill, filename="发票.jpg", account=by, at=when)
    with pytest.raises(EvidenceRefused):
        bill_papers.receive(io.BytesIO(b"#!/bin/sh"), bill=bill, filename="x.sh", account=by, at=when)
    assert len(bill.papers) == 1, "what is refused leaves its neighbours alone"
    with transaction():
        bills.recommend(bill, BAD, by=one, at=story.september(17))
    with pytest.raises(SamePerson), transaction():
        bills.decide(bill, BAD, by=one, at=story.september(17))
    with pytest.raises(Incomplete), transaction():
        bills.decide(bill, GOOD, by=two, at=story.september(17))
    with transaction():
        bills.decide(bill, BillVerdict(accepts=True, reason="单据已补齐。"), by=two, at=story.september(17))
    assert bill.state == "accepted"
    step = bill.steps[0]
    alone = {"bill_id": bill.id, "claim_id": bill.claim_id, "move": "accept", "by": step.by, "at": step.at}
    with pytest.raises(IntegrityError), transaction():
        db.session.add(BillStep(**alone, clause=""))
    assert db.session.scalar(db.select(db.func.count(BillStep.id))) == 2


def test_a_claim_is_never_over_paid_at_rest() -> None:
    claim = advance()
    with pytest.raises(IntegrityError), transaction():
        db.session.add(Award(claim_id=claim.id, period_id=story.period(NAMES[0]).id, number=9, amount_fen=80_01))
    with transaction():
        db.session.add(Award(claim_id=claim.id, period_id=story.period(NAMES[0]).id, number=9, amount_fen=80_00))
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text("UPDATE award SET amount_fen = amount_fen + 1"))


def test_a_part_is_taken_back_with_its_bills_and_the_claim_stays_open() -> None:
    claim = advance()
    bill = judge(hand_in(claim, replace(ONE, incurred_fen=60_00)))
    story.lock(NAMES[1])
    assert (claim.state, asked(claim)) == ("published", [20_00, 30_00])
    with transaction():
        claiming.withdraw(claim, by=story.account(), at=story.september(22))
    assert (claim.state, bill.state) == ("paid", "withdrawn")
    story.approve(NAMES[1])
    story.settle(NAMES[1])
    judge(hand_in(claim, replace(ONE, incurred_fen=60_00), at=story.september(29)), at=story.september(30))
    pay(NAMES[2])
    assert claim.state == "paid"
    assert sum(payout.amount_fen for payout in db.session.scalars(db.select(Payout))) == 50_00


def test_who_has_said_that_was_all_brings_no_more_and_what_was_not_documented_is_set_off() -> None:
    claim = advance()
    judge(hand_in(claim))
    with transaction():
        bills.say_all(claim, by=story.account(), at=story.september(19))
    with pytest.raises(NoBillsTaken) as closed:
        hand_in(claim, replace(ONE, number="9"))
    assert closed.value.why == "said_all"
    later = story.approve_claim(100_00, slug=SLUG, benefit="documented_costs", of=claim.membership,
                                at=story.september(19))  # fmt: skip
    story.lock(NAMES[1])
    assert asked(later) == [15_00], "5.00 of the earlier advance were never documented"


def test_the_days_for_bills_pass() -> None:
    claim = advance()
    with pytest.raises(NoBillsTaken) as late, transaction():
        bills.hand_in(claim, ONE, by=story.account(), at=story.noon(dt.date(2028, 9, 1)))
    assert (late.value.why, late.value.last_day) == ("too_late", dt.date(2028, 8, 31))


def test_the_lifetime_is_shared_by_all_claims_of_a_person() -> None:
    claim = advance()
    top = 100_000_000
    other = story.approve_claim(top - 50_00, slug=SLUG, benefit="documented_costs", of=claim.membership,
                                at=story.september(16))  # fmt: skip
    assert other.state == "approved"
    assert parts.why_closed(claim, on=dt.date(2026, 9, 17)) is None
    money = parts.of_claim(claim)
    assert money is not None
    assert money.lifetime_left_fen == 50_00
    judge(hand_in(claim, replace(ONE, incurred_fen=200_00)))
    story.lock(NAMES[1])
    assert asked(claim) == [20_00, 30_00]
    assert parts.why_closed(claim, on=dt.date(2026, 9, 22)) == "used_up"


def test_a_payout_that_comes_back_while_a_further_part_is_published_moves_only_itself() -> None:
    claim = advance()
    with transaction():
        leaving.leave(claim.membership, by=claim.account_id, at=story.september(15))
    judge(hand_in(claim, replace(ONE, incurred_fen=60_00)))
    story.lock(NAMES[1])
    assert claim.membership.state == "left", "what was claimed for goes on all the same"
    payout = story.payouts_of(NAMES[0])[0]
    with transaction():
        returns.come_back(payout, "account_closed", by=story.treasurer().id, at=story.september(22))
    story.sound()
    assert (claim.state, payout.state) == ("published", "returned")
    story.approve(NAMES[1])
    story.settle(NAMES[1])
    story.release(NAMES[1])
    tick(story.september(28, 13))
    assert claim.state == "settled", "it is paid when all its parts are"


def test_bills_end_with_the_run_off_and_what_was_brought_by_then_is_still_decided_and_paid() -> None:
    claim = advance()
    bill = hand_in(claim, replace(ONE, incurred_fen=70_00))
    first, second = story.treasurer("treasurer-1").id, story.treasurer("treasurer-2").id
    at = story.september(20)
    with transaction():
        day = dt.date(2026, 10, 25)
        found = closing.propose(story.plan(SLUG), day, "Too few members.", by=first, role="treasurer", at=at)
    with transaction():
        closing.announce(found, by=second, role="treasurer", at=at)
    until = parts.run_off_until(claim)
    assert until is not None
    after = until + dt.timedelta(days=1)
    assert (parts.why_closed(claim, on=until), parts.why_closed(claim, on=after)) == (None, "run_off_over")
    with pytest.raises(NoBillsTaken) as late:
        hand_in(claim, replace(ONE, number="2"), at=story.noon(after))
    assert late.value.last_day == until
    with current_app.test_request_context("/?lang=en"):
        assert "This plan has closed. Bills were taken until" in sentence_of(late.value)
    owner = db.session.get_one(Account, claim.account_id)
    assert (closing_steps.undecided(found, on=after), "bills" in hindrances(owner, at=at)) == (1, True)
    judge(bill)
    assert (closing_steps.undecided(found, on=after), parts.has_further(found.plan_id)) == (0, True)
    assert "bills" in hindrances(owner, at=at), "what was accepted is not paid yet"


def test_a_story_shown_with_an_earlier_part_is_taken_back_after_a_further_one_was_published() -> None:
    claim = approved()
    with transaction():
        owner = db.session.get_one(Account, claim.account_id)
        claim.publication_level = 0
        consent.give(claim, 2, language="zh", by=owner, at=story.september(2))
        told = public_stories.write(claim, "谢谢大家。", by=owner.id, at=story.september(2))
        assert told is not None
        public_stories.accept(told, by=owner.id, at=story.september(3))
    pay(NAMES[0])
    judge(hand_in(claim, replace(ONE, incurred_fen=35_00, paid_by_others_fen=0)))
    pay(NAMES[1])
    first, second = db.session.scalars(db.select(Case).order_by(Case.id))
    assert public_stories.shown_with(told) == first
    with transaction():
        end_story(claim, by=owner, at=story.september(20))
    assert (told.state, told.text_sealed) == ("ended", None)
    with transaction():
        for case in (first, second):
            taking.take_detail(case, "expired", at=story.september(20))
        consent.give(claim, 1, language="zh", by=owner, at=story.september(20))
    judge(hand_in(claim, replace(ONE, number="2", incurred_fen=35_00), at=story.september(29)))
    story.lock(NAMES[2])
    assert db.session.scalars(db.select(Case.age_band).order_by(Case.id)).all()[2] == "expired"
