"""What a treasurer does to a period: approve its sum, settle it, release its payments. Each deed is one transaction."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Period, Settlement
from app.services import payouts, settling


class NothingReleased(Exception):
    """A release that moved nothing; `waiting` says how many payments are due and do not fit into the cover."""

    def __init__(self, waiting: int) -> None:
        super().__init__("nothing was released")
        self.waiting = waiting


def approve(period: Period, digest: str, *, by: Account, at: dt.datetime) -> None:
    """Approve the preview with this digest; an approval that no longer fits gives way to it.

    Raises `settling.PreviewVoid` when it is not the present one, and `MoveNotAllowed` when the period does not wait
    for an approval (any more).
    """
    if period.state == "approved":
        settling.void_approval(period, at=at)
    settling.approve(period, digest, by=by.id, at=at)


def settle_now(period: Period, *, by: Account, at: dt.datetime) -> Settlement:
    """Settle an approved period on or after its day, as the clock would.

    Raises `settling.NotYet`, `settling.PreviewVoid`, `settling.HeadCountDiffers`, and `MoveNotAllowed`.
    """
    return settling.settle(period, by=by.id, at=at)


def take_back(period: Period, *, at: dt.datetime) -> None:
    """Void an approval whose sum has changed, so that the new sum can be approved; one that holds stays."""
    if period.state == "approved":
        settling.void_approval(period, at=at)


def release(period: Period, *, by: Account, at: dt.datetime) -> tuple[int, int]:
    """Release what is due, as far as the custody account covers it; the worker sends it.

    Returns how many payments were released and how many wait for money.
    """
    return payouts.release(period, by=by.id, at=at)


def release_something(period: Period, *, by: Account, at: dt.datetime) -> tuple[int, int]:
    """Like `release`; raises `NothingReleased` when no payment moved, so that nobody believes to have paid."""
    released, waiting = release(period, by=by, at=at)
    if not released:
        raise NothingReleased(waiting)
    return released, waiting
