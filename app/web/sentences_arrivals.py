"""What is said of files that arrive in pieces; a refusal that was kept is said in the words of one said at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain.tus import MISMATCH, BadHeader
from app.services.arrivals import beginning, checking, ending, pieces
from app.services.file_types import EvidenceRefused
from app.web.file_sentences import OF_FILES

Sentence = Callable[[Any], str]
_MEBIBYTE: Final = 1024 * 1024

ARRIVALS: Final[dict[type[Exception], tuple[int, Sentence]]] = {
    beginning.TooMuchUnderWay: (
        422,
        lambda e: _(
            "More than %(size)s MB of your files are under way. Let them finish, or remove one that you do not need, "
            "and send this one then.",
            size=e.limit_bytes // _MEBIBYTE,
        ),
    ),
    beginning.StillUnderWay: (
        409,
        lambda e: ngettext(
            "%(num)s file is still arriving or being checked. You can hand in once it is uploaded, or once you remove "
            "it; nothing is lost.",
            "%(num)s files are still arriving or being checked. You can hand in once they are uploaded, or once you "
            "remove them; nothing is lost.",
            e.count,
        ),
    ),
    checking.CannotBeChecked: (
        422,
        lambda _e: _(
            "We tried several times and could not check this file. Send it again, or in another format: a PDF printed "
            "anew, or photographs of its pages. Nothing of it was kept, and our technicians know of it."
        ),
    ),
    ending.BeingChecked: (
        409,
        lambda _e: _("A file the claimant sent is being checked now. Look at it in a few minutes, then go on."),
    ),
    ending.NotFinished: (
        410,
        lambda e: ngettext(
            "The rest of this file did not come within %(num)s hour, so nothing of it was kept. Choose it again.",
            "The rest of this file did not come within %(num)s hours, so nothing of it was kept. Choose it again.",
            e.hours,
        ),
    ),
    pieces.OffsetDiffers: (
        409,
        lambda _e: _("Another part of this file has arrived meanwhile. It goes on from there."),
    ),
    pieces.Gone: (410, lambda _e: _("This file is not waited for any more. Choose it again.")),
    pieces.NotWhatWasSent: (
        MISMATCH,
        lambda _e: _("A part of this file was damaged on its way, so that part was not kept. It is sent once more."),
    ),
    pieces.TooManyPieces: (
        422,
        lambda _e: _("This file came in too many pieces. Remove it, and send it again over a better connection."),
    ),
    BadHeader: (
        400,
        lambda _e: _("This is not how files are sent here. Open the page again and choose the file there."),
    ),
}
"""Errors of arrivals: the status, and the sentence made of its values."""


def problem_of(kept: Mapping[str, Any]) -> str:
    """The sentence of a refusal that was kept as its name and its values."""
    known = {kind.__name__: (kind, sentence) for kind, (_status, sentence) in {**OF_FILES, **ARRIVALS}.items()}
    kind, sentence = known.get(str(kept["error"]), known[EvidenceRefused.__name__])
    error = kind.__new__(kind)
    vars(error).update({name: value for name, value in kept.items() if name != "error"})
    return sentence(error)
