"""The deed on a payment in: the bank took it back."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Payment
from app.services import reversals


def reverse(payment: Payment, reason: str, *, by: Account, at: dt.datetime) -> None:
    """Book that a bank took a payment back. Raises `NotReceived`, and `suspense.NotHeld` when it has gone back."""
    reversals.reverse(payment, reason, by=by.id, at=at)
