"""How the money of a claim stands, for its claimant: on its way, waiting for money of the pool, or come back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.models import Award, Claim, Payout, PayoutReturn
from app.services import payouts, returns


@dataclass(frozen=True, slots=True)
class ClaimMoney:
    """The payout of a claim."""

    payout: Payout
    missing_fen: int
    """What has to arrive in custody before it can leave; 0: nothing."""
    last_return: PayoutReturn | None
    """The last time the bank did not deliver it."""

    @property
    def asks_account(self) -> bool:
        """Whether the claimant has to name an account, or may still correct the one just named."""
        return self.payout.state in returns.WAITING


def money_of(claim: Claim) -> ClaimMoney | None:
    """The newest payout of a claim; None while nothing of it is settled."""
    payout = db.session.scalar(
        select(Payout)
        .join(Award, Payout.award_id == Award.id)
        .where(Award.claim_id == claim.id)
        .order_by(Payout.id.desc())
        .limit(1)
    )
    if payout is None:
        return None
    place = payouts.place_of(payout) if payout.state == "due" else None
    story = returns.of_payout(payout)
    return ClaimMoney(payout, place.missing_fen if place else 0, story[-1] if story else None)
