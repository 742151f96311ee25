"""What one person has been given in one plan, over all memberships and claims: the limits of a lifetime rest on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select

from app.db import db
from app.models import Award, Bill, BillsClosed, Case, Claim, Decision, Membership, Removal, SettlementAward
from app.services import claim_file

_WAITING: Final = ("approved", "published")
_MAY_GROW: Final = (*_WAITING, "settled", "paid", "returned")
"""A claim in parts is as large as its total while it may still grow."""


def hold_person(claim: Claim) -> None:
    """Hold every membership this person has or had in the plan, so that no two deeds overlook each other."""
    own = claim.membership
    same = (Membership.plan_id == own.plan_id, Membership.identity_hash == own.identity_hash)
    db.session.execute(select(Membership.id).where(*same).order_by(Membership.id).with_for_update())
    db.session.refresh(own)


def received_before_fen(claim: Claim, *, same_event: bool = False) -> int:
    """What the same person's other claims in this plan were approved for or, once settled, really received, in fen.

    Across memberships: leaving and joining again begins no new lifetime. A claim that is paid in parts counts with its
    whole total while bills may still come, and with what it received afterwards. `same_event` counts only claims of
    the same day and, in plans for illness, the same group of illnesses.
    """
    alike: list[ColumnElement[bool]] = []
    if same_event:
        alike.append(Claim.event_on == claim.event_on)
        if claim_file.terms_of(claim).event == "illness":
            alike.append(Claim.disease_group == claim.disease_group)
    others = _others(claim, *alike)
    ids = [other.id for other in others]
    in_parts = claim_file.terms_of(claim).kind == "reimbursement"
    received, closed = received_fen(ids), _closed(ids) if in_parts else set()
    whole = {
        other.id
        for other in others
        if other.state in _WAITING or (in_parts and other.state in _MAY_GROW and other.id not in closed)
    }
    return sum(max(approved_fen(other) if other.id in whole else 0, received[other.id]) for other in others)


def undocumented_before_fen(claim: Claim) -> int:
    """What earlier claims of this person, closed by now, received beyond their bills: it is set off against later."""
    others = [other for other in _others(claim) if other.state not in _WAITING]
    ids = [other.id for other in others]
    closed = _closed(ids)
    over = [other for other in others if other.id in closed or other.state not in _MAY_GROW]
    received, documented = received_fen(ids), documented_fen(ids)
    given = sum(received[other.id] for other in over)
    shown = sum(min(documented[other.id], approved_fen(other)) for other in over)
    return max(given - shown, 0)


def approved_fen(claim: Claim) -> int:
    """What was approved last; 0 while nothing was."""
    approval = approval_of(claim)
    return approval.amount_fen if approval else 0


def approval_of(claim: Claim) -> Decision | None:
    """The last decision that approved something."""
    return next((made for made in reversed(claim.decisions) if made.verdict == "approve"), None)


def received_fen(claim_ids: Collection[int]) -> dict[int, int]:
    """What each of these claims received in settlements."""
    given = SettlementAward.shared_fen + SettlementAward.from_reserve_fen + SettlementAward.from_operator_fen
    asked = select(Award.claim_id, func.sum(given)).join(SettlementAward, SettlementAward.award_id == Award.id)
    return _sums(asked.where(Award.claim_id.in_(claim_ids)).group_by(Award.claim_id), claim_ids)


def awarded_fen(claim_ids: Collection[int]) -> dict[int, int]:
    """What all parts of each of these claims ask for; parts that left their period before it settled don't count."""
    asked = select(Award.claim_id, func.sum(Award.amount_fen)).where(Award.claim_id.in_(claim_ids), ~removed())
    return _sums(asked.group_by(Award.claim_id), claim_ids)


def documented_fen(claim_ids: Collection[int]) -> dict[int, int]:
    """What the accepted bills of each of these claims left to pay."""
    net = func.sum(Bill.incurred_fen - Bill.paid_by_others_fen)
    asked = select(Bill.claim_id, net).where(Bill.claim_id.in_(claim_ids), Bill.state == "accepted")
    return _sums(asked.group_by(Bill.claim_id), claim_ids)


def removed() -> ColumnElement[bool]:
    """Whether an award left its period before it was settled."""
    return (
        select(Removal.id)
        .join(Case, Removal.case_id == Case.id)
        .where(Case.award_id == Award.id)
        .correlate(Award)
        .exists()
    )


def _others(claim: Claim, *alike: ColumnElement[bool]) -> Sequence[Claim]:
    """The other claims of the same person in this plan that came to an approval, under whichever membership."""
    own = claim.membership
    return db.session.scalars(
        select(Claim)
        .join(Membership, Claim.membership_id == Membership.id)
        .where(
            Membership.plan_id == own.plan_id,
            Membership.identity_hash == own.identity_hash,
            Claim.id != claim.id,
            select(Decision.id).where(Decision.claim_id == Claim.id, Decision.verdict == "approve").exists(),
            *alike,
        )
        .order_by(Claim.id)
    ).all()


def _closed(claim_ids: Collection[int]) -> set[int]:
    return set(db.session.scalars(select(BillsClosed.claim_id).where(BillsClosed.claim_id.in_(claim_ids))))


def _sums(asked: Select[int, int], claim_ids: Collection[int]) -> dict[int, int]:
    found = {number: int(fen) for number, fen in db.session.execute(asked)} if claim_ids else {}
    return {number: found.get(number, 0) for number in claim_ids}
