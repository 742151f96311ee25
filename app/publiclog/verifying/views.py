"""The page that checks: a proof, a count, a checkpoint, a letter, an address, a fingerprint; answered in a sentence."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext as _l

from app.publiclog.verifying import queries
from app.publiclog.verifying.forms import Brought, VerifyForm, printable
from app.publiclog.verifying.queries import NotBorneOut
from app.services.public_log import signing
from app.web.doors import door
from app.web.hx import page

bp = Blueprint("verifying", __name__)
bp.before_request(door("anybody"))

_GRAVE: Final = frozenset({"two-histories", "ahead", "not-counted"})
"""What may mean that the log was not kept as it should be."""
_REFUSED: Final[dict[str, tuple[int, Any]]] = {
    "unknown": (422, _l(
        "This is none of the things we can check. Paste it whole: a proof, a count proof, a checkpoint, the address "
        "behind a QR code, a reference or a fingerprint."
    )),
    "unreadable": (422, _l(
        "This begins like one of our proofs, but a part of it is missing or was changed. Paste the whole file, or "
        "choose it."
    )),
    "another-log": (422, _l("This is of another log, %(other)s. Ours is %(ours)s: ask there.")),
    "unsigned": (422, _l(
        "The checkpoint in it was not signed with a key of this log. It was changed, or somebody else made it."
    )),
    "two-histories": (422, _l("It is signed, and yet the log does not lead to it.")),
    "not-counted": (422, _l(
        "This count proof does not lead to the root that was published for its period. It was changed, or it is of "
        "another period."
    )),
    "ahead": (422, _l("It speaks of %(size)s entries, and the log has fewer.")),
    "not-there": (404, _l(
        "There is nothing of ours with this address, reference or fingerprint. Compare it letter by letter."
    )),
    "not-logged": (404, _l(
        "It is ours, but it does not stand in the public log. What is recorded stands there within minutes; a receipt "
        "or a question never does."
    )),
    "own": (422, _l(
        "This code leads to a claim, which only its claimant sees. Choose the letter itself, as PDF, or type the "
        "fingerprint that is printed on it."
    )),
    "no-reference": (422, _l(
        "This document bears no reference of ours. Choose the PDF as it came from us, not a scan or a picture of it."
    )),
    "not-our-letter": (422, _l(
        "This document bears the reference %(ref)s, but it is not letter for letter what we wrote: it was changed, or "
        "another program saved it anew. Fetch it again from us and compare."
    )),
}  # fmt: skip


@bp.get("/verify")
def verify() -> Response:
    """The form; with `?said=…` the answer at once, so that an answer has an address."""
    form = VerifyForm()
    said = printable(request.args.get("said", "")).strip()
    if not said:
        return _shown(form)
    form.said.data = said
    return _answered(form, Brought(said + "\n"))


@bp.post("/verify")
def check() -> Response:
    """Check what was brought. Nothing is stored."""
    form = VerifyForm()
    brought = form.brought() if form.validate_on_submit() else None
    return _answered(form, brought) if brought else _shown(form, status=422)


def _answered(form: VerifyForm, brought: Brought) -> Response:
    try:
        return _shown(form, answer=queries.answer(brought))
    except NotBorneOut as refused:
        status, sentence = _REFUSED[refused.why]
        said = str(sentence) % {"ours": signing.origin(), **refused.values}
        return _shown(form, problem=said, grave=refused.why in _GRAVE, status=status)


def _shown(form: VerifyForm, *, status: int = 200, **values: Any) -> Response:
    given = {"answer": None, "problem": "", "grave": False, **values}
    return page("verifying/verify.html", status=status, form=form, keys=signing.verifier_keys(), **given)
