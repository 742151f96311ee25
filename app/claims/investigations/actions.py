"""What the claimant does about investigations: agree to one, and answer its findings."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Claim, Investigation
from app.services.investigations import hearing, opening


def agree(claim: Claim, *, language: str, by: Account, at: dt.datetime) -> bool:
    """Agree that chosen documents may be passed to an investigator; False when that stands already."""
    return opening.agree(claim, language=language, by=by, at=at)


def answer(investigation: Investigation, words: str, *, by: Account, at: dt.datetime) -> None:
    """Say something to the findings. Raises what `hearing.answer` raises."""
    hearing.answer(investigation, words, by=by, at=at)
