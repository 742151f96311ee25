"""What a claimant decides about publication. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.db import db
from app.domain.publication import StoryMoved
from app.models import Account, Claim, PublicStory
from app.services import audit, public_stories, publication_consent, taking_away


def choose_level(claim: Claim, level: int, *, language: str, by: Account, at: dt.datetime) -> None:
    """Choose what the public reads; of a public case less at most. Raises `CannotBeOpener`."""
    db.session.refresh(claim, with_for_update={"of": Claim})
    publication_consent.give(claim, level, language=language, by=by, at=at)
    audit.note(
        "claim.level_chosen", "claim", claim.ref, by=by.id, role="member", at=at, detail=f"level {level}"
    )  # fmt: skip


def write_story(claim: Claim, text: str, *, by: Account, at: dt.datetime) -> None:
    """Keep a text for the public. Raises what `public_stories.write` raises."""
    public_stories.write(claim, text, by=by.id, at=at)


def end_story(claim: Claim, *, by: Account, at: dt.datetime) -> None:
    """Take back a story that is shown: it is erased at once. Raises `StoryMoved` when none is shown."""
    db.session.refresh(claim, with_for_update={"of": Claim})
    story = public_stories.current(claim)
    case = public_stories.shown_with(story) if story else None
    if story is None or case is None:
        raise StoryMoved(story.state if story else "ended")
    db.session.refresh(story, with_for_update={"of": PublicStory})
    taking_away.take_story(story, case, "withdrawn", at=at)
    audit.note("claim.story_taken_back", "claim", claim.ref, by=by.id, role="member", at=at)
