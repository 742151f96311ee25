"""What the desk asks about accounts that relatives named."""

from __future__ import annotations

from sqlalchemy import select

from app.db import db
from app.models import Claim, PayeeChange


def change_of(claim: Claim, ref: str) -> PayeeChange | None:
    """The account with this reference that was named for a claim."""
    return db.session.scalar(select(PayeeChange).where(PayeeChange.claim_id == claim.id, PayeeChange.ref == ref))
