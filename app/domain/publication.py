"""How much of a case the public reads: the levels, what may still be changed, and what a story must keep to.

domain.md "Consent and publication". What was public once cannot be called back from whoever has read it, so after the
publication a level is only ever lowered.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

from app.domain.masking import DETAIL_DAYS
from app.domain.story_hints import Unfit

Audience = Literal["everybody", "members"]
Cause = Literal["expired", "withdrawn", "takedown"]

LEVELS: Final = (0, 1, 3, 2)
"""From the least to the most open: amount and date; the coarse details; a story for members; a story for everybody."""
WITH_STORY: Final[dict[int, Audience]] = {2: "everybody", 3: "members"}
"""The levels with a story, and who reads it."""


class CannotBeOpener(Exception):
    """A published case is never shown at a more open level than the one it was published at."""


class NothingShown(Exception):
    """There is nothing (any more) that could be taken away or corrected."""


class StoryUnfit(ValueError):
    """The story contains what is never published; `kinds` says what."""

    def __init__(self, kinds: tuple[Unfit, ...]) -> None:
        super().__init__(", ".join(kinds))
        self.kinds = kinds


class StoryMoved(Exception):
    """Somebody was faster: the story is in another state by now, or another text has taken its place."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class OwnStory(Exception):
    """Nobody reads a story of the own account, nor of a person of it."""


class StoryTooLate(Exception):
    """The days of the details are over, or the claim has ended: a story is not published any more."""


def is_opener(level: int, than: int) -> bool:
    """Whether a level shows more, or shows it to more people."""
    return LEVELS.index(level) > LEVELS.index(than)


def check_change(before: int, after: int, *, published: bool) -> None:
    """Raises `CannotBeOpener` when a published case would be shown at a more open level."""
    if published and is_opener(after, before):
        raise CannotBeOpener


def last_day_of_detail(published_on: dt.date) -> dt.date:
    """From this day on (00:00) age, place, group and story are no longer shown."""
    return published_on + dt.timedelta(days=DETAIL_DAYS)
