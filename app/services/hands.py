"""Who had a hand in a claim, who stands too near to it, and who is left.

Decisions, appeals and objections each need somebody new, who is no relation of the claimant by account and has declared
no conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement

from app.db import db
from app.domain.claim_states import SamePerson
from app.models import Account, Claim, Investigation, StaffRole
from app.services import decisions, relations


def caseworkers() -> Sequence[Account]:
    """Everybody who is a caseworker now, by name."""
    held = db.select(StaffRole.account_id).where(StaffRole.role == "caseworker", StaffRole.ended_at.is_(None))
    return db.session.scalars(db.select(Account).where(Account.id.in_(held)).order_by(Account.name, Account.id)).all()


def owners(claim: Claim) -> set[int]:
    """The account that made the claim, and everybody working here who stands too near to it.

    A membership may hang on another account than the own: what counts is the identity document, and what accounts have
    in common (`relations`). A conflict that was declared counts alike.
    """
    return {claim.account_id, *relations.reasons(claim)}


def is_own(claim: Claim, by: Account) -> bool:
    """Whether a claim is somebody's own or too near, whichever account it was made from: others look after it."""
    return relations.reason(claim, by.id) is not None


def investigated(claim: Claim, by: Account) -> bool:
    """Whether somebody was ever asked to find something out about this claim: such a one decides nothing in it."""
    return by.id in investigators(claim)


def investigators(claim: Claim) -> set[int]:
    """The accounts that were ever asked to find something out about this claim."""
    return set(db.session.scalars(db.select(Investigation.investigator_id).where(Investigation.claim_id == claim.id)))


def of_others(account_id: int) -> ColumnElement[bool]:
    """`is_own` as a condition on the claims of a question: those that this account may look after."""
    return relations.far_from(account_id)


def had_a_hand(claim: Claim) -> set[int]:
    """The accounts that own the claim or stand too near to it, ever recommended in it or ever decided it."""
    judged = {made.by for made in claim.recommendations} | {made.by for made in claim.decisions}
    return owners(claim) | judged


def answers_nothing(claim: Claim) -> set[int]:
    """The accounts that answer no objection to a claim: who had a hand in it, and who ever investigated it."""
    return had_a_hand(claim) | investigators(claim)


def left_to_decide(
    claim: Claim, among: Sequence[Account] | None = None, *, near: Mapping[int, str] | None = None
) -> list[Account]:
    """The caseworkers who may decide a claim as it stands; nobody when all of them had a hand in it.

    `among` are the caseworkers, `near` who stands too near (`relations.near`), when they are known already.
    """
    too_near = {claim.account_id, *(relations.reasons(claim) if near is None else near), *investigators(claim)}
    people = caseworkers() if among is None else among
    return [one for one in people if one.id not in too_near and may_decide(claim, one)]


def left_to_answer(claim: Claim) -> list[Account]:
    """The caseworkers who may answer objections to a claim."""
    others = answers_nothing(claim)
    return [one for one in caseworkers() if one.id not in others]


def may_decide(claim: Claim, by: Account) -> bool:
    """Whether this caseworker's earlier hand in the claim leaves the decision open; conflicts are another question."""
    try:
        decisions.check_may_decide(claim, by)
    except SamePerson:
        return False
    return True
