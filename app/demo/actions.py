"""The deed of the demonstration's room: stepping into somebody's shoes, noted like every entrance."""

from __future__ import annotations

import datetime as dt

from app.db import db
from app.models.account import Account
from app.services import audit


def step_into(person: Account, *, at: dt.datetime) -> None:
    """Note that somebody plays this account. PermissionError for an account that is not there to be played."""
    if person.demo_label is None:
        raise PermissionError("only the demonstration's own accounts are entered without a password")
    audit.note("account.played", "account", person.ref, by=person.id, role="member", at=at)
    db.session.flush()
