"""Who had a hand in a claim, and who is left: decisions, appeals and objections each need somebody new."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.claim_states import SamePerson
from app.models import Account, Claim, Membership, Person, StaffRole
from app.services import decisions


def caseworkers() -> Sequence[Account]:
    """Everybody who is a caseworker now, by name."""
    held = db.select(StaffRole.account_id).where(StaffRole.role == "caseworker", StaffRole.ended_at.is_(None))
    return db.session.scalars(db.select(Account).where(Account.id.in_(held)).order_by(Account.name, Account.id)).all()


def owners(claim: Claim) -> set[int]:
    """The account that made the claim, and everybody working here among whose people is the human it is about.

    A membership may hang on another account than the own: what counts is the identity document.
    """
    of_staff = db.select(StaffRole.account_id)
    known = db.select(Person.account_id).where(
        Person.account_id.in_(of_staff), Person.identity_hash == claim.membership.identity_hash
    )
    return {claim.account_id, *db.session.scalars(known)}


def is_own(claim: Claim, by: Account) -> bool:
    """Whether a claim is somebody's own, whichever account it was made from: such a one is for others to look after."""
    return by.id in owners(claim)


def of_others(account_id: int) -> ColumnElement[bool]:
    """`is_own` as a condition on the claims of a question: those that are not this account's own."""
    membership = aliased(Membership)
    among_own_people = (
        db.select(Person.id)
        .join(membership, membership.identity_hash == Person.identity_hash)
        .where(Person.account_id == account_id, membership.id == Claim.membership_id)
        .correlate(Claim)
    )
    return (Claim.account_id != account_id) & ~among_own_people.exists()


def had_a_hand(claim: Claim) -> set[int]:
    """The accounts that own the claim, ever recommended in it or ever decided it."""
    judged = {made.by for made in claim.recommendations} | {made.by for made in claim.decisions}
    return owners(claim) | judged


def left_to_decide(claim: Claim, among: Sequence[Account] | None = None) -> list[Account]:
    """The caseworkers who may decide a claim as it stands; nobody when all of them had a hand in it.

    `among` are the caseworkers, when they are known already.
    """
    own = owners(claim)
    return [one for one in (caseworkers() if among is None else among) if one.id not in own and _may_decide(claim, one)]


def left_to_answer(claim: Claim) -> list[Account]:
    """The caseworkers who may answer objections to a claim."""
    hands = had_a_hand(claim)
    return [one for one in caseworkers() if one.id not in hands]


def _may_decide(claim: Claim, by: Account) -> bool:
    try:
        decisions.check_may_decide(claim, by)
    except SamePerson:
        return False
    return True
