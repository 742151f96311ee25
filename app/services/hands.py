"""Who had a hand in a claim, and who is left: decisions, appeals and objections each need somebody new."""

from __future__ import annotations

from collections.abc import Sequence

from app.db import db
from app.domain.claim_states import SamePerson
from app.models import Account, Claim, StaffRole
from app.services import decisions


def caseworkers() -> Sequence[Account]:
    """Everybody who is a caseworker now, by name."""
    held = db.select(StaffRole.account_id).where(StaffRole.role == "caseworker", StaffRole.ended_at.is_(None))
    return db.session.scalars(db.select(Account).where(Account.id.in_(held)).order_by(Account.name, Account.id)).all()


def had_a_hand(claim: Claim) -> set[int]:
    """The accounts that own the claim, ever recommended in it or ever decided it."""
    judged = {made.by for made in claim.recommendations} | {made.by for made in claim.decisions}
    return {claim.account_id, *judged}


def left_to_decide(claim: Claim, among: Sequence[Account] | None = None) -> list[Account]:
    """The caseworkers who may decide a claim as it stands; nobody when all of them had a hand in it.

    `among` are the caseworkers, when they are known already.
    """
    return [one for one in (caseworkers() if among is None else among) if _may_decide(claim, one)]


def left_to_answer(claim: Claim) -> list[Account]:
    """The caseworkers who may answer objections to a claim."""
    hands = had_a_hand(claim)
    return [one for one in caseworkers() if one.id not in hands]


def _may_decide(claim: Claim, by: Account) -> bool:
    if claim.account_id == by.id:
        return False
    try:
        decisions.check_may_decide(claim, by)
    except SamePerson:
        return False
    return True
