"""Taking a consent back. What was done before stays valid; what follows is done at once."""

from __future__ import annotations

import datetime as dt

from app.claims import actions
from app.domain import claim_states
from app.models import Account, Claim
from app.services import audit, claim_file, taking_away
from app.services.investigations import ending, opening


def withdraw_consent(claim: Claim, kind: str, *, by: Account, at: dt.datetime) -> None:
    """Take back one consent of a claim. KeyError when it does not stand (any more).

    Without the reading of its file nobody may go on checking a claim, so it is withdrawn where that is still possible;
    without publication its cases show plan, amount and date only; without passing it on an investigation ends at once.
    """
    if kind == opening.CONSENT:
        opening.hold(claim)  # nobody opens an investigation meanwhile
    claim_file.consents_of(claim)[kind].withdrawn_at = at
    audit.note("claim.consent_withdrawn", "claim", claim.ref, by=by.id, role="member", at=at, detail=kind)
    if kind == "publication":
        taking_away.withdraw(claim, at=at)
    elif kind == claim_file.NEEDED_CONSENT and _may_withdraw(claim):
        actions.withdraw(claim, by=by, at=at)
    if kind in {opening.CONSENT, claim_file.NEEDED_CONSENT}:
        ending.close_of_claim(claim, "consent_withdrawn", by=by.id, role="member", at=at)


def _may_withdraw(claim: Claim) -> bool:
    moves = claim_states.moves_from(claim.state, "member")
    return "withdraw" in moves or "withdraw_appeal" in moves
