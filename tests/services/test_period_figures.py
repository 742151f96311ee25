"""Figures are made once after a lock and once after a settlement, and are what the journal says of the same money."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import DBAPIError

from app.db import db, transaction
from app.domain.suppression import UNTOLD
from app.jobs import figures as job
from app.models import FigureCell, JournalEntry, Membership, PeriodFigure, PostingRow
from app.services import enrolment, periods
from app.services.period_figures import cells, making, reading
from tests import seen
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")
YOUNG = story.SLUG
THIRD = "young-cancer-2026-10-1"


def enrol_born(years: dict[int, int]) -> None:
    """So many people born in each year."""
    rows = [
        enrolment.Row(line, "欧阳若曦", dt.date(year, 5, 2), "33", "passport", f"Y{year}{line:03}", 100_00)
        for year, number in years.items()
        for line in range(1, number + 1)
    ]
    organiser = story.account()
    with transaction():
        enrolment.enrol(story.plan(), rows, account=organiser, at=story.noon(story.OPENED + dt.timedelta(days=1)))


def make(at: dt.datetime) -> list[str]:
    return job.do(story.pool().id, at)


def booked(account: str, side: str) -> int:
    """What settlements moved from or to an account, by the journal alone."""
    named = PostingRow.debit_account if side == "debit" else PostingRow.credit_account
    asked = db.select(db.func.coalesce(db.func.sum(PostingRow.amount_fen), 0)).join(
        JournalEntry, PostingRow.entry_id == JournalEntry.id
    )
    return int(db.session.scalar(asked.where(JournalEntry.kind == "settlement", named == account)) or 0)


def test_what_figures_say_is_what_the_journal_moved() -> None:
    story.open_plan()
    enrol_born({2004: 7, 1990: 8, 1980: 3})
    for _ in range(6):
        story.approve_claim(20_00, benefit="low_grade_tumour")
    story.settled()
    assert make(story.september(15)) == [f"{story.FIRST}: figures made"]
    story.enrol(4, series="B", at=story.september(16))
    story.approve_claim(20_00, benefit="low_grade_tumour", at=story.september(17))
    story.settled(story.SECOND)
    assert make(story.september(29)) == [f"{story.SECOND}: figures made"]
    assert make(story.september(29)) == []
    story.sound()

    found = reading.of_plans()[YOUNG]
    assert found.so_far is not None
    assert found.so_far.charged_fen == booked(f"member_funds:{YOUNG}", "debit")
    assert found.so_far.received_fen == booked(f"claims_payable:{YOUNG}", "credit")
    assert found.so_far.fee_fen == booked(f"fee_payable:{YOUNG}", "credit")
    assert found.so_far.carried_fen == story.pool().surplus_fen
    assert sum(found.so_far.paid_fen.values()) == found.so_far.charged_fen
    shares = [point.share_fen or 0 for point in found.points]  # public: what an age paid tells no more heads than these
    assert found.so_far.paid_fen == {"18-30": 7 * shares[0] + 11 * shares[1], "other": 11 * sum(shares)}
    assert found.so_far.half_days.keys() == {"18-30", "other"}
    ages = reading.cells_of([reading.ages_of(YOUNG)])
    assert sum(band.received_fen for band in reading.cross_subsidy(found.so_far, ages)) == found.so_far.shared_fen
    for scope, dimension in ((YOUNG, cells.AGE), (cells.EVERYWHERE, cells.GROUP), (cells.EVERYWHERE, cells.PLACE)):
        kept = reading.cells(scope, dimension)
        told = sum(cell.named_received_fen + cell.waiting_received_fen for cell in kept)
        assert told == booked(f"claims_payable:{YOUNG}", "credit")
        assert sum(cell.named_cases + cell.waiting_cases for cell in kept) == 7
    first, second = found.points
    assert (first.members, first.joined, first.left) == (18, 18, 0)
    assert second.members == first.members + second.joined - second.left
    assert second.joined == 4


def test_small_numbers_of_members_stand_together_and_the_sum_is_who_was_locked() -> None:
    story.open_plan()
    enrol_born({2004: 7, 1990: 8, 1980: 3})
    with transaction():
        periods.lock_and_publish(story.period(), at=story.september(7, 0))
    make(story.september(7))
    assert reading.members_by_band(story.period()) == [], "not seen yet"
    seen.count_and_see(story.period(), at=story.september(7))
    told = reading.members_by_band(story.period())
    assert told == [reading.BandCount("18-30", "good", 7), reading.BandCount("other", "all", 11)]
    assert sum(one.members for one in told) == story.period().members


def test_whoever_is_in_grace_is_told_while_the_lock_is_open_and_not_when_it_is_counted_later() -> None:
    story.open_plan()
    enrol_born({1990: 20})
    story.lock()
    low = [membership.id for membership in story.members()[:6]]
    with transaction():  # as if shares had brought them so low
        db.session.execute(db.update(Membership).where(Membership.id.in_(low)).values(paid_net_fen=50))
    fresh, late = (making.members_body(story.period(), is_fresh=one) for one in (True, False))
    assert (fresh["bands"], fresh["grace"]) == ({"31-40": 20}, {"31-40": 6})
    assert (late["bands"], late["grace"], late["arrears_fen"]) == ({"31-40": 20}, None, None)
    assert [(one.standing, one.members) for one in reading.told_members(fresh)] == [("good", 14), ("grace", 6)]
    assert [(one.standing, one.members) for one in reading.told_members(late)] == [("all", 20)]


def test_without_consent_a_case_stays_untold_and_what_is_told_is_never_taken_back() -> None:
    story.open_plan()
    enrol_born({1990: 20})
    for number in range(11):
        claim = story.approve_claim(20_00, benefit="low_grade_tumour")
        with transaction():
            kept = db.session.get_one(type(claim), claim.id)
            kept.publication_level, kept.province = 0 if number < 5 else 1, ("31", "33")[number % 2]
    story.settled()
    make(story.september(15))
    age = {cell.value: cell for cell in reading.cells(YOUNG, cells.AGE)}
    assert (age[UNTOLD].named_cases, age[UNTOLD].waiting_cases, age["31-40"].named_cases) == (0, 5, 6)
    places = {cell.value: cell.named_cases for cell in reading.cells(cells.EVERYWHERE, cells.PLACE)}
    assert places == {UNTOLD: 0, "31": 0, "33": 0, "east": 6}, "three each are told by their region"
    for change in ({"named_cases": 0}, {"named_cases": 7}, {"named_received_fen": FigureCell.named_received_fen + 1}):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(db.update(FigureCell).where(FigureCell.named_cases > 0).values(change))
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(db.update(PeriodFigure).values(body={}))
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(db.delete(PeriodFigure))
