"""Reminders: whoever a settlement brought below a level is told once, and only then."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from app.db import db, transaction
from app.jobs.tick import tick
from app.models import Account, Application, Membership, Message
from app.services import reminders
from app.services.days import midnight
from tests.services.pool_story import (
    FIRST,
    OPENED,
    SECOND,
    approve_claim,
    enrol,
    members,
    noon,
    open_plan,
    plan,
    pool,
    september,
    settled,
    sound,
    top_up,
)


def one_by_one() -> None:
    """Let every member so far count as somebody who joined for themselves."""
    with transaction():
        for membership in members():
            if membership.application_id is None:
                application = Application(
                    account_id=membership.account_id, plan_id=plan().id, person_id=membership.person_id,
                    member_terms_id=membership.member_terms_id, state="accepted", created_at=noon(OPENED),
                )  # fmt: skip
                db.session.add(application)
                db.session.flush()
                membership.application_id = application.id


def told(kind: str = "low-balance") -> list[Message]:
    return list(db.session.scalars(db.select(Message).where(Message.kind == kind).order_by(Message.id)))


def charge(name: str, share_fen: int, *, at: dt.datetime | None = None) -> None:
    """Settle a period in which each of the sharing members pays this much, three yuan a case at most."""
    count = len(members(state="sharing"))
    left_fen = share_fen * count
    while left_fen:
        amount_fen = min(left_fen, 300 * count)
        approve_claim(amount_fen, of=members(state="sharing")[0], at=at, benefit="low_grade_tumour")
        left_fen -= amount_fen
    settled(name)


def balances() -> list[tuple[str, int]]:
    return [(message.values["band"], message.values["balance_fen"]) for message in told()]


@pytest.mark.parametrize(
    ("deposit_fen", "share_fen", "expected"),
    [
        (12_00, 2_00, []),
        (12_00, 3_00, []),
        (12_00, 3_01, [("remind", 8_99)]),
        (9_00, 1, [("remind", 8_99)]),
        (9_00, 8_00, [("remind", 1_00)]),
        (9_00, 8_01, [("floor", 99)]),
        (9_00, 10_00, [("floor", -1_00)]),
        (20_00, 6_00, []),
        (20_00, 7_00, [("remind", 13_00)]),
    ],
)
def test_whoever_falls_below_a_level_is_told_that_one(
    engine: Flask, deposit_fen: int, share_fen: int, expected: list[tuple[str, int]]
):
    open_plan()
    enrol(4, 100_00)
    enrol(1, deposit_fen, series="B")
    one_by_one()
    charge(FIRST, share_fen)
    assert reminders.remind(pool().id, september(15)) == len(expected)
    assert balances() == expected


def test_who_could_end_next_is_told_the_earliest_last_day(engine: Flask):
    open_plan()
    enrol(4, 100_00)
    enrol(1, 9_00, series="B")
    one_by_one()
    charge(FIRST, 5_00)
    assert reminders.remind(pool().id, september(15)) == 1
    [message] = told()
    assert message.values["balance_fen"] == 4_00
    assert message.values["ends_earliest"] == "2026-10-12", "the next charge is on 28 September; 15 days of grace"


def test_said_once_however_often_it_is_asked_and_however_small_the_pieces(engine: Flask):
    open_plan()
    enrol(7, 9_00)
    one_by_one()
    charge(FIRST, 1_00)
    assert reminders.remind(pool().id, september(14), chunk=2) == 7
    assert reminders.remind(pool().id, september(15), chunk=2) == 0
    assert len(told()) == 7
    assert len({message.key for message in told()}) == 7


def test_an_interruption_half_way_is_made_good_without_saying_anything_twice(
    engine: Flask, monkeypatch: pytest.MonkeyPatch
):
    open_plan()
    enrol(5, 9_00)
    one_by_one()
    charge(FIRST, 1_00)
    tell, calls = reminders.messages.tell, []

    def breaks(*arguments: object, **values: object) -> None:
        calls.append(arguments)
        if len(calls) == 4:
            raise KeyboardInterrupt
        tell(*arguments, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(reminders.messages, "tell", breaks)
    with pytest.raises(KeyboardInterrupt):
        reminders.remind(pool().id, september(14), chunk=2)
    assert len(told()) == 2
    monkeypatch.undo()
    reminders.remind(pool().id, september(14), chunk=2)
    assert len(told()) == 5


def test_a_level_crossed_before_is_not_said_again_and_a_new_crossing_is(engine: Flask):
    open_plan()
    enrol(4, 100_00)
    enrol(1, 9_50, series="B")
    one_by_one()
    charge(FIRST, 1_00)
    reminders.remind(pool().id, september(14))
    assert balances() == [("remind", 8_50)]
    charge(SECOND, 1_00, at=september(16))
    assert reminders.remind(pool().id, september(28)) == 0
    top_up(members()[-1], 2_00, at=september(29))
    charge("young-cancer-2026-10-1", 1_00, at=september(30))
    assert reminders.remind(pool().id, midnight(dt.date(2026, 10, 14))) == 1
    assert balances() == [("remind", 8_50), ("remind", 8_50)]


def test_the_day_grace_ends_is_part_of_what_is_said(engine: Flask):
    open_plan()
    enrol(4, 9_00)
    one_by_one()
    charge(FIRST, 9_00)
    reminders.remind(pool().id, september(14))
    assert {message.values["last_day"] for message in told()} == {"2026-09-29"}


def test_those_of_a_list_are_told_to_their_organiser_as_one_count(engine: Flask):
    open_plan()
    enrol(12, 9_00)
    charge(FIRST, 1_00)
    assert reminders.remind(pool().id, september(14)) == 1
    assert told() == []
    message = told("low-balance-list")[0]
    assert (message.values["members"], message.values["band"]) == (12, "remind")
    assert db.session.get_one(Account, message.account_id).email == "organiser@example.org"


def test_who_joins_after_the_settlement_or_is_on_the_way_out_is_not_told(engine: Flask):
    open_plan()
    enrol(4, 9_00)
    one_by_one()
    with transaction():
        first = members()[0]
        first.ends_after_seq, first.ends_as = 5, "left"
    charge(FIRST, 1_00)
    enrol(2, 9_00, series="C", at=september(14, hour=13))
    one_by_one()
    assert reminders.remind(pool().id, september(14)) == 3
    assert first.ref not in {message.values["membership"] for message in told()}


def test_a_period_that_cost_nothing_reminds_nobody(engine: Flask):
    open_plan()
    assert reminders.remind(pool().id, september(1)) == 0
    enrol(3, 9_00)
    one_by_one()
    settled(FIRST)
    assert reminders.remind(pool().id, september(14)) == 0


def test_the_clock_reminds_after_it_has_settled(engine: Flask):
    open_plan()
    enrol(4, 9_00)
    one_by_one()
    charge(FIRST, 1_00)
    assert "young-cancer: 4 reminded" in tick(september(14, hour=1))
    assert not [line for line in tick(september(14, hour=2)) if "reminded" in line]
    assert isinstance(members()[0], Membership)
    sound()
