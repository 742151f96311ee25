"""What is done about a dead letter. Each deed is one transaction."""

from __future__ import annotations

import datetime as dt

from app.models import Account
from app.services import outbox


def try_again(work_id: int, *, by: Account, role: str, at: dt.datetime) -> None:
    """Let the worker try it again. Raises `outbox.NotDead` when somebody was faster."""
    outbox.try_again(work_id, by=by.id, role=role, at=at)


def give_up(work_id: int, reason: str, *, by: Account, role: str, at: dt.datetime) -> None:
    """Leave it undone, for a reason. Raises `outbox.NotDead` when somebody was faster."""
    outbox.give_up(work_id, reason, by=by.id, role=role, at=at)
