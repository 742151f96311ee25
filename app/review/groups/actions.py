"""What a caseworker does with a group: admit it, or not. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Group
from app.services.invitations import groups


def admit(group: Group, *, by: Account, at: dt.datetime) -> None:
    """Let it hand in lists. Raises `GroupMoved`."""
    groups.admit(group, by=by.id, at=at)


def refuse(group: Group, reason: str, *, by: Account, at: dt.datetime) -> None:
    """Say no with a reason. Raises `GroupMoved`."""
    groups.refuse(group, reason, by=by.id, at=at)
