"""What a treasurer does to a period: approve its sum, settle it, release its payments. Each deed is one transaction."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Period, Settlement
from app.services import payouts, settling


def approve(period: Period, digest: str, *, by: Account, at: dt.datetime) -> None:
    """Approve the preview with this digest.

    Raises `settling.PreviewVoid` when it is not the present one, and `MoveNotAllowed` when the period does not wait
    for an approval (any more).
    """
    settling.approve(period, digest, by=by.id, at=at)


def settle_now(period: Period, *, by: Account, at: dt.datetime) -> Settlement:
    """Settle an approved period on or after its day, as the clock would.

    Raises `settling.NotYet`, `settling.PreviewVoid`, `settling.HeadCountDiffers`, and `MoveNotAllowed`.
    """
    return settling.settle(period, by=by.id, at=at)


def release(period: Period, *, by: Account, at: dt.datetime) -> tuple[int, int]:
    """Release what is due, as far as the custody account covers it; the worker sends it.

    Returns how many payments were released and how many wait for money.
    """
    return payouts.release(period, by=by.id, at=at)
