"""Which reason a membership ends for when there are several: the age only moves it on, and a death comes last."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from app.db import db, transaction
from app.models import Membership, Message, Person, Refund, Report, Rescission
from app.services import (
    audit,
    evidence,
    leaving,
    pools,
    refunds,
    report_checks,
    reports,
    rescissions,
    rulebook,
    statement,
)
from app.services.days import midnight
from tests.services import pool_story as story
from tests.services.test_ages import enrol_born, successor_of, ticks
from tests.services.test_deaths import reported, told

pytestmark = pytest.mark.usefixtures("engine")

LOCK_DAY = dt.date(2026, 9, 7)
BORN = dt.date(1975, 8, 30)


def reader() -> int:
    return story.account("caseworker-1", "caseworker").id


def confirmed(report: Report, at: dt.datetime) -> None:
    """A caseworker opens every proof and confirms."""
    with transaction():
        for row in report_checks.proofs_of(report):
            audit.note(evidence.OPENINGS[0], "evidence", row.ref, by=reader(), role="caseworker", at=at)
    with transaction():
        reports.confirm(report, by=reader(), at=at, on_the_wall=at)
    story.sound()


def two_plans() -> None:
    story.open_plan("senior-cancer")
    story.enrol(1, slug="senior-cancer", series="S")
    story.open_plan()
    story.enrol(2)


def aging(born: dt.date = BORN) -> Membership:
    """Somebody who has reached the age and waits for the lock to move on."""
    two_plans()
    found = enrol_born(born)
    ticks(midnight(dt.date(2026, 8, 30)))
    return found


def moved(membership: Membership) -> int:
    return db.session.query(Membership).filter_by(moved_from_id=membership.id).count()


def clause_of(membership: Membership) -> str:
    return rulebook.member_terms(membership.member_terms).clauses[0].number


def refund_sums() -> list[tuple[int, bool]]:
    return [(one.amount_fen, one.payee_sealed is not None) for one in db.session.scalars(db.select(Refund))]


def died(born: dt.date, at: dt.datetime, *, died_on: dt.date) -> None:
    confirmed(reported(replace(told(died_on=died_on), number=f"Z{born:%Y%m%d}"), at), at)


def test_who_has_died_does_not_move_on_at_the_age() -> None:
    gone = aging()
    died(BORN, story.september(2), died_on=dt.date(2026, 8, 31))
    ticks(midnight(LOCK_DAY))
    assert (gone.state, moved(gone), refund_sums()) == ("died", 0, [(100_00, True)])


def test_who_has_reached_the_age_may_leave_and_stay_after_all() -> None:
    one = aging()
    with transaction():
        leaving.leave(one, by=one.account_id, at=story.september(2))
    with transaction():
        leaving.undo(one, by=one.account_id, at=story.september(3))
    ticks(story.september(3, 13))
    assert one.ends_as == "aged_out", "the age is found again"
    with transaction():
        leaving.leave(one, by=one.account_id, at=story.september(4))
    ticks(midnight(LOCK_DAY))
    assert (one.state, moved(one), refund_sums()) == ("left", 0, [(100_00, False)])


def test_who_was_helped_does_not_move_on_at_the_age() -> None:
    one = aging(dt.date(1975, 9, 8))
    story.approve_claim(20_00, of=one)
    ticks(midnight(LOCK_DAY), midnight(dt.date(2026, 9, 8)))
    assert one.ends_as == "aged_out"
    story.approve()
    ticks(midnight(dt.date(2026, 9, 14)))
    assert (one.state, one.ends_as, moved(one)) == ("helped", "helped", 0)


def test_a_decision_to_rescind_goes_along_to_the_next_plan_and_ends_the_membership_there() -> None:
    one = aging()
    with transaction():
        made = rescissions.decide(one, clause_of(one), "undeclared", by=reader(), at=story.september(1))
    ticks(midnight(LOCK_DAY))
    after = successor_of(one)
    assert rescissions.of_membership(after) == db.session.get_one(Rescission, made.id)
    ticks(midnight(dt.date(2026, 9, 8)), midnight(made.contest_until + dt.timedelta(days=1)))
    assert (after.state, after.ends_as, refund_sums()) in (
        ("sharing", "rescinded", []),
        ("rescinded", "rescinded", [(100_00, False)]),
    )


def test_a_decision_that_stands_ends_who_only_waits_to_move_on() -> None:
    one = aging()
    other = story.account("caseworker-2", "caseworker").id
    with transaction():
        made = rescissions.decide(one, clause_of(one), "undeclared", by=reader(), at=story.september(1))
    with transaction():
        rescissions.contest(made, "I told you.", by=one.account_id, at=story.september(2))
        rescissions.answer(made, uphold=True, by=other, at=story.september(3))
    ticks(midnight(LOCK_DAY))
    assert (one.state, moved(one), refund_sums()) == ("rescinded", 0, [(100_00, False)])


def test_who_leaves_and_dies_before_the_boundary_is_credited_and_the_heirs_get_it() -> None:
    story.open_plan()
    story.enrol(3, 30_00)
    story.approve_claim(6_00, of=story.members()[1], benefit="low_grade_tumour")
    story.lock()
    one = story.members()[0]
    with transaction():
        leaving.leave(one, by=one.account_id, at=story.september(8))
    confirmed(reported(told(), story.september(11)), story.september(12))
    assert not leaving.may_undo(one, at=story.september(12))
    story.approve()
    ticks(midnight(dt.date(2026, 9, 14)))
    assert (one.state, one.end_seq, refund_sums()) == ("died", 1, [(30_00, True)])


def test_everybody_of_the_age_moves_also_when_it_takes_several_sweeps() -> None:
    two_plans()
    ones = [enrol_born(dt.date(1975, 8, 26 + number)) for number in range(5)]
    ticks(midnight(dt.date(2026, 8, 30)))
    sweeps = []
    while not sweeps or sweeps[-1]:
        with transaction():
            sweeps.append(pools.carry_out_ends(story.pool(), at=midnight(LOCK_DAY), most=2))
        story.sound()
    assert [moved(one) for one in ones] == [1] * 5
    assert (sum(sweeps), refund_sums()) == (5, [])


def test_who_cannot_move_is_no_hindrance_to_the_others() -> None:
    two_plans()
    stuck = [enrol_born(dt.date(1975, 8, 26 + number)) for number in range(2)]
    last = enrol_born(dt.date(1975, 8, 28))
    with transaction():
        for one in stuck:
            db.session.get_one(Person, one.person_id).died_on = dt.date(2026, 8, 29)
    ticks(midnight(dt.date(2026, 8, 30)))
    while True:
        with transaction():
            if not pools.carry_out_ends(story.pool(), at=midnight(LOCK_DAY), most=2):
                break
    story.sound()
    assert [(one.state, moved(one)) for one in (*stuck, last)] == [("aged_out", 0)] * 2 + [("aged_out", 1)]


def left_with_28_00() -> tuple[Membership, Refund]:
    """Who left on 14 September with a refund due; a death on the 10th would give 2.00 back."""
    story.open_plan(join_least_fen=1_00)
    story.enrol(3, 30_00)
    story.approve_claim(6_00, of=story.members()[1], benefit="low_grade_tumour")
    story.lock()
    one = story.members()[0]
    with transaction():
        leaving.leave(one, by=one.account_id, at=story.september(8))
    story.approve()
    ticks(midnight(dt.date(2026, 9, 14)))
    owed = db.session.scalars(db.select(Refund)).one()
    assert owed.amount_fen == 28_00
    return one, owed


def let_go(refund: Refund, at: dt.datetime) -> None:
    with transaction():
        refunds.release(refund, by=story.treasurer().id, at=at)


def test_a_refund_that_came_back_goes_to_the_heirs_with_what_was_credited() -> None:
    one, owed = left_with_28_00()
    let_go(owed, story.september(15))
    ticks(story.september(15, 13))
    with transaction():
        refunds.come_back(owed, by=story.treasurer().id, at=story.september(16))
    confirmed(reported(told(), story.september(17)), story.september(17))
    assert (owed.state, refund_sums()) == ("returned", [(30_00, True)])
    let_go(owed, story.september(18))
    ticks(story.september(18, 13))
    assert (owed.state, statement.balance_fen(one)) == ("paid", 0)


def test_a_refund_on_its_way_arrives_and_the_heirs_are_owed_the_rest() -> None:
    one, owed = left_with_28_00()
    let_go(owed, story.september(15))
    confirmed(reported(told(), story.september(15)), story.september(15))
    assert (owed.state, refund_sums()) == ("released", [(28_00, False)])
    ticks(story.september(15, 13))
    assert (owed.state, statement.balance_fen(one)) == ("paid", 2_00)
    assert refund_sums() == [(28_00, False), (2_00, True)]


def test_a_refund_that_comes_back_beside_one_that_is_due_is_one_refund_to_the_heirs() -> None:
    one, owed = left_with_28_00()
    let_go(owed, story.september(15))
    confirmed(reported(told(), story.september(15)), story.september(15))
    ticks(story.september(15, 13))
    assert refund_sums() == [(28_00, False), (2_00, True)]
    with transaction():
        refunds.come_back(owed, by=story.treasurer().id, at=story.september(16))
    story.sound()
    assert (owed.state, refund_sums(), statement.balance_fen(one)) == ("returned", [(30_00, True)], 30_00)


def test_a_refund_does_not_come_back_while_another_one_is_on_its_way() -> None:
    _one, owed = left_with_28_00()
    let_go(owed, story.september(15))
    confirmed(reported(told(), story.september(15)), story.september(15))
    ticks(story.september(15, 13))
    rest = db.session.scalars(db.select(Refund).where(Refund.id != owed.id)).one()
    with transaction():
        refunds.release(rest, by=story.treasurer().id, at=story.september(16))
    with pytest.raises(refunds.RefundMoved), transaction():
        refunds.come_back(owed, by=story.treasurer().id, at=story.september(16))
    story.sound()


def test_a_refund_on_its_way_that_fails_goes_to_the_heirs() -> None:
    _one, owed = left_with_28_00()
    let_go(owed, story.september(15))
    confirmed(reported(told(), story.september(15)), story.september(15))
    with transaction():
        refunds.told(owed, "fail", at=story.september(16))
    story.sound()
    assert (owed.state, refund_sums()) == ("returned", [(30_00, True)])


def test_a_second_report_of_the_same_death_changes_neither_day_nor_payee() -> None:
    story.open_plan(join_least_fen=1_00)
    story.enrol(3, 30_00)
    son = reported(told(died_on=dt.date(2026, 9, 3)), story.september(4), by="son")
    cousin = reported(told(died_on=dt.date(2026, 9, 1)), story.september(4), by="cousin")
    confirmed(son, story.september(5))
    ticks(midnight(LOCK_DAY))
    with pytest.raises(report_checks.DeathKnown):
        confirmed(cousin, story.september(8))
    owed = db.session.scalars(db.select(Refund)).one()
    assert (cousin.state, owed.account_id, owed.payee_sealed) == ("reported", son.account_id, son.payee_sealed)
    assert story.members()[0].person.died_on == dt.date(2026, 9, 3)


def test_who_moved_on_is_not_told_that_the_membership_has_ended() -> None:
    two_plans()
    ones = [enrol_born(born) for born in (dt.date(1975, 8, 28), dt.date(1975, 8, 29), dt.date(1990, 8, 29))]
    with transaction():
        db.session.execute(db.update(Person).values(relation="self"))
        for one in (ones[0], ones[2]):
            leaving.leave(one, by=one.account_id, at=story.noon(dt.date(2026, 8, 27)))
    ticks(midnight(dt.date(2026, 8, 30)), midnight(LOCK_DAY))
    told_of = {
        kind: sorted(row.values["membership"] for row in db.session.scalars(db.select(Message)) if row.kind == kind)
        for kind in ("membership-ended", "moved-plan")
    }
    assert told_of == {
        "membership-ended": sorted([ones[0].ref, ones[2].ref]),
        "moved-plan": [successor_of(ones[1]).ref],
    }
