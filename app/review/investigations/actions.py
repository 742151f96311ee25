"""What a caseworker does about investigations: open, call off, share. None of it decides anything."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Claim, Investigation
from app.review.actions import OwnClaim
from app.services import hands
from app.services.investigations import ending, hearing, opening, working
from app.services.investigations.opening import Asked


def open_for(claim: Claim, asked: Asked, *, by: Account, at: dt.datetime) -> Investigation:
    """Open one. Raises `OwnClaim` and what `opening.open_for` raises."""
    _check_far(claim, by)
    return opening.open_for(claim, asked, by=by, at=at)


def call_off(investigation: Investigation, reason: str, *, by: Account, at: dt.datetime) -> None:
    """End it without a report. Raises `OwnClaim` and `InvestigationOver`."""
    _check_far(working.hold(investigation), by)
    ending.call_off(investigation, reason, by=by, at=at)


def share(investigation: Investigation, findings: str, *, by: Account, at: dt.datetime) -> None:
    """Let the claimant read the findings. Raises `OwnClaim`, `InvestigationOver` and `SaidAlready`."""
    _check_far(investigation.claim, by)
    hearing.share(investigation, findings, by=by, at=at)


def _check_far(claim: Claim, by: Account) -> None:
    if hands.is_own(claim, by):
        raise OwnClaim
