"""Errors of questions to claimants, each with its status and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from app.domain import claim_questions
from app.web import filters

QUESTIONS: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    claim_questions.NothingAsked: (422, lambda _e: _("Choose at least one thing to ask for.")),
    claim_questions.TooManyItems: (
        422,
        lambda _e: _("Ask for %(most)s things at most in one question.", most=claim_questions.MOST_ITEMS),
    ),
    claim_questions.ItemUnclear: (422, lambda _e: _("Say of each thing what is wanted and why it is needed.")),
    claim_questions.SameItemTwice: (422, lambda _e: _("This is asked for twice in one question. Once is enough.")),
    claim_questions.DueDayOutOfRange: (
        422,
        lambda e: _(
            "Choose a day from %(first)s to %(last)s.", first=filters.day(e.earliest), last=filters.day(e.latest)
        ),
    ),
    claim_questions.StillOpen: (
        422,
        lambda _e: _("Something is still open. Bring it, or say why you cannot get it; then hand everything in."),
    ),
    claim_questions.NotOverdue: (
        409,
        lambda e: _(
            "The claimant has until %(day)s to answer. Wait until that day is over.", day=filters.day(e.due_on)
        ),
    ),
}
