"""At the gate: accounts of the cast, and the staff's appointments."""

from __future__ import annotations

import datetime as dt
from functools import cache

from sqlalchemy import select

from app.accounts import actions as gate
from app.db import db
from app.models import Account, StaffRole
from app.services import audit
from app.story.cast import PASSWORD


def sign_up(  # noqa: PLR0913 -- what the form asks, and whether it can be played
    label: str, email: str, name: str, language: str, *, at: dt.datetime, played: bool = True
) -> Account:
    """Somebody of the cast opens an account; who is `played` can be entered at one click from then on."""
    account = gate.open_account(email=email, name=name, password_hash=_password_hash(), language=language, at=at)
    account.demo_label = label if played else None
    db.session.flush()
    return account


@cache
def _password_hash() -> str:
    """The whole cast has one password; hashing it is slow on purpose."""
    return gate.hash_password(PASSWORD)


def appoint(account: Account, role: str, *, at: dt.datetime) -> None:
    """Appoint somebody of the cast, as `flask staff add` does."""
    db.session.add(StaffRole(account_id=account.id, role=role, appointed_at=at))
    audit.note(f"staff.appointed.{role}", "account", account.ref, by=None, role="system", at=at)
    db.session.flush()


def somebody(label: str) -> Account:
    """The account of somebody of the cast. Neighbours, who cannot be played, are known by their address."""
    email = f"{label.replace('-', '')}@demo.juntan.example"
    return db.session.scalars(select(Account).where(Account.email == email)).one()
