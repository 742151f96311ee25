"""Cases of a locked period that was cancelled: they wait, approved, and are published again with the next period."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.db import db
from app.models import Award, Carry, Case, Claim, Period
from app.services import claims, messages


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
