"""A membership goes to another account: once, whole, and what was paid and said before stays where it was."""

from __future__ import annotations

import pytest

from app.db import db, transaction
from app.models import Account, Application, Audit, Claim, Membership, Message, Payment, Person, Plan
from app.services import handing_over, notices, pools
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


def grown_up(label: str = "grown-up") -> Account:
    account = story.account(label)
    with transaction():
        account.email_confirmed_at = story.september(1)
    return account


def hand_over(membership: Membership, to: Account) -> None:
    with transaction():
        handing_over.hand_over(membership, to, why="came-of-age", by=to.id, at=story.september(2))
    story.sound()


def applied(person: Person, plan: Plan, state: str, terms: int) -> Application:
    with transaction():
        row = Application(
            account_id=person.account_id, plan_id=plan.id, person_id=person.id, member_terms_id=terms,
            state=state, created_at=story.september(1),
        )  # fmt: skip
        db.session.add(row)
    return row


def test_a_membership_goes_over_with_its_person_claims_notices_and_open_orders() -> None:
    story.open_plan()
    story.enrol(2, 30_00)
    membership, to = story.members()[0], grown_up()
    before, person = membership.account_id, membership.person
    claim = story.approve_claim(of=membership)
    with transaction():
        paper = notices.issue("certificate", membership.id, account_id=before, at=story.september(1))
        order = Payment(
            reference="asked-1", adapter="sandbox", account_id=before, membership_id=membership.id, amount_fen=9_00,
            asked_at=story.september(1),
        )  # fmt: skip
        db.session.add(order)
    waits = applied(person, story.plan(), "to_be_checked", membership.member_terms_id)
    hand_over(membership, to)
    assert (membership.account_id, person.account_id, person.relation) == (to.id, to.id, "self")
    assert {claim.account_id, paper.account_id, waits.account_id} == {to.id}
    assert (order.account_id, order.state) == (before, "asked"), "who pays it stays who pays it"
    with transaction():
        order.state, order.received_at = "received", story.september(3)
        pools.top_up(membership, order, by=before, at=story.september(3))
    story.sound()
    kinds = {row.account_id: row.kind for row in db.session.scalars(db.select(Message).order_by(Message.id))}
    assert (kinds[before], kinds[to.id]) == ("membership-given", "membership-taken-over")
    noted = db.session.scalars(db.select(Audit).where(Audit.deed == "hand-over-membership")).one()
    assert (noted.about_ref, noted.role, noted.detail) == (membership.ref, "member", "came-of-age")


def test_a_person_two_memberships_name_is_in_both_accounts_until_the_second_goes_and_is_one_there() -> None:
    story.open_plan()
    story.open_plan("accident")
    story.enrol(1, 30_00)
    story.enrol(1, 30_00, slug="accident")
    first, second, to = story.members()[0], story.members("accident")[0], grown_up()
    assert first.person_id == second.person_id
    draft = applied(first.person, story.plan("accident"), "draft", second.member_terms_id)
    hand_over(first, to)
    assert first.person_id != second.person_id
    assert first.person.name_sealed == second.person.name_sealed
    assert (draft.account_id, draft.person_id) == (story.account().id, None)
    hand_over(second, to)
    assert first.person_id == second.person_id
    assert {row.account_id for row in db.session.scalars(db.select(Membership))} == {to.id}


def test_it_goes_once_and_only_to_somebody_who_can_be_reached() -> None:
    story.open_plan()
    story.enrol(1, 30_00)
    membership, to = story.members()[0], grown_up()
    with pytest.raises(handing_over.NotHandedOver):
        hand_over(membership, story.account("never-confirmed"))
    hand_over(membership, to)
    with pytest.raises(handing_over.HandedOverAlready):
        hand_over(membership, to)
    assert db.session.scalar(db.select(db.func.count(Claim.id))) == 0
    assert db.session.query(Message).count() == 2
