"""Enrolment by list: the same rules as for one person, each line whole or not at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import event

from app.db import db, transaction
from app.models import Audit, Deposit, JournalEntry, Membership, Person
from app.services import enrolment, pools
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


def enrol(lines: list[enrolment.Row], slug: str = story.SLUG) -> enrolment.Enrolled:
    organiser = story.account()
    with transaction():
        done = enrolment.enrol(story.plan(slug), lines, account=organiser, at=story.noon(dt.date(2026, 8, 25)))
    story.sound()
    return done


def test_every_line_becomes_a_person_a_membership_and_a_deposit() -> None:
    story.open_plan()
    done = enrol(story.rows(25, 30_00))
    assert (done.members, done.paid_fen, done.refused) == (25, 750_00, ())
    counted = [db.session.scalar(db.select(db.func.count(kind.id))) for kind in (Person, Membership, Deposit)]
    assert counted == [25, 25, 25]
    assert pools.counted(story.pool().id) == pools.Count(25, 750_00)
    assert db.session.scalars(db.select(JournalEntry.kind)).all() == ["list"], "one entry for the whole list"
    assert db.session.scalars(db.select(Audit.detail).where(Audit.deed == "enrol-list")).one() == "25 of 25 rows"


def test_a_line_that_breaks_a_rule_is_named_with_the_rule_and_the_others_are_enrolled() -> None:
    story.open_plan()
    good = story.rows(10)
    spoiled = [
        good[0],
        replace(good[1], document_type="resident", number="110105199805020027", birth_on=dt.date(1998, 5, 2)),
        replace(good[2], birth_on=dt.date(1960, 1, 1)),
        replace(good[3], deposit_fen=8_99),
        replace(good[4], number=good[0].number),
        replace(good[5], province="99"),
        replace(good[6], number="?"),
        replace(good[7], document_type="resident", number="11010519980502002X", birth_on=dt.date(1998, 5, 3)),
    ]
    done = enrol(spoiled)
    assert done.members == 1
    assert [(refused.line, refused.reason) for refused in sorted(done.refused, key=lambda one: one.line)] == [
        (2, "WrongChecksum"),
        (3, "TooOld"),
        (4, "DepositTooSmall"),
        (5, "TwiceInTheList"),
        (6, "NoSuchProvince"),
        (7, "WrongShape"),
        (8, "BirthDateDiffers"),
    ]


def test_who_is_a_member_already_is_left_out() -> None:
    story.open_plan()
    enrol(story.rows(2))
    done = enrol(story.rows(3))
    assert (done.members, [refused.reason for refused in done.refused]) == (1, ["AlreadyMember", "AlreadyMember"])


def test_a_plan_with_a_prerequisite_takes_its_members_only_and_knows_the_person_again() -> None:
    story.open_plan()
    story.open_plan("lifelong-million")
    enrol(story.rows(2))
    done = enrol(story.rows(3), "lifelong-million")
    assert (done.members, [(refused.line, refused.reason) for refused in done.refused]) == (
        2,
        [(3, "NeedsMembership")],
    )
    assert db.session.scalar(db.select(db.func.count(Person.id))) == 2


def test_a_list_that_comes_while_a_period_is_locked_waits() -> None:
    story.open_plan()
    story.enrol(2)
    story.lock()
    story.enrol(3, 30_00, series="B", at=story.september(8))
    assert [row.state for row in story.members()] == ["sharing", "sharing", "pending", "pending", "pending"]
    assert (story.held("pending_funds"), pools.counted(story.pool().id).members) == (90_00, 2)
    story.sound()


def test_a_list_of_hundreds_takes_as_many_statements_as_a_short_one() -> None:
    story.open_plan()
    story.account()
    counts = []
    for series, count in (("A", 10), ("B", 900)):
        statements: list[str] = []

        def listen(*call: object, said: list[str] = statements) -> None:
            said.append(str(call[2]))

        event.listen(db.engine, "before_cursor_execute", listen)
        enrolled = story.enrol(count, series=series)
        event.remove(db.engine, "before_cursor_execute", listen)
        assert enrolled.members == count
        counts.append(len(statements))
    few, many = counts
    assert many <= few + 6, "inserts of many rows are sent in a few pieces, never one by one"


def test_a_long_list_comes_in_pieces() -> None:
    pieces = list(enrolment.chunks(story.rows(20_001)))
    assert [len(piece) for piece in pieces] == [10_000, 10_000, 1]
