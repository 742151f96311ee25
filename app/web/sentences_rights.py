"""Errors of complaints, look-ups, corrections and exports, each with its status and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from app.domain import complaints
from app.services.exports import keeping as exports
from app.web.words import word

RIGHTS: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    exports.ExportGone: (
        409,
        lambda _e: _("This file is not there any more, or not there yet. Ask for a new one; it takes a few minutes."),
    ),
    complaints.ComplaintMoved: (
        409,
        lambda e: _(
            "Somebody was faster: this complaint is now “%(state)s”. Nothing was done twice.",
            state=word(e.state, "complaint_state"),
        ),
    ),
    complaints.NotYours: (403, lambda _e: _("This is your own complaint. Other people answer it.")),
    complaints.AnsweredBefore: (
        403,
        lambda _e: _("You have answered this complaint before, and it was asked again. Other people answer it now."),
    ),
    complaints.TakenByAnother: (409, lambda _e: _("Somebody else has taken this complaint up and answers it.")),
    complaints.NotTaken: (409, lambda _e: _("Take the complaint up before you answer it.")),
}
