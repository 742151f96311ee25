"""Appeals as the public counts them: how often a refusal was looked at anew, and how often it did not stand."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select

from app.db import db
from app.models import Claim, ClaimStep, Membership

_ENDS: Final = {"approve": "overturned", "refuse": "upheld", "withdraw_appeal": "withdrawn"}


def counts(plan_id: int) -> dict[str, int]:
    """Of all claims of a plan so far: appeals `made`, and of those `overturned`, `upheld`, `withdrawn` and `open`.

    They add up. Their claims are among the refused, approved and open ones of the plan: nothing is counted twice there.
    """
    ended = db.session.execute(
        select(ClaimStep.move, func.count(ClaimStep.id))
        .join(Claim, ClaimStep.claim_id == Claim.id)
        .join(Membership, Claim.membership_id == Membership.id)
        .where(Membership.plan_id == plan_id, ClaimStep.from_state == "appealed")
        .group_by(ClaimStep.move)
    ).all()
    still_open = (
        select(func.count(Claim.id))
        .join(Membership, Claim.membership_id == Membership.id)
        .where(Membership.plan_id == plan_id, Claim.state == "appealed")
    )
    found = dict.fromkeys(("made", *_ENDS.values(), "open"), 0)
    for move, number in ended:
        found[_ENDS[move]] += number
    found["open"] = db.session.scalar(still_open) or 0
    found["made"] = sum(found.values())
    return found
