"""Who looks after a claim, who stands too near to it, and what the queue knows of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from runpy import run_path

import pytest
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError

from app.db import db, transaction
from app.domain.claim_states import SamePerson
from app.models import Account, Assignment, Claim, Message, Person, Recommendation, StaffRole
from app.review import actions
from app.review.desk import actions as queue
from app.services import (
    assignments,
    at_the_desk,
    claim_figures,
    claim_file,
    claims,
    conflicts,
    decisions,
    hands,
    relations,
    vault,
)
from app.services.assignments import AssignedMeanwhile, MayNotLookAfter, NotAtTheDesk, NotYours, SayWhy
from app.services.days import midnight
from tests.claims.builders import NOW, account, membership
from tests.fixtures.application import ROOT
from tests.review.desk import PAID, PAY, REFUSE, REFUSED, appealed, caseworker, handed_in, recommended

LATER = NOW + dt.timedelta(days=2)


@pytest.fixture
def desk(app: Flask) -> Iterator[tuple[Account, Account]]:
    """A first and a second caseworker, inside one transaction."""
    with app.app_context(), transaction():
        yield caseworker(), caseworker("qiao")


def operator() -> Account:
    row = account("chief@example.org")
    db.session.add(StaffRole(account_id=row.id, role="operator", appointed_at=NOW))
    db.session.flush()
    return row


def write(row: Recommendation) -> None:
    """Past every rule of the application, as far as the database lets it."""
    with db.session.begin_nested():
        db.session.add(row)
        db.session.flush()


def ended(one: Claim) -> list[str | None]:
    return [made.ended_why for made in assignments.of(one)]


def test_a_claim_goes_from_hand_to_hand_and_every_hand_is_kept(desk: tuple[Account, Account]) -> None:
    first, second = desk
    one = handed_in()
    assignments.take(one, by=first, at=NOW)
    with pytest.raises(SayWhy):
        assignments.take(one, by=second, at=NOW)
    with pytest.raises(NotYours):
        assignments.give(one, second, "handed_over", by=second, at=NOW, reason="x")
    assignments.take(one, by=second, at=NOW, reason="沈请假了。")
    assignments.give(one, first, "handed_over", by=second, at=LATER, reason="回来了。")
    with pytest.raises(NotYours):
        assignments.give_back(one, by=second, at=LATER)
    assignments.give_back(one, by=first, at=LATER)
    assert one.assigned_to is None
    assert at_the_desk.unlike_their_assignment() == []
    assert [made.how for made in assignments.of(one)] == ["own", "taken_over", "handed_over"]
    assert ended(one) == ["taken_over", "handed_over", "given_back"]
    assert [made.reason for made in assignments.of(one)] == ["", "沈请假了。", "回来了。"]


def test_of_two_who_take_it_at_once_one_has_it(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    queue.take(one, "", seen=0, by=desk[0], at=NOW)
    with pytest.raises(AssignedMeanwhile) as lost:
        queue.take(one, "", seen=0, by=desk[1], at=NOW)
    assert lost.value.to == one.assigned_to == desk[0].id


def test_an_assignment_ends_when_the_next_step_is_for_somebody_else(desk: tuple[Account, Account]) -> None:
    one = recommended(first=desk[0])
    assert ended(one) == ["step_done"]
    assignments.take(one, by=desk[1], at=NOW)
    with pytest.raises(MayNotLookAfter):
        assignments.give(one, desk[0], "handed_over", by=desk[1], at=NOW, reason="x")
    actions.decide(one, PAID, by=desk[1], at=NOW)
    assert ended(one) == ["step_done", "decided"]
    with pytest.raises(NotAtTheDesk):
        assignments.take(one, by=caseworker("ruan"), at=NOW)


def test_the_round_gives_to_the_fewest_then_to_whom_it_is_longest_ago(
    app: Flask, desk: tuple[Account, Account]
) -> None:
    app.config["ASSIGN_IN_TURN"] = 1
    third, away = caseworker("ruan"), caseworker("tang")
    assignments.say_away(away, (NOW + dt.timedelta(days=3)).date(), at=NOW)
    got = []
    for number in range(4):
        one = handed_in(account(f"m{number}@example.org"))
        assignments.follow(one, at=NOW + dt.timedelta(minutes=number))
        got.append(one.assigned_to)
    assert got[:3] == [desk[0].id, desk[1].id, third.id]
    assert got[3] == desk[0].id
    own = handed_in(desk[1])
    assignments.follow(own, at=NOW + dt.timedelta(minutes=9))
    assert own.assigned_to == third.id, "never one's own, although it would have been that one's turn"
    with pytest.raises(MayNotLookAfter):
        assignments.give(own, desk[1], "bulk", by=third, at=NOW + dt.timedelta(minutes=9))


def test_when_an_appointment_ends_its_claims_are_free(desk: tuple[Account, Account]) -> None:
    held = [handed_in(account(f"m{number}@example.org")) for number in range(3)]
    for one in held:
        assignments.take(one, by=desk[0], at=NOW)
    role = db.session.scalars(db.select(StaffRole).where(StaffRole.account_id == desk[0].id)).one()
    role.ended_at = LATER
    db.session.flush()
    assert assignments.free(desk[0], "role_ended", at=LATER) == 3
    assert [(one.assigned_to, ended(one)) for one in held] == [(None, ["role_ended"])] * 3
    with pytest.raises(MayNotLookAfter):
        assignments.give(held[0], desk[0], "bulk", by=desk[1], at=LATER)


def test_who_declares_a_conflict_neither_looks_after_nor_judges_it(desk: tuple[Account, Account]) -> None:
    first, second = desk
    one = handed_in()
    actions.begin(one, by=first, at=NOW)
    conflicts.declare(one, "same_hospital", "同一家医院。", by=first, at=NOW)
    assert (one.assigned_to, ended(one)) == (None, ["conflict"])
    with pytest.raises(conflicts.DeclaredBefore):
        conflicts.declare(one, "other", "x", by=first, at=NOW)
    with pytest.raises(actions.OwnClaim):
        actions.recommend(one, PAY, by=first, at=NOW)
    with pytest.raises(MayNotLookAfter):
        assignments.take(one, by=first, at=NOW)
    assert [who.id for who in hands.left_to_decide(one)] == [second.id]
    assert relations.reason(one, first.id) == relations.DECLARED
    (told,) = conflicts.lately()
    assert (told.claim, told.conflict.note) == (one.ref, "同一家医院。")
    said = {"claim_id": one.id, "round": 9, "at": NOW, "verdict": "refuse", "amount_fen": 0, "clause": "5.1"}
    with pytest.raises(DBAPIError, match="conflict"):
        write(Recommendation(**said, by=first.id, reason="x"))
    mine = handed_in(second)
    with pytest.raises(DBAPIError, match="own claim"):
        write(Recommendation(**{**said, "claim_id": mine.id}, by=second.id, reason="x"))


def test_a_caseworker_who_becomes_a_relative_is_kept_from_the_claim_from_then_on(desk: tuple[Account, Account]) -> None:
    owner = account("lan@example.org")
    one = recommended(owner, first=desk[0])
    assignments.take(one, by=desk[1], at=NOW)
    assert not hands.is_own(one, desk[1])
    for who in (owner, desk[1]):  # both accounts name the same mother from now on
        db.session.add(
            Person(
                account_id=who.id, relation="parent", name_sealed=vault.seal("林母", purpose="person.name"),
                birth_on=dt.date(1960, 1, 1), province="33", document_type="resident",
                document_sealed=vault.seal("M", purpose="person.document"), created_at=LATER,
                identity_hash=vault.keyed_hash("resident", "M"),
            )
        )  # fmt: skip
    db.session.flush()
    assert relations.reason(one, desk[1].id) == "family"
    assert hands.left_to_decide(one) == []
    with pytest.raises(actions.OwnClaim):
        actions.decide(one, PAID, by=desk[1], at=LATER)
    found = db.session.scalars(db.select(Claim.id).where(hands.of_others(desk[1].id))).all()
    assert one.id not in found
    assert one.id in db.session.scalars(db.select(Claim.id).where(hands.of_others(desk[0].id))).all()


def test_when_nobody_is_left_the_operator_is_told(desk: tuple[Account, Account]) -> None:
    chief = operator()
    one = appealed(first=desk[0], second=desk[1])
    kinds = db.session.scalars(db.select(Message.kind).where(Message.account_id == chief.id)).all()
    assert kinds == ["claim-nobody-left"]
    with pytest.raises(SamePerson):
        decisions.check_may_decide(one, desk[0])


def test_what_the_queue_says_is_due_is_what_was_promised(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    said = [(one.due_why, one.due_on)]
    actions.begin(one, by=desk[0], at=LATER)
    said.append((one.due_why, one.due_on))
    claims.move(one, "ask_evidence", by=desk[0].id, role="caseworker", at=LATER)
    said.append((one.due_why, one.due_on))
    claims.move(one, "answer", by=one.account_id, role="member", at=LATER + dt.timedelta(days=5))
    said.append((one.due_why, one.due_on))
    day = dt.date(2026, 11, 22)
    decision = day + dt.timedelta(days=30)
    assert said == [
        ("first_look", day + dt.timedelta(days=3)),
        ("decision", decision),
        ("stopped", decision),
        ("decision", decision + dt.timedelta(days=5)),
    ]
    assert at_the_desk.wrong() == []
    db.session.execute(db.update(Claim).where(Claim.id == one.id).values(due_on=day))
    db.session.expire(one)
    assert at_the_desk.wrong() == [one.ref]
    claims.move(one, "withdraw", by=one.account_id, role="member", at=LATER + dt.timedelta(days=6))
    assert (one.due_on, one.due_why) == (None, None)


def test_the_upgrade_counts_anew_from_an_admitted_objection_as_the_queue_does(desk: tuple[Account, Account]) -> None:
    upgrade = run_path(str(ROOT / "migrations/versions/0020_who_takes_up_a_claim.py"))["_due"]
    one = recommended(first=desk[0])
    actions.decide(one, PAID, by=desk[1], at=NOW)
    claims.move(one, "publish", by=None, role="system", at=NOW + dt.timedelta(days=9))
    claims.move(one, "admit_objection", by=caseworker("ruan").id, role="caseworker", at=NOW + dt.timedelta(days=12))
    claims.move(one, "ask_evidence", by=desk[0].id, role="caseworker", at=NOW + dt.timedelta(days=13))
    claims.move(one, "answer", by=one.account_id, role="member", at=NOW + dt.timedelta(days=17))
    terms = claim_file.terms_of(one)
    found = upgrade(one, one.steps, terms.first_look_days, terms.decision_days, current_app.config["ZONE"])
    assert found == (one.due_on, one.due_why)


def test_an_amount_that_differs_from_the_table_says_why_also_at_rest(desk: tuple[Account, Account]) -> None:
    one = recommended(first=desk[0])
    assert one.recommendations[-1].computed_fen == PAY.amount_fen
    said = {"claim_id": one.id, "round": 9, "by": desk[1].id, "at": NOW, "verdict": "approve", "clause": "4.2"}
    with pytest.raises(DBAPIError, match="says why"):
        write(Recommendation(**said, amount_fen=100, computed_fen=200))


def test_the_figures_kept_by_day_are_those_of_all_steps(desk: tuple[Account, Account]) -> None:
    begun = NOW
    paid = [recommended(account(f"p{number}@example.org"), first=desk[0]) for number in range(2)]
    for one in paid:
        actions.decide(one, PAID, by=desk[1], at=begun + dt.timedelta(days=4))
    lost = appealed(account("r@example.org"), first=desk[0], second=desk[1])
    third = caseworker("ruan")
    assert claim_figures.is_due(NOW + dt.timedelta(days=3))
    claim_figures.count(NOW + dt.timedelta(days=3))
    actions.decide(lost, REFUSED, by=third, at=begun + dt.timedelta(days=9))
    for days in (20, 21, 60):
        claim_figures.count(NOW + dt.timedelta(days=days))
    together, by_plan = claim_figures.figures()
    assert claim_figures.kept() == claim_figures.recounted(together.until_on or dt.date.max)
    assert together.received == sum(together.states.values())
    assert len(by_plan) in {0, 1}
    assert REFUSE.clause.startswith("5")
    assert not claim_figures.is_due(midnight(dt.date(2027, 1, 1)))


def test_an_assignment_is_never_deleted_or_edited(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    made = assignments.take(one, by=desk[0], at=NOW)
    for change in (db.delete(Assignment), db.update(Assignment).values(assigned_to=desk[1].id)):
        with pytest.raises(DBAPIError), db.session.begin_nested():
            db.session.execute(change.where(Assignment.id == made.id))
    assert membership(desk[1].id, number="E9").id
