"""The deeds about what the public reads, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

OF_STORIES: Final[Mapping[str, LazyString]] = {
    "claim.level_chosen": _l("It was chosen what the public reads"),
    "claim.story_written": _l("A story for the public was written"),
    "claim.story_taken_back": _l("A story for the public was taken back"),
    "claim.story_read": _l("A story was read before it is public"),
    "claim.story_accepted": _l("A story for the public was accepted"),
    "claim.story_given_back": _l("A story for the public was given back"),
    "case.taken_down": _l("Something was taken down from a public case"),
    "case.corrected": _l("A public case was corrected"),
}
"""Deed → what was done."""
