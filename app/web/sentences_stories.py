"""Errors of what the public reads, each with its status and its sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from flask_babel import gettext as _

from app.domain import publication
from app.web.words import word


def unfit_words(kinds: Iterable[str]) -> str:
    """What a story contains that is never published, in one sentence."""
    found = _(", ").join(str(word(kind, "story_unfit")) for kind in kinds)
    return _("This contains %(found)s. Take it out: by that somebody could be found. Nothing was sent.", found=found)


STORIES: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    publication.StoryUnfit: (422, lambda e: unfit_words(e.kinds)),
    publication.StoryMoved: (
        409,
        lambda e: _(
            "This story is now “%(state)s”: somebody was faster, or another text has taken its place.",
            state=word(e.state, "story_state"),
        ),
    ),
    publication.StoryTooLate: (
        409,
        lambda _e: _("No story is published with this claim any more: it has ended, or its details have expired."),
    ),
    publication.CannotBeOpener: (
        409,
        lambda _e: _(
            "The case is public already: from now on you can show less of it, not more. What was read cannot be "
            "called back, so this is decided once."
        ),
    ),
    publication.NothingShown: (409, lambda _e: _("Nothing of this is shown any more, or nothing would change.")),
    publication.OwnStory: (403, lambda _e: _("This is your own story, or of somebody close. Other people read it.")),
}
"""Error → status and sentence."""
