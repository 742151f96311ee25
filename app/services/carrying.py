"""Cases of a locked period that was cancelled: they wait, approved, and are published again with the next period."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.db import db
from app.models import Award, Carry, Case, Claim, Membership, Period
from app.services import claims, messages
from app.services.lifetime import removed


def carry_on(period: Period, reason: str, *, by: int, at: dt.datetime) -> list[Case]:
    """Let every published case of a cancelled period wait for the next one; each claimant is told why. Pool is held."""
    cases = db.session.scalars(
        select(Case)
        .join(Award, Case.award_id == Award.id)
        .join(Claim, Award.claim_id == Claim.id)
        .where(Case.period_id == period.id, Claim.state == "published")
        .order_by(Case.number)
    ).all()
    for case in cases:
        claim = db.session.get_one(Claim, case.award.claim_id)
        db.session.add(
            Carry(award_id=case.award_id, from_period_id=period.id, from_number=case.number, to_period_id=None, at=at)
        )
        claims.move(claim, "defer", by=by, role="treasurer", at=at)
        messages.tell(
            claim.account_id,
            "period-cancelled",
            key=f"period-cancelled:{case.ref}:{period.name}",
            at=at,
            claim=claim.ref,
            period=period.name,
            reason=reason,
        )
    db.session.flush()
    return list(cases)


def waiting(plan_id: int) -> dict[int, Carry]:
    """What waits in a plan for its next period because one was cancelled, by the claim, in the order of the cases."""
    rows = db.session.execute(
        select(Award.claim_id, Carry)
        .join(Award, Carry.award_id == Award.id)
        .join(Claim, Award.claim_id == Claim.id)
        .join(Membership, Claim.membership_id == Membership.id)
        .where(Membership.plan_id == plan_id, Carry.to_period_id.is_(None), Claim.state == "approved", ~removed())
        .order_by(Carry.at, Carry.from_number)
    ).all()
    return {row.claim_id: row.Carry for row in rows}
