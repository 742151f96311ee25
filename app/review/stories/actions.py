"""What a caseworker does with stories and public cases. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.domain.publication import OwnStory
from app.models import Account, Case, Claim, PublicStory
from app.services import audit, hands, public_stories, taking_away

_ROLE = "caseworker"


def note_look(story: PublicStory, *, by: Account, at: dt.datetime) -> None:
    """Write down that somebody reads a story that is not public."""
    audit.note("claim.story_read", "claim", story.claim.ref, by=by.id, role=_ROLE, at=at)


def accept(story: PublicStory, *, by: Account, at: dt.datetime) -> None:
    """It may be shown. Raises `OwnStory`, and what `public_stories.accept` raises."""
    check_not_own(story.claim, by)
    public_stories.accept(story, by=by.id, at=at)


def give_back(story: PublicStory, reason: str, *, by: Account, at: dt.datetime) -> None:
    """It has to change. Raises `OwnStory`, and what `public_stories.give_back` raises."""
    check_not_own(story.claim, by)
    public_stories.give_back(story, reason, by=by.id, at=at)


def take_down(  # noqa: PLR0913 -- what, why, who and when
    case: Case, claim: Claim, *, only_story: bool, reason: str, by: Account, at: dt.datetime
) -> None:
    """Take something down for a public reason. Raises `OwnStory`, `NothingShown`."""
    check_not_own(claim, by)
    taking_away.take_down(case, only_story=only_story, reason=reason, by=by, at=at)


def correct(  # noqa: PLR0913 -- what, why, who and when
    case: Case, claim: Claim, *, group: str, reason: str, by: Account, at: dt.datetime
) -> None:
    """Put a case into its right group. Raises `OwnStory`, `NothingShown`."""
    check_not_own(claim, by)
    taking_away.correct(case, group, reason=reason, by=by, at=at)


def check_not_own(claim: Claim, by: Account) -> None:
    """Raises `OwnStory`."""
    if hands.is_own(claim, by):
        raise OwnStory
