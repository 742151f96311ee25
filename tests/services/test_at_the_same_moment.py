"""Two who come in the same moment on PostgreSQL, where a deed sees what others commit while it lasts."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.db import db, transaction
from app.jobs.tick import tick
from app.models import Membership, Payment, Refund
from app.services import lapses, leaving, payments, pools, refunds, reserves, reversals, settling, standings
from app.services.days import midnight
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")

TIMEOUT = 10


@contextmanager
def meanwhile(
    app: Flask, *words: str, do: Callable[[], None], before: bool = False, often: int = 1, wait: float = TIMEOUT
) -> Iterator[None]:
    """Do a deed on another connection right after (or before) the first statements that hold the words.

    The words may stand in the statement or in what is sent with it. A deed that has to wait for us is waited for later.
    """
    others: list[threading.Thread] = []
    here = threading.current_thread()

    def play() -> None:
        with app.app_context():
            do()

    def notice(_connection: Any, _cursor: Any, statement: str, sent: Any, *_more: Any) -> None:
        if threading.current_thread() is here and len(others) < often and all(w in f"{statement}{sent}" for w in words):
            others.append(threading.Thread(target=play))
            others[-1].start()
            others[-1].join(wait)

    moment = "before_cursor_execute" if before else "after_cursor_execute"
    event.listen(db.engine, moment, notice)
    try:
        yield
    finally:
        event.remove(db.engine, moment, notice)
    assert others, f"nothing was asked about {words}"
    for other in others:
        other.join(TIMEOUT)
        assert not other.is_alive()


def top_up(number: int, fen: int, at: dt.datetime) -> Callable[[], None]:
    def deed() -> None:
        with transaction():
            membership = db.session.get_one(Membership, number)
            payments.ask(fen, account_id=membership.account_id, membership=membership, at=at)

    return deed


def only_on_postgresql(engine_name: str) -> bool:
    """On SQLite one deed writes at a time, and nothing comes in between."""
    return engine_name == "postgresql"


def test_a_top_up_during_a_settlement_does_not_refuse_it(engine: Flask, engine_name: str):
    story.open_plan()
    story.enrol(3, 30_00)
    story.approve_claim(6_00, of=story.members()[1], benefit="low_grade_tumour")
    story.lock()
    story.approve()
    number = story.members()[0].id
    at = story.just_after_midnight(dt.date(2026, 9, 14))

    def settle() -> None:
        with transaction():
            settling.settle(story.period(), by=None, at=at)

    if only_on_postgresql(engine_name):
        with meanwhile(engine, "FROM pool_counter", do=top_up(number, 5_00, at), often=6):
            settle()
    else:
        settle()
    story.sound()
    assert story.period().state == "settled"


def test_a_reserve_is_not_given_twice_by_two_who_read_it_at_once(engine: Flask, engine_name: str):
    story.open_plan(join_least_fen=1_00)
    story.enrol(4, 30_00)
    treasurer, second = story.treasurer().id, story.treasurer("t2").id
    taken: list[int] = []
    for membership in story.members()[:2]:
        with transaction():
            paid = payments.ask(80_00, account_id=membership.account_id, membership=membership, at=story.september(1))
            taken.append(paid.id)
        with transaction():
            leaving.leave(membership, by=membership.account_id, at=story.september(2))
    tick(midnight(dt.date(2026, 9, 7)))
    with transaction():
        refunds.release_due(by=treasurer, at=story.september(8))
    tick(story.september(8, 13))
    with transaction():
        given = reserves.record(
            story.plan(), "donation", 100_00, source="x", reference="r1", by=treasurer, at=story.september(8)
        )
    with transaction():
        reserves.answer(given, "confirmed", by=second, at=story.september(8))

    def reverse(number: int) -> Callable[[], None]:
        def deed() -> None:
            with transaction():
                payment = db.session.get_one(Payment, number)
                reversals.reverse(payment, "the bank took it back", by=treasurer, at=story.september(9))

        return deed

    if only_on_postgresql(engine_name):
        with meanwhile(engine, "FROM account_balance", "reserve:", do=reverse(taken[1]), wait=0.5):
            reverse(taken[0])()
    else:
        reverse(taken[0])()
        reverse(taken[1])()
    assert story.held("reserve") == 0
    story.sound()


def test_a_payment_taken_back_while_its_refund_is_made_and_fails_waits_for_nobody_in_a_circle(
    engine: Flask, engine_name: str
):
    story.open_plan(join_least_fen=1_00)
    story.enrol(4, 30_00)
    treasurer = story.treasurer().id
    membership = story.members()[0]
    with transaction():
        paid = payments.ask(80_00, account_id=membership.account_id, membership=membership, at=story.september(1)).id
    with transaction():
        leaving.leave(membership, by=membership.account_id, at=story.september(2))

    def end_and_release() -> None:
        tick(midnight(dt.date(2026, 9, 7)))
        with transaction():
            refunds.release_due(by=treasurer, at=story.september(7, 1))

    def fail() -> None:
        with transaction():
            refunds.told(db.session.scalars(db.select(Refund)).one(), "fail", at=story.september(7, 2))

    def reverse() -> None:
        with transaction():
            payment = db.session.get_one(Payment, paid)
            reversals.reverse(payment, "the bank took it back", by=treasurer, at=story.september(7, 2))

    if only_on_postgresql(engine_name):
        with (
            meanwhile(engine, "FROM refund", do=end_and_release),
            meanwhile(engine, "SET paid_net_fen", "ended_at IS NOT NULL", do=fail, wait=0.5),
        ):
            reverse()
    else:
        end_and_release()
        reverse()
        fail()
    db.session.rollback()
    refund = db.session.scalars(db.select(Refund)).one()
    assert (refund.state, refund.amount_fen) == ("returned", 30_00)
    story.sound()


def test_a_refund_that_somebody_else_released_does_not_hold_the_others_back(engine: Flask, engine_name: str):
    story.open_plan(join_least_fen=1_00)
    story.enrol(4, 30_00)
    treasurer, second = story.treasurer().id, story.treasurer("t2").id
    for membership in story.members()[:3]:
        with transaction():
            leaving.leave(membership, by=membership.account_id, at=story.september(2))
    tick(midnight(dt.date(2026, 9, 7)))

    def release_one() -> None:
        with transaction():
            one = db.session.scalars(db.select(Refund).order_by(Refund.id)).first()
            assert one
            refunds.release(one, by=second, at=story.september(8))

    def release_all() -> int:
        with transaction():
            return refunds.release_due(by=treasurer, at=story.september(8))

    if only_on_postgresql(engine_name):
        with meanwhile(engine, "FROM refund", "LIMIT", do=release_one):
            assert release_all() == 2
    else:
        release_one()
        assert release_all() == 2
    released = db.session.scalars(db.select(Refund.released_by).where(Refund.state == "released")).all()
    assert sorted(released) == sorted([treasurer, treasurer, second])


def test_whoever_tops_up_while_the_clock_ends_them_stays(engine: Flask, engine_name: str):
    story.open_plan(join_least_fen=1_00)
    story.enrol(1, 3_50)
    story.enrol(3, 60_00, series="B")
    story.approve_claim(12_00, of=story.members()[1], benefit="low_grade_tumour")
    story.settled()
    number, at = story.members()[0].id, midnight(dt.date(2026, 9, 30))
    least = lapses.least_limit_fen(story.pool(), at=at)

    def lapse() -> int:
        with transaction():
            return pools.lapse_due(story.pool(), least, at=at)

    if only_on_postgresql(engine_name):
        with meanwhile(
            engine, "UPDATE membership SET state", do=top_up(number, 5_00, story.september(29, 23)), before=True
        ):
            assert lapse() == 0
    else:
        top_up(number, 5_00, story.september(29, 23))()
        assert lapse() == 0
    story.sound()


def test_whom_one_lock_held_is_held_by_the_lock_that_follows_it(engine: Flask):
    story.open_plan(join_least_fen=1_00)
    story.enrol(1, 3_50)
    story.enrol(3, 60_00, series="B")
    story.approve_claim(12_00, of=story.members()[1], benefit="low_grade_tumour")
    story.settled()  # the share of 3.00 leaves 0.50: grace until 24:00 of 29 September, within the second lock
    member = story.members()[0]
    for days in range(23):  # the second period is not approved before 7 October
        tick(midnight(dt.date(2026, 9, 15) + dt.timedelta(days=days)))
    noon = story.noon(dt.date(2026, 10, 7))
    story.approve(story.SECOND, at=noon - dt.timedelta(hours=1))
    tick(noon)
    tick(noon + dt.timedelta(minutes=1))
    third = story.period("young-cancer-2026-10-1")
    assert (story.period(story.SECOND).state, third.state, third.members) == ("paid", "locked", 4)
    standing = standings.standing_of(member, at=noon + dt.timedelta(hours=2))
    assert standing.kind == "grace", "who is charged is still a member"
    top_up(member.id, 50_00, noon + dt.timedelta(hours=2))()
    db.session.refresh(member)
    assert standings.standing_of(member, at=noon + dt.timedelta(hours=3)).kind == "good"
    assert settling.preview(third, at=noon + dt.timedelta(hours=3)).quote.share_fen == 0
