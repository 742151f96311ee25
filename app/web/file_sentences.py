"""What is said of a file that is not taken: each kind of refusal, and for a wrong type what to do with that type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.services import evidence, file_refusals, renditions
from app.services.file_types import EvidenceRefused, WrongType
from app.web.words import word

Sentence = Callable[[Any], str]

_MEBIBYTE: Final = 1024 * 1024
_MILLION: Final = 1_000_000

WRONG_FILES: Final[dict[str, LazyString]] = {
    "heic": _l(
        "This is a HEIC or AVIF file of a kind that we cannot read, such as a row of pictures. Send a single photo, "
        "or take a screenshot of the picture and send that."
    ),
    "webp": _l("This is a WebP picture. Save it as a JPEG or PNG, or take a screenshot of it, and send that."),
    "gif": _l("This is a GIF picture. Save it as a JPEG or PNG and send that."),
    "tiff": _l("This is a TIFF picture. Save it as a JPEG, or scan it as a PDF, and send that."),
    "svg": _l("This is an SVG drawing, which may contain programs. Print it to a PDF and send that."),
    "html": _l("This is a web page. Print it to a PDF and send that."),
    "office": _l("This is a document of an office program. Print it to a PDF and send that."),
    "ofd": _l("This is an OFD file, as e-invoices come in. Save the invoice as a PDF and send that."),
    "archive": _l("This is an archive. Unpack it, and send the pictures and PDFs in it one by one."),
    "program": _l("This is a program, whatever its name says. It was not kept. Choose the photo or the PDF itself."),
    "video": _l("This is a video. Send photos of the pages, or a PDF."),
    "mixed": _l(
        "This file is two things at once: behind a picture or PDF it holds another file. Photograph the page anew and "
        "send the new photo."
    ),
    "unknown": _l(
        "This file is neither a JPEG, a PNG, a HEIC nor a PDF, whatever its name says. Save it as one of them."
    ),
}
"""What to do with a file of the wrong type, by what it looks like (`WrongType.found`)."""

OF_FILES: Final[dict[type[Exception], tuple[int, Sentence]]] = {
    EvidenceRefused: (422, lambda _e: _("This file cannot be taken. Send a JPEG, a PNG, a HEIC or a PDF.")),
    file_refusals.Empty: (422, lambda _e: _("This file is empty. Choose it again.")),
    file_refusals.TooLarge: (
        413,
        lambda e: _("This file is larger than %(size)s MB. Send a smaller one.", size=e.limit_bytes // _MEBIBYTE),
    ),
    WrongType: (
        422,
        lambda e: str(WRONG_FILES.get(e.found, WRONG_FILES["unknown"])),
    ),
    file_refusals.Damaged: (422, lambda _e: _("This file cannot be read to its end. Save or photograph it again.")),
    file_refusals.TooManyPixels: (
        422,
        lambda e: _(
            "This picture has more than %(millions)s million pixels. Send a smaller one.", millions=e.limit // _MILLION
        ),
    ),
    file_refusals.TooManyPages: (
        422,
        lambda e: _("This PDF has more than %(pages)s pages. Send it in parts.", pages=e.limit),
    ),
    file_refusals.Locked: (
        422,
        lambda _e: _(
            "This PDF is locked: it asks for a password or forbids copying. Open it, print it to a new PDF without a "
            "password, and send that one."
        ),
    ),
    file_refusals.ActsByItself: (
        422,
        lambda _e: _("This PDF holds something that runs when it is opened. Print it to a new PDF and send that."),
    ),
    file_refusals.TooMuchWork: (
        422,
        lambda _e: _(
            "Reading this file takes more memory or time than we give to one document. Print it to a new PDF, or "
            "photograph its pages, and send that."
        ),
    ),
    evidence.Infected: (
        422,
        lambda _e: _(
            "Our virus scanner found something in this file that can do harm. Nothing of it was kept. Nobody blames "
            "you: such things come along unnoticed. Photograph the page anew, or ask for the document again."
        ),
    ),
    evidence.NotScanned: (
        503,
        lambda _e: _(
            "This file could not be checked now: our virus scanner does not answer, and nothing is kept unchecked. It "
            "is not your file's fault. Send it again in half an hour."
        ),
    ),
    evidence.StoreFull: (
        503,
        lambda _e: _(
            "This file is sound, but we could not keep it: our storage has no room or does not answer. Nothing of it "
            "was stored. Send it again in half an hour."
        ),
    ),
    evidence.TooMany: (422, lambda e: _("No more than %(limit)s documents fit here.", limit=e.limit)),
    evidence.AlreadyHere: (409, lambda _e: _("You have sent this very file here already.")),
    evidence.NotOpen: (
        409,
        lambda e: _("This claim takes no documents now: it is “%(state)s”.", state=word(e.state, "claim_state")),
    ),
    evidence.SeenByReviewers: (
        409,
        lambda _e: _("This document was there when the claim was reviewed, so it stays. You may add another one."),
    ),
    evidence.UnknownKind: (422, lambda _e: _("The checklist of this claim asks for no such document.")),
    renditions.NotDrawn: (404, lambda _e: _("There is no picture of this page yet. Look again in a minute.")),
    evidence.Removed: (404, lambda _e: _("This document was taken back and is gone.")),
}
"""Errors of documents: the status, and the sentence made of its values."""
