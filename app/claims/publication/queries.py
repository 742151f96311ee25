"""What the pages of publication ask."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.models import Claim
from app.services import claim_file, objections, public_reading, public_stories
from app.services.public_reading import Reading


def story(claim: Claim) -> str:
    """The text for the public as it stands now; empty when there is none."""
    found = public_stories.current(claim)
    return public_reading.words_of(found) if found else ""


def previews(claim: Claim, *, at: dt.datetime) -> tuple[Reading, ...]:
    """For every level what the public would read now; () before the event is told."""
    case = public_stories.last_case(claim)
    return public_reading.previews(claim, story=story(claim), at=at, case=case)


def shown(claim: Claim, *, at: dt.datetime) -> dict[str, Any]:
    """Everything the pages show of what is public, or would be."""
    case = public_stories.last_case(claim)
    found = public_stories.latest(claim)
    seen = previews(claim, at=at)
    return {
        "public_case": case,
        "told_with": public_stories.shown_with(found) if found else None,
        "previews": seen,
        "last_on": seen[1].last_on if seen else None,
        "chosen": claim.publication_level if claim_file.consents_of(claim) else None,
        "public_story": found,
        "story_text": public_reading.words_of(found) if found else "",
        "story_reason": public_stories.reason_of(found) if found else "",
        "too_late": public_stories.is_too_late(claim),
        "owner_died": public_stories.owner_died(claim),
        "objected": any(one.state == "open" for one in objections.of_claim(claim)),
    }
