"""A caseworker looks into a signal. It changes nothing but that somebody did."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Claim
from app.services import hands, signals


class TooNear(PermissionError):
    """The claim is one's own, or one stands too near to it."""


def look_into(claim: Claim, key: str, note: str, *, by: Account, at: dt.datetime) -> None:
    """Keep the note. Raises `signals.SignalGone`, `signals.LookedIntoAlready`, and `TooNear`."""
    if hands.is_own(claim, by):
        raise TooNear
    signals.look_into(claim, key, note, by=by, at=at)
