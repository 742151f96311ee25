"""What the gate asks."""

from __future__ import annotations

from app.db import db
from app.models.account import Account


def account_by_email(email: str) -> Account | None:
    """The account whose owner has confirmed this address, which is kept in lower case."""
    return db.session.scalar(db.select(Account).where(Account.email == email, Account.email_confirmed_at.is_not(None)))


def account_by_ref(ref: str) -> Account | None:
    """The account of this reference."""
    return db.session.scalar(db.select(Account).where(Account.ref == ref))
