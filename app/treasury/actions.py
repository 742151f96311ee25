"""What a treasurer does to a period: check or approve its sum, settle it, release its payments. Each in one go."""

from __future__ import annotations

import datetime as dt

from app.domain.period_states import VOUCHED_STATES
from app.models import Account, Period, Settlement
from app.services import payouts, settling


class NothingReleased(Exception):
    """A release that moved nothing; `waiting` says how many payments are due and do not fit into the cover."""

    def __init__(self, waiting: int) -> None:
        super().__init__("nothing was released")
        self.waiting = waiting


def check(period: Period, digest: str, *, by: Account, at: dt.datetime) -> None:
    """Check the preview with this digest; what was checked or approved before and no longer fits gives way to it.

    Raises `settling.PreviewVoid` when it is not the present one, and `MoveNotAllowed` when the period does not wait
    for a check (any more).
    """
    take_back(period, at=at)
    settling.check(period, digest, by=by.id, at=at)


def approve(period: Period, digest: str, *, by: Account, at: dt.datetime) -> None:
    """Approve the preview with this digest, which another treasurer checked.

    Raises `settling.PreviewVoid` when it is not the present one, `CheckedAlone` when it was checked by the same, and
    `MoveNotAllowed` when the period does not wait for an approval (any more).
    """
    settling.approve(period, digest, by=by.id, at=at)


def settle_now(period: Period, *, by: Account, at: dt.datetime) -> Settlement:
    """Settle an approved period on or after its day, as the clock would.

    Raises `settling.NotYet`, `settling.NotInTheLog`, `settling.PreviewVoid`, `settling.HeadCountDiffers`, and
    `MoveNotAllowed`.
    """
    return settling.settle(period, by=by.id, at=at)


def take_back(period: Period, *, at: dt.datetime) -> None:
    """Void a check and an approval whose sum has changed, so that the new sum can be read; what holds stays."""
    if period.state in VOUCHED_STATES:
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
