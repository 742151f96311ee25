"""Routes of the desk of corrections."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.models import CorrectionPaper, PersonCorrection
from app.review.corrections import actions, queries
from app.review.corrections.forms import DeedForm, RefuseForm
from app.review.looking.views import alone
from app.services import evidence
from app.services.person_corrections import finding
from app.services.person_corrections.values import (
    CorrectionAnswered,
    OnlyToRefuse,
    OwnCorrection,
    PapersUnopened,
    ReasonNeeded,
)
from app.web import doors, viewing
from app.web.clock import now
from app.web.doors import door
from app.web.downloads import opened_document
from app.web.hx import done
from app.web.hx import page as page_of
from app.web.sentences import sentence_of, status_of
from app.web.viewing import Place

bp = Blueprint("corrections", __name__, url_prefix="/review/corrections")
bp.before_request(door("caseworker", readers=("auditor",)))

_REFUSED: Final = (CorrectionAnswered, OnlyToRefuse, OwnCorrection, PapersUnopened, ReasonNeeded)


@bp.get("")
def index() -> Response:
    """What waits, longest first, and what was answered lately."""
    by = doors.staff()
    return page_of("corrections/desk.html", waiting=queries.waiting(by=by), answered=queries.answered_lately(by=by))


@bp.get("/<ref:correction>")
def correction(correction: str) -> Response:
    """One correction, its documents, and the two answers to it."""
    return _shown(_found(correction), RefuseForm(formdata=None))


@bp.get("/<ref:correction>/paper/<ref:document>")
def paper(correction: str, document: str) -> Response:
    """One document; that it was looked at is written down before its first byte is sent. For caseworkers alone."""
    of, found = _paper(correction, document)
    pieces = evidence.open_view(found, by=doors.staff(), role=doors.role(), at=now())
    return opened_document(pieces, found.view_media_type, f"{of.ref}-proof")


@bp.get("/<ref:correction>/paper/<ref:document>/pages")
def pages(correction: str, document: str) -> Response:
    """One document, page by page."""
    of, found = _paper(correction, document)
    keys = {"correction": correction, "document": document}
    whole, back = Place(".paper", keys).url(), url_for(".correction", correction=correction)
    return alone(found, Place(".pages", keys), Place(".picture", keys), whole=whole, back=(of.ref, back))


@bp.get("/<ref:correction>/paper/<ref:document>/pages/<number:page>")
def picture(correction: str, document: str, page: int) -> Response:
    """One page of a document as a picture; that it was looked at is written down first."""
    of, found = _paper(correction, document)
    return viewing.picture_for_staff(found, page, f"{of.ref}-proof-{page}", at=now())


@bp.post("/<ref:correction>/accept")
def accept(correction: str) -> Response:
    """The documents show it."""
    found = _found(correction)
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            actions.accept(found, by=doors.staff(), at=now())
    except _REFUSED as refused:
        return _shown(found, RefuseForm(formdata=None), refused=refused)
    flash(_("Corrected. Whoever asked has been told."), "done")
    return done(url_for(".correction", correction=correction))


@bp.post("/<ref:correction>/refuse")
def refuse(correction: str) -> Response:
    """They do not show it."""
    found, form = _found(correction), RefuseForm()
    if not form.validate_on_submit():
        return _shown(found, form, status=422)
    try:
        with transaction():
            actions.refuse(found, str(form.reason.data or ""), by=doors.staff(), at=now())
    except ReasonNeeded as missing:
        form.reason.errors = [sentence_of(missing)]
        return _shown(found, form, status=422)
    except _REFUSED as refused:
        return _shown(found, form, refused=refused)
    flash(_("Refused. Whoever asked has been told."), "done")
    return done(url_for(".correction", correction=correction))


def _paper(correction: str, document: str) -> tuple[PersonCorrection, CorrectionPaper]:
    """A document of a correction, for caseworkers alone."""
    if doors.role() != "caseworker":
        abort(403, _("Only caseworkers may see this: that is what it was sent for."))
    of = _found(correction)
    return of, finding.paper_of(of, document) or abort(404)


def _found(ref: str) -> PersonCorrection:
    found = finding.by_ref(ref) or abort(404)
    if doors.staff().id in {found.account_id, found.person.account_id}:
        abort(403, sentence_of(OwnCorrection()))
    return found


def _shown(
    found: PersonCorrection, form: RefuseForm, *, status: int = 200, refused: Exception | None = None
) -> Response:
    """The page; that a caseworker reads what is sealed is written down before it is shown."""
    reads = doors.role() == "caseworker"
    if reads:
        with transaction():
            actions.note_look(found, by=doors.staff(), at=now())
    return page_of(
        "corrections/answer.html",
        status=status_of(refused) if refused else status,
        opened=queries.opened(found, by=doors.staff(), reads=reads),
        form=form,
        may_act=reads,
        problem=sentence_of(refused) if refused else None,
    )
