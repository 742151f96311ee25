"""Running out of balance: days of grace, the deadline at 24:00, and what becomes of the money."""

from __future__ import annotations

import datetime as dt

import pytest

from app.db import db, transaction
from app.domain import ledger
from app.jobs.tick import tick
from app.models import Deposit, Membership
from app.services import journal, lapses, pools, standings
from app.services.days import midnight
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


def shares_of_three() -> Membership:
    """Nine with enough and one with 3.50; shares of 3.00 on the 14th and the 28th, floor 1.00, grace 15 days."""
    story.open_plan(join_least_fen=1_00)
    story.enrol(9)
    story.enrol(1, 3_50, series="B")
    story.approve_claim(300_000_00, benefit="low_grade_tumour")
    story.settled()
    story.approve_claim(300_000_00, benefit="low_grade_tumour", at=story.september(16))
    return story.members()[-1]


def walk(until: dt.date, *, since: dt.date = dt.date(2026, 9, 15)) -> None:
    """Live through every midnight; the second period is approved on the 25th."""
    day = since
    while day <= until:
        tick(story.just_after_midnight(day))
        if day == dt.date(2026, 9, 25):
            story.approve(story.SECOND)
        day += dt.timedelta(days=1)
    story.sound()


def test_a_balance_of_350_carries_the_second_share_and_ends_with_the_29th() -> None:
    short = shares_of_three()
    walk(dt.date(2026, 9, 29))
    db.session.refresh(short)
    assert (short.state, (short.threshold_fen or 0) - story.pool().index_fen) == ("sharing", -2_50)
    assert standings.standing_of(short, at=midnight(dt.date(2026, 9, 29))).kind == "grace"
    walk(dt.date(2026, 9, 30), since=dt.date(2026, 9, 30))
    db.session.refresh(short)
    assert (short.state, short.end_seq) == ("lapsed", 2)
    assert short.ended_at == story.just_after_midnight(dt.date(2026, 9, 30))
    assert story.held("unpaid_shares") == 2_50, "the reserve is empty, so all carry it later"
    story.sound()


def test_a_top_up_of_260_on_the_20th_keeps_the_membership_and_the_28th_begins_new_grace() -> None:
    short = shares_of_three()
    walk(dt.date(2026, 9, 19))
    story.top_up(short, 2_60, at=story.september(20))
    assert standings.standing_of(short, at=story.september(20)).kind == "good"
    walk(dt.date(2026, 10, 6), since=dt.date(2026, 9, 20))
    db.session.refresh(short)
    standing = standings.standing_of(short, at=midnight(dt.date(2026, 10, 6)))
    assert (short.state, (short.threshold_fen or 0) - story.pool().index_fen) == ("sharing", 10)
    assert (standing.kind, standing.since) == ("grace", story.just_after_midnight(dt.date(2026, 9, 28)))


def test_who_lapses_with_something_left_is_still_owed_it() -> None:
    story.open_plan(join_least_fen=1_00)
    story.enrol(9)
    story.enrol(1, 3_50, series="B")
    story.approve_claim(300_000_00, benefit="low_grade_tumour")
    story.settled()
    walk(dt.date(2026, 9, 25))
    walk(dt.date(2026, 9, 30), since=dt.date(2026, 9, 26))
    assert story.members()[-1].state == "lapsed"
    assert (story.held("unclaimed_balances"), story.held("unpaid_shares")) == (50, 0)


def test_arrears_are_taken_from_the_reserve_as_far_as_it_goes() -> None:
    short = shares_of_three()
    walk(dt.date(2026, 9, 28))
    with transaction():
        entry = ledger.reserve_funded("main", story.SLUG, 2_00)
        journal.book("reserve", "donation:1", entry, by=None, at=story.september(29))
    walk(dt.date(2026, 9, 30), since=dt.date(2026, 9, 29))
    db.session.refresh(short)
    assert short.state == "lapsed"
    assert (story.held("reserve"), story.held("unpaid_shares")) == (0, 50)


def test_unpaid_shares_are_carried_by_a_later_period() -> None:
    shares_of_three()
    walk(dt.date(2026, 9, 30))
    story.approve_claim(90, benefit="low_grade_tumour", at=story.september(30))
    story.settled("young-cancer-2026-10-1")
    assert story.held("unpaid_shares") == 0
    assert story.pool().index_fen == 6_00 + 38, "(0.90 + 2.50) / 9, rounded up"


def test_nobody_lapses_between_a_lock_and_the_end_of_the_day_it_settles() -> None:
    story.open_plan(join_least_fen=1_00, grace_days=10)
    story.enrol(9)
    story.enrol(1, 3_50, series="B")
    story.approve_claim(300_000_00, benefit="low_grade_tumour")
    story.settled()
    walk(dt.date(2026, 9, 28))
    assert story.period(story.SECOND).state == "paid"
    assert story.members()[-1].state == "sharing", "the deadline was the 24th, while the second period was locked"
    assert not lapses.may_lapse_today(story.pool(), at=story.september(28))
    walk(dt.date(2026, 9, 29), since=dt.date(2026, 9, 29))
    assert story.members()[-1].state == "lapsed"
    assert story.period(story.SECOND).members == 10


def test_a_reversed_top_up_ends_nobody_before_its_own_days_of_grace() -> None:
    short = shares_of_three()
    story.top_up(short, 30_00, at=story.september(15))
    with transaction():
        entry = journal.book(
            "reversal", "reversal:1", ledger.reversal(ledger.topup("main", story.SLUG, 30_00)), by=None,
            at=story.september(29),
        )  # fmt: skip
        db.session.add(
            Deposit(
                membership_id=short.id, entry_id=entry.id, kind="reversal", amount_fen=-30_00, at=story.september(29)
            )
        )  # fmt: skip
        short.paid_net_fen -= 30_00
        pools.move_counter(story.pool().id, short.id, thresholds_fen=-30_00)
    walk(dt.date(2026, 10, 6), since=dt.date(2026, 9, 16))
    db.session.refresh(short)
    assert short.state == "sharing"
    least = lapses.least_limit_fen(story.pool(), at=midnight(dt.date(2026, 10, 6)))
    assert (short.threshold_fen or 0) < least, "without the reversal it would have lapsed"
    assert standings.standing_of(short, at=midnight(dt.date(2026, 10, 6))).kind == "grace"
