"""An investigation that is over, of whatever claim."""

from __future__ import annotations

import datetime as dt

from app.db import db
from app.models import Account, Claim, Consent, Investigation

AT = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


def investigated(claim: Claim, investigator: Account, *, asked_by: Account) -> None:
    """Somebody was asked to find something out about the claim, and it was called off."""
    agreed = {"account_id": claim.account_id, "claim_id": claim.id, "given_at": AT}
    db.session.add(Consent(**agreed, kind="investigator", text_version="investigator-1-zh"))
    db.session.flush()
    one = Investigation(
        claim_id=claim.id,
        round=1,
        investigator_id=investigator.id,
        opened_by=asked_by.id,
        at=AT,
        due_on=AT.date(),
        questions_sealed=b"-",
        state="closed",
        ended_at=AT,
        cause="called_off",
    )
    db.session.add(one)
    db.session.flush()
