"""The deeds on a period that does not go as planned."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Period
from app.services import rescheduling


def postpone(period: Period, to: dt.date, reason: str, *, by: Account, at: dt.datetime) -> None:
    """Move a period to a later day. Raises `DayDoesNotFit`, `ReasonMissing`, and `MoveNotAllowed`."""
    rescheduling.postpone(period, to=to, reason=reason, by=by.id, at=at)


def cancel(period: Period, reason: str, *, by: Account, at: dt.datetime) -> int:
    """Cancel a period; returns how many cases go to the next one. Raises `ReasonMissing` and `MoveNotAllowed`."""
    return rescheduling.cancel(period, reason=reason, by=by.id, at=at)


def explain(period: Period, reason: str, *, by: Account, at: dt.datetime) -> None:
    """Say in public why a lock came late. Raises `NothingToExplain`."""
    rescheduling.explain(period, reason=reason, by=by.id, at=at)
