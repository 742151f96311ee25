"""What a caseworker does here. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Membership, Rescission
from app.services import rescissions


def decide(of: Membership, clause: str, reason: str, *, by: Account, at: dt.datetime) -> Rescission:
    """Decide that a membership ends. Raises `rescissions.NotToRescind` and `rescissions.NoSuchClause`."""
    return rescissions.decide(of, clause, reason, by=by.id, at=at)


def answer(made: Rescission, *, uphold: bool, by: Account, at: dt.datetime) -> None:
    """Answer whoever contests it. Raises `rescissions.SameCaseworker` and `rescissions.NotContested`."""
    rescissions.answer(made, uphold=uphold, by=by.id, at=at)
