"""Errors of complaints, look-ups, corrections and exports, each with its status and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain import complaints
from app.services.exports import keeping as exports
from app.services.person_corrections import values as corrected
from app.web.words import word

RIGHTS: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    corrected.NothingDiffers: (422, lambda _e: _("Nothing differs from what stands there. Change what is wrong.")),
    corrected.ProofNeeded: (
        422,
        lambda _e: _("Name, birth date and document are corrected with a document that shows them. Add it."),
    ),
    corrected.CorrectionWaits: (
        409,
        lambda _e: _("A correction of this person waits for its answer already. Withdraw it first, or wait."),
    ),
    corrected.KnownHere: (409, lambda _e: _("Another person of your account has this document. Compare the numbers.")),
    corrected.CorrectionAnswered: (
        409,
        lambda e: _(
            "Somebody was faster: this correction is now “%(state)s”.", state=word(e.state, "correction_state")
        ),
    ),
    corrected.OwnCorrection: (403, lambda _e: _("This correction concerns your own account. Other people answer it.")),
    corrected.PapersUnopened: (
        409,
        lambda e: ngettext(
            "Open every document first: %(num)s was not opened by you.",
            "Open every document first: %(num)s were not opened by you.",
            e.number,
        ),
    ),
    corrected.OnlyToRefuse: (409, lambda _e: _("This correction can only be refused; the page says why.")),
    corrected.ReasonNeeded: (422, lambda _e: _("Say why, and what document would help.")),
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
