"""The age at which a plan is left: marked on its day, told a month before, carried out at the next boundary."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event

from app.db import db, transaction
from app.domain.terms import MemberTerms
from app.jobs import tick
from app.models import Membership, Message, Refund
from app.services import ages, claim_file, enrolment, statement
from app.services.days import midnight
from tests.domain.plan_files import plan as rules_of
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")

FIFTY_ONE_ON = dt.date(2026, 9, 10)


def terms(slug: str) -> MemberTerms:
    return rules_of(slug).member


def enrol_born(born: dt.date, *, slug: str = "young-cancer", deposit_fen: int = 100_00) -> Membership:
    row = enrolment.Row(1, "欧阳若曦", born, "33", "passport", f"Z{born:%Y%m%d}", deposit_fen)
    organiser = story.account()
    with transaction():
        at = story.noon(story.OPENED + dt.timedelta(days=1))
        done = enrolment.enrol(story.plan(slug), [row], account=organiser, at=at)
    assert done.members == 1, done.refused
    return story.members(slug)[-1]


def ticks(*moments: dt.datetime) -> None:
    for moment in moments:
        tick.tick(moment)
        story.sound()


def successor_of(membership: Membership) -> Membership:
    return db.session.scalars(db.select(Membership).where(Membership.moved_from_id == membership.id)).one()


@pytest.mark.parametrize(
    ("slug", "born", "day"),
    [
        ("young-cancer", dt.date(1975, 9, 10), dt.date(2026, 9, 10)),
        ("child-health", dt.date(2012, 2, 29), dt.date(2030, 3, 1)),
        ("young-cancer", dt.date(1996, 2, 29), dt.date(2047, 3, 1)),
        ("accident", dt.date(1960, 2, 29), dt.date(2026, 3, 1)),
        ("senior-cancer", dt.date(1970, 1, 1), None),
        ("lifelong-million", dt.date(1990, 1, 1), None),
    ],
)
def test_the_day_follows_from_birth_and_terms_and_29_february_completes_on_1_march(
    slug: str, born: dt.date, day: dt.date | None
) -> None:
    assert ages.age_out_day(born, terms(slug)) == day


def test_who_turns_51_moves_at_the_next_lock_with_balance_and_waiting() -> None:
    story.open_plan("senior-cancer")
    story.enrol(1, slug="senior-cancer", series="S")
    story.open_plan()
    story.enrol(2)
    moving = enrol_born(dt.date(1975, 8, 30))
    ticks(midnight(dt.date(2026, 8, 30)))
    assert (moving.ends_as, moving.state) == ("aged_out", "sharing"), "until the lock it shares nothing and stays"
    ticks(midnight(dt.date(2026, 9, 7)))
    after = successor_of(moving)
    assert (moving.state, moving.end_seq, statement.balance_fen(moving)) == ("aged_out", 0, 0)
    assert (after.state, after.paid_net_fen, after.joined_on) == ("pending", 100_00, dt.date(2026, 9, 7))
    assert (after.waits_from, after.age_out_on) == (dt.date(2026, 8, 25), None)
    assert [line.kind for line in statement.lines(after)] == ["moved_in"]
    assert story.period().members == 2
    told = db.session.scalars(db.select(Message.kind).where(Message.kind == "moved-plan")).all()
    assert told == ["moved-plan"]
    assert db.session.scalars(db.select(Refund)).all() == []


def test_who_reaches_the_age_on_the_lock_day_is_locked_and_moves_after_that_settlement() -> None:
    story.open_plan("senior-cancer")
    story.open_plan()
    story.enrol(2)
    moving = enrol_born(dt.date(1975, 9, 7))
    story.approve_claim(6_00, of=story.members()[0], benefit="low_grade_tumour")
    ticks(midnight(dt.date(2026, 9, 7)))
    assert (story.period().members, moving.ends_as, moving.ends_after_seq, moving.ends_at_lock) == (
        3, "aged_out", 1, False,
    )  # fmt: skip
    story.approve()
    ticks(midnight(dt.date(2026, 9, 14)))
    assert (moving.state, moving.end_seq, successor_of(moving).paid_net_fen) == ("aged_out", 1, 98_00)


def test_waiting_already_served_counts_in_the_next_plan_and_older_events_belong_to_the_plan_before() -> None:
    story.open_plan("senior-cancer")
    story.open_plan()
    moving = enrol_born(dt.date(1975, 8, 30))
    story.enrol(1)
    ticks(midnight(dt.date(2026, 8, 30)), midnight(dt.date(2026, 9, 7)))
    after = successor_of(moving)
    served = after.waiting_since + dt.timedelta(days=terms("senior-cancer").waiting_days)

    def found(on: dt.date) -> list[str]:
        judged = claim_file.judge_dates(after, terms("senior-cancer"), event_on=on, reported_on=on)
        return [type(finding).__name__ for finding in judged]

    assert (found(served), found(served - dt.timedelta(days=1))) == ([], ["StillWaiting"])
    assert found(after.joined_on - dt.timedelta(days=1)) == ["BeforeJoining"]


def test_without_a_plan_to_move_to_the_balance_goes_back() -> None:
    story.open_plan("accident")
    leaving = enrol_born(dt.date(1960, 9, 1), slug="accident")
    story.enrol(1, slug="accident")
    ticks(midnight(dt.date(2026, 9, 1)), midnight(dt.date(2026, 9, 7)))
    assert leaving.state == "aged_out"
    assert db.session.scalars(db.select(Refund)).one().amount_fen == 100_00


def test_a_balance_below_the_floor_does_not_move_and_goes_back() -> None:
    story.open_plan("senior-cancer")
    story.open_plan(join_least_fen=50, floor_fen=10)
    leaving = enrol_born(dt.date(1975, 8, 30), deposit_fen=50)
    story.enrol(1)
    ticks(midnight(dt.date(2026, 8, 30)), midnight(dt.date(2026, 9, 7)))
    assert (leaving.state, db.session.scalars(db.select(Refund)).one().amount_fen) == ("aged_out", 50)


def test_a_month_before_it_is_said_once_also_when_a_day_was_missed() -> None:
    story.open_plan()
    member = enrol_born(dt.date(1975, 10, 1))
    ticks(story.september(4), story.september(4, 13), story.september(5))
    told = db.session.scalars(db.select(Message).where(Message.kind == "age-ahead")).all()
    assert [(message.account_id, message.values["day"]) for message in told] == [(member.account_id, "2026-10-01")]


def test_a_tick_that_finds_nobody_near_the_age_asks_the_index_alone() -> None:
    story.open_plan()
    story.enrol(3)
    ticks(story.september(1))
    said: list[str] = []

    def listen(*call: object) -> None:
        said.append(str(call[2]))

    event.listen(db.engine, "before_cursor_execute", listen)
    with transaction():
        assert ages.mark_due(story.pool(), at=story.september(1)) == 0
    event.remove(db.engine, "before_cursor_execute", listen)
    assert not [statement for statement in said if statement.startswith("UPDATE membership")]
