"""Statements, standings and the next share are derived; whatever happened, they agree with the pool and the ledger."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from flask import Flask

from app.db import db, transaction
from app.models import Deposit, Membership, Settlement
from app.services import expected_share, pools, standings, statement
from app.services.days import midnight
from tests.services import pool_story
from tests.services.pool_story import (
    FIRST,
    OPENED,
    SECOND,
    approve,
    enrol,
    lock,
    members,
    noon,
    open_plan,
    pool,
    september,
    settle,
    settled,
    sound,
    top_up,
)

NAMES = (FIRST, SECOND, "young-cancer-2026-10-1", "young-cancer-2026-10-2")


def approve_claim(amount_fen: int, *, of: Membership | None = None, at: dt.datetime | None = None) -> None:
    """A claim that does not end the membership it helps."""
    pool_story.approve_claim(amount_fen, of=of or members()[-1], at=at, benefit="low_grade_tumour")


def enter() -> None:
    with transaction():
        pools.let_pending_enter(pool(), at=september(15))


def whole(of: Membership) -> list[statement.Line]:
    """Oldest first."""
    return statement.lines(of)[::-1]


@pytest.mark.parametrize("seed", range(6))
def test_the_lines_add_up_to_the_balance_whatever_happened(engine: Flask, seed: int):
    chance = random.Random(seed)
    open_plan()
    enrol(6)
    for number, name in enumerate(NAMES):
        start = OPENED + dt.timedelta(days=14 * number + 3)
        for _ in range(chance.randrange(3)):
            approve_claim(chance.randrange(1, 20_00), of=chance.choice(members(state="sharing")), at=noon(start))
        if chance.random() < 0.7:
            top_up(chance.choice(members()), chance.randrange(1, 50_00), at=noon(start + dt.timedelta(days=1)))
        lock(name)
        enrol(chance.randrange(1, 3), 9_00, series=f"L{number}", at=noon(start + dt.timedelta(days=13)))
        top_up(chance.choice(members()), chance.randrange(1, 50_00), at=noon(start + dt.timedelta(days=14)))
        approve(name)
        settle(name)
        enter()
        db.session.expire_all()
        _agree()
    sound()


def _agree() -> None:
    for membership in members():
        lines = whole(membership)
        balance = statement.balance_fen(membership)
        assert sum(line.amount_fen for line in lines) == balance
        assert lines[-1].balance_fen == balance
        assert membership.threshold_fen is not None
        assert balance == membership.threshold_fen - membership.pool.index_fen
        assert [line.at for line in lines] == sorted(line.at for line in lines)
        running = 0
        for line in lines:
            running += line.amount_fen
            assert line.balance_fen == running
        pages = [line for skip in range(0, len(lines), 3) for line in statement.lines(membership, skip=skip, most=3)]
        assert pages[::-1] == lines
        assert statement.count_lines(membership) == len(lines)
        assert statement.balance_at(membership, lines[0].at) == lines[0].balance_fen
    for settlement in db.session.scalars(db.select(Settlement)):
        charged = sum(
            -line.amount_fen
            for membership in members()
            for line in whole(membership)
            if line.kind == statement.SHARE and line.at == settlement.at
        )
        assert charged == settlement.share_fen * settlement.members


def test_who_is_pending_carries_no_share_of_the_period_that_was_locked(engine: Flask):
    open_plan()
    enrol(4)
    approve_claim(8_00)
    lock()
    enrol(1, 9_00, series="B", at=noon(september(9).date()))
    late = members()[-1]
    assert (late.state, statement.balance_fen(late)) == ("pending", 9_00)
    approve()
    settle()
    enter()
    db.session.refresh(late)
    assert [line.kind for line in whole(late)] == ["topup"]
    assert statement.balance_fen(late) == 9_00
    assert statement.balance_fen(members()[0]) == 98_00


def test_who_left_carries_the_shares_up_to_the_end_and_none_after_it(engine: Flask):
    open_plan()
    enrol(4)
    approve_claim(8_00, of=members()[1])
    lock()
    with transaction():
        first = members()[0]
        first.ends_after_seq, first.ends_as = 1, "left"
    approve()
    settle()
    with transaction():
        assert pools.carry_out_ends(pool(), at=september(15)) == 1
    approve_claim(6_00, of=members()[2])
    settled(SECOND)
    first = members()[0]
    db.session.refresh(first)
    assert first.state == "left"
    assert [line.amount_fen for line in whole(first)] == [100_00, -2_00]
    assert statement.balance_fen(first) == 98_00
    assert standings.standing_of(first, at=september(29)).kind == "ended"
    assert statement.balance_fen(members()[1]) == 96_00


def test_a_period_without_cases_is_a_line_of_nothing(engine: Flask):
    open_plan()
    enrol(3)
    settled()
    line = statement.lines(members()[0])[0]
    assert (line.kind, line.amount_fen, line.balance_fen, line.period) == (statement.SHARE, 0, 100_00, FIRST)


def test_shares_are_counted_from_an_instant_on(engine: Flask):
    open_plan()
    enrol(4)
    approve_claim(8_00)
    settled()
    approve_claim(6_00)
    settled(SECOND)
    one = members()[0]
    assert statement.shared_fen(one, since=midnight(dt.date(2026, 1, 1))) == 3_50
    assert statement.shared_fen(one, since=september(20)) == 1_50
    assert statement.balance_at(one, september(20)) == 98_00


def test_the_next_share_is_the_most_of_the_locked_period_and_the_average_otherwise(engine: Flask):
    open_plan()
    enrol(4)
    nothing = expected_share.next_share(pool(), at=september(2))
    assert (nothing.day, nothing.share_fen, nothing.basis) == (dt.date(2026, 9, 14), None, "unknown")
    approve_claim(8_00)
    lock()
    locked = expected_share.next_share(pool(), at=september(8))
    assert (locked.day, locked.share_fen, locked.basis) == (dt.date(2026, 9, 14), 2_00, "at_most")
    assert expected_share.share_after_lock(pool(), at=september(8)).day == dt.date(2026, 9, 28)
    approve()
    settle()
    settled(SECOND)
    after = expected_share.next_share(pool(), at=september(29))
    assert (after.day, after.share_fen, after.basis, after.settlements) == (dt.date(2026, 10, 14), 1_00, "average", 2)


def test_standing_follows_the_index_and_a_top_up_restores_it(engine: Flask):
    open_plan()
    enrol(4, 9_00)
    for _ in range(3):
        approve_claim(12_00)
    settled()
    one = members()[0]
    assert statement.balance_fen(one) == 0
    standing = standings.standing_of(one, at=september(20))
    assert (standing.kind, standing.short_by_fen) == ("grace", 1_00)
    assert standing.until == midnight(dt.date(2026, 9, 30))
    assert standings.standing_of(one, at=september(30)).kind == "ended"
    top_up(one, 1_00, at=september(20))
    assert standings.standings_of(members(), at=september(20))[one.id].kind == "good"


def test_a_reversed_top_up_ends_nobody_before_its_own_days_of_grace(engine: Flask):
    open_plan()
    enrol(4, 9_00)
    for _ in range(3):
        approve_claim(12_00)
    settled()
    one, other = members()[:2]
    with transaction():
        entry = db.session.scalars(db.select(Deposit.entry_id).where(Deposit.membership_id == one.id)).one()
        db.session.add(Deposit(membership_id=one.id, entry_id=entry, kind="reversal", amount_fen=-1, at=september(25)))
    how = standings.standings_of([one, other], at=september(30, hour=23))
    assert (how[one.id].kind, how[other.id].kind) == ("grace", "ended")
    assert how[one.id].until == midnight(dt.date(2026, 10, 11))
