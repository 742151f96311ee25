"""The deeds on transfers by hand."""

from __future__ import annotations

import datetime as dt

from app.models import Account, TransferByHand
from app.services import transfers_by_hand
from app.services.transfers_by_hand import Seen


def record(seen: Seen, *, by: Account, at: dt.datetime) -> TransferByHand:
    """Record what the bank shows. Raises `RecordedBefore`."""
    return transfers_by_hand.record(seen, by=by.id, at=at)


def confirm(transfer: TransferByHand, *, by: Account, at: dt.datetime) -> None:
    """It is in the bank: book it. Raises `SameTreasurer` and `AnsweredBefore`."""
    transfers_by_hand.confirm(transfer, by=by.id, at=at)


def reject(transfer: TransferByHand, reason: str, *, by: Account, at: dt.datetime) -> None:
    """It is not there, or not like this. Raises `NoReason`, `SameTreasurer` and `AnsweredBefore`."""
    transfers_by_hand.reject(transfer, reason, by=by.id, at=at)


def place(transfer: TransferByHand, written: str, *, by: Account, at: dt.datetime) -> None:
    """Its owner was found. Raises `NobodysReference`, `SameTreasurer` and `AnsweredBefore`."""
    transfers_by_hand.place(transfer, written, by=by.id, at=at)


def send_back(transfer: TransferByHand, reference: str, *, by: Account, at: dt.datetime) -> None:
    """It went back to where it came from. Raises `RecordedBefore`, `SameTreasurer` and `AnsweredBefore`."""
    transfers_by_hand.send_back(transfer, reference, by=by.id, at=at)
