"""What a treasurer does with money that goes back. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Refund, SuspenseItem
from app.services import refunds


def release(refund: Refund, *, by: Account, at: dt.datetime) -> None:
    """Let one refund go, for the first time or again. Raises `refunds.RefundMoved`."""
    refunds.release(refund, by=by.id, at=at)


def release_due(*, by: Account, at: dt.datetime) -> int:
    """Let everything go that is due; returns how many."""
    return refunds.release_due(by=by.id, at=at)


def send_back(item: SuspenseItem, *, by: Account, at: dt.datetime) -> Refund:
    """Send a payment in suspense back to its payer. Raises `suspense.NotHeld`."""
    refund = refunds.give_back(item, at=at)
    refunds.release(refund, by=by.id, at=at)
    return refund


def came_back(refund: Refund, *, by: Account, at: dt.datetime) -> None:
    """Book a refund that the bank has sent back. Raises `refunds.RefundMoved`."""
    refunds.come_back(refund, by=by.id, at=at)
