"""The deeds on payouts that the bank did not deliver."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Payout
from app.services import returns


def came_back(payout: Payout, reason: str, *, by: Account, at: dt.datetime) -> None:
    """Book that the bank sent a payout back, or note that it refused one on its way. Raises `NotOnItsWay`."""
    deed = returns.fail if payout.state == "released" else returns.come_back
    deed(payout, reason, by=by.id, at=at)


def send_again(payout: Payout, *, by: Account, at: dt.datetime) -> None:
    """Send a returned payout to the account named anew. Raises `NotOnItsWay` and `AccountMissing`."""
    returns.send_again(payout, by=by.id, at=at)
