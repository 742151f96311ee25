"""The one question every part of this room begins with."""

from __future__ import annotations

from sqlalchemy import select

from app.db import db
from app.models import Account, Membership


def membership_of(account: Account, ref: str) -> Membership | None:
    """A membership of this account; what is not theirs does not exist."""
    return db.session.scalar(select(Membership).where(Membership.account_id == account.id, Membership.ref == ref))
