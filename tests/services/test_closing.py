"""A plan is closed in the open: announced by two, settled to the end, and every fen accounted for."""

from __future__ import annotations

import datetime as dt

import pytest

from app.db import db, transaction
from app.domain.closing import ClosingDayTooSoon, ClosingNeedsReason
from app.jobs.tick import tick
from app.models import Fact, Message
from app.services import closing, closing_money, closings, list_topups
from tests.services import closing_story as tale
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


def facts() -> list[str]:
    wanted = db.select(Fact.type).where(Fact.type.like("closing%")).order_by(Fact.id)
    return list(db.session.scalars(wanted))


def test_a_plan_is_closed_from_the_announcement_to_the_last_fen() -> None:
    story.open_plan(fee_bp=800)
    story.enrol(7)
    tale.funded(50_00, at=story.september(1))
    story.approve_claim(10_00, benefit="low_grade_tumour")
    tale.announced()
    tick(story.september(2, 14))
    told = list(db.session.scalars(db.select(Message.kind).where(Message.kind == "plan-closes")))
    assert told == ["plan-closes"]  # seven memberships of one account
    tale.settled(story.FIRST)
    assert tale.current().stage == "announced"
    tale.settled(story.SECOND)
    assert tale.current().stage == "last_period"
    assert tale.states() == {"paid": 2, "cancelled": 4}
    assert story.period().settled_at
    assert {row.state for row in story.members()} == {"sharing"}  # members until the closing day
    tale.midnights(tale.CLOSING_DAY)
    story.sound()
    assert {row.state for row in story.members()} == {"closed"}
    assert tale.current().stage == "run_off"
    surplus_fen = story.pool().surplus_fen
    assert 0 < surplus_fen < 7
    assert tale.paid_back(at=story.noon(tale.day(10, 6))) == 7
    assert (story.held("unclaimed_balances"), story.held("member_funds")) == (0, 0)
    claim = story.approve_claim(40_00, of=story.members()[-1], at=story.noon(tale.day(11, 1)))
    assert tale.midnights(tale.LAST_CLAIMS) == []
    assert tale.midnights(tale.day(4, 4, 2027)) == [
        f"young-cancer: {tale.RUN_OFF} will settle the claims of the run-off"
    ]
    tale.settled(tale.RUN_OFF)
    db.session.refresh(claim)
    assert (claim.state, story.pool().surplus_fen) == ("paid", 0)
    assert story.held("reserve") == 50_00 + surplus_fen - 40_00
    assert tale.current().stage == "remainder"
    tale.given(at=story.noon(tale.day(4, 20, 2027)))
    assert tale.midnights(tale.day(4, 21, 2027)) == ["young-cancer: closed"]
    assert tale.midnights(tale.day(4, 22, 2027)) == []
    story.sound()
    told_end = closing_money.report(tale.current())
    assert told_end is not None
    assert told_end.adds_up
    assert told_end.cases_fen == 40_00
    assert told_end.remainder_fen == 10_00 + surplus_fen
    assert told_end.held_now_fen == story.held("fee_payable") == 80
    assert facts() == ["closing-announced", "closing-run-off", "closing-remainder", "closing-closed"]


def test_what_a_run_off_lacks_all_its_claims_lack_alike_and_the_operator_gets_nothing() -> None:
    story.open_plan(fee_bp=800)
    story.enrol(5)
    tale.funded(30_00, at=story.september(1))
    tale.announced()
    tale.to_the_run_off()
    for amount_fen, of in ((40_00, 0), (20_00, 1)):
        story.approve_claim(amount_fen, of=story.members()[of], at=story.noon(tale.day(10, 10)))
    tale.midnights(tale.day(4, 4, 2027))
    tale.settled(tale.RUN_OFF)
    assert [payout.amount_fen for payout in story.payouts_of(tale.RUN_OFF)] == [20_00, 10_00]
    assert (story.held("reserve"), story.held("fee_payable"), story.pool().surplus_fen) == (0, 0, 0)
    tale.midnights(tale.day(4, 20, 2027))
    assert tale.current().stage == "closed"  # nothing was left to give on
    with pytest.raises(closing_money.NothingLeft), transaction():
        closing_money.record(tale.current(), "a charity", "R-1", by=tale.one(), at=story.noon(tale.day(4, 21, 2027)))


def test_two_people_announce_and_the_day_is_far_enough_ahead() -> None:
    story.open_plan()
    story.enrol(3)
    with pytest.raises(ClosingDayTooSoon) as soon:
        tale.propose(day=dt.date(2026, 10, 1))
    assert soon.value.earliest == dt.date(2026, 10, 2)
    found = tale.propose()
    with pytest.raises(closing.ClosesAlready):
        tale.propose()
    with pytest.raises(closing.SameProposer), transaction():
        closing.announce(found, by=tale.one(), role="treasurer", at=story.september(2, 13))
    with pytest.raises(ClosingDayTooSoon), transaction():  # a proposal that waited too long is made anew
        closing.announce(found, by=tale.two(), role="treasurer", at=story.september(20))
    with transaction():
        closing.announce(found, by=tale.two(), role="treasurer", at=story.september(2, 13))
    with pytest.raises(closing.ClosingMoved), transaction():
        closing.announce(found, by=tale.two(), role="treasurer", at=story.september(2, 14))


def test_an_announcement_is_taken_back_in_public_until_the_last_period_is_locked() -> None:
    story.open_plan()
    story.enrol(3)
    found = tale.announced()
    with pytest.raises(ClosingNeedsReason), transaction():
        closing.take_back(found, " ", by=tale.one(), role="treasurer", at=story.september(3))
    with transaction():
        closing.take_back(found, "A sponsor was found.", by=tale.one(), role="treasurer", at=story.september(3))
    assert closings.binding_of(story.plan().id) is None
    story.enrol(1, series="B", at=story.september(4))
    again = tale.announced(at=story.september(5), day=dt.date(2026, 10, 6))
    tale.settled(story.FIRST)
    tale.midnights(dt.date(2026, 9, 21))
    with pytest.raises(closing.ClosingMoved), transaction():
        closing.take_back(again, "Too late.", by=tale.one(), role="treasurer", at=story.september(21))
    assert facts() == ["closing-announced", "closing-taken-back", "closing-announced"]


def test_nobody_joins_and_nothing_is_paid_in_and_nobody_lapses() -> None:
    story.open_plan(join_least_fen=1_00)
    story.enrol(3, 4_00)
    story.approve_claim(9_00, benefit="low_grade_tumour")
    tale.settled(story.FIRST)  # shares of 3.00: everybody has 1.00 left
    story.approve_claim(3_00, of=story.members()[0], benefit="low_grade_tumour", at=story.september(15))
    tale.announced(at=story.september(16), day=dt.date(2026, 11, 20))
    tale.settled(story.SECOND)  # everybody has nothing left and is below the floor
    with pytest.raises(closings.PlanCloses):
        story.enrol(1, series="B", at=story.september(29))
    refs, by = [row.ref for row in story.members()], story.account()
    with pytest.raises(closings.PlanCloses), transaction():
        list_topups.top_up(story.pool(), refs, 1_00, account=by, at=story.september(29))
    tale.midnights(*(dt.date(2026, 10, day) for day in (5, 14, 16, 20, 30)))
    assert {row.state for row in story.members()} == {"sharing"}
    story.sound()
