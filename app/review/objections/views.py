"""Routes of the objections at the desk: the list, one objection, its answer."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.domain.claim_states import SamePerson
from app.domain.moves import MoveNotAllowed
from app.domain.objections import AdmittedBetweenPeriods, AlreadyAnswered
from app.review.looking.views import alone
from app.review.objections import actions, queries
from app.review.objections.forms import AnswerForm
from app.services import evidence, objection_papers
from app.web import doors, viewing
from app.web.clock import now
from app.web.doors import door
from app.web.downloads import opened_document
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of
from app.web.viewing import Place

bp = Blueprint("answering", __name__, url_prefix="/review/objections")
bp.before_request(door("caseworker", readers=("auditor",)))

_REFUSED: Final = (AlreadyAnswered, AdmittedBetweenPeriods, MoveNotAllowed, SamePerson)


@bp.get("")
def index() -> Response:
    """The objections that wait for an answer, and what was answered lately."""
    by = doors.staff()
    return page("objections/list.html", waiting=queries.waiting(by=by), answered=queries.answered_lately(by=by))


@bp.get("/<ref:objection>")
def objection(objection: str) -> Response:
    """One objection, and the form to answer it."""
    return _shown(objection, AnswerForm())


@bp.get("/<ref:objection>/contact")
def contact(objection: str) -> Response:
    """Who filed it and how to reach them, for whoever answers; the look is written down before it is shown."""
    _answering(objection)
    with transaction():
        actions.note_look(queries.objection(objection), by=doors.staff(), at=now())
    return _shown(objection, AnswerForm(), contact=True)


@bp.get("/<ref:objection>/documents/<ref:document>")
def document(objection: str, document: str) -> Response:
    """The view of a document filed with it, for whoever answers; the look is written down before the first byte."""
    _answering(objection)
    found = objection_papers.document(queries.objection(objection), document) or abort(404)
    pieces = evidence.open_view(found, by=doors.staff(), role=doors.role(), at=now())
    return opened_document(pieces, found.view_media_type, f"{objection}-{document}")


@bp.get("/<ref:objection>/documents/<ref:document>/pages")
def paper(objection: str, document: str) -> Response:
    """A document filed with it, page by page, for whoever answers."""
    _answering(objection)
    found = objection_papers.document(queries.objection(objection), document) or abort(404)
    keys = {"objection": objection, "document": document}
    whole, back = Place(".document", keys).url(), url_for(".objection", objection=objection)
    return alone(found, Place(".paper", keys), Place(".picture", keys), whole=whole, back=(objection, back))


@bp.get("/<ref:objection>/documents/<ref:document>/pages/<number:page>")
def picture(objection: str, document: str, page: int) -> Response:
    """One page of it as a picture; that it was looked at is written down first."""
    _answering(objection)
    found = objection_papers.document(queries.objection(objection), document) or abort(404)
    return viewing.picture_for_staff(found, page, f"{objection}-{document}-{page}", at=now())


@bp.post("/<ref:objection>/answer")
def answer(objection: str) -> Response:
    """Admit or dismiss it."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return _shown(objection, form, status=422)
    _opened(objection)
    deed = actions.admit if form.admits else actions.dismiss
    try:
        with transaction():
            deed(queries.objection(objection), str(form.reason.data), by=doors.staff(), at=now())
    except _REFUSED as refused:
        return _shown(objection, form, refused=refused)
    if form.admits:
        flash(_("Admitted. The case has left its period, and its claim is back in review."), "done")
    else:
        flash(_("Dismissed. The case stays where it is, and the reason is public."), "done")
    return done(url_for(".objection", objection=objection))


def _opened(ref: str, *, contact: bool = False) -> queries.Opened:
    reads = doors.role() == "caseworker"
    return queries.opened(ref, by=doors.staff(), reads=reads, contact=contact) or abort(404)


def _answering(ref: str) -> None:
    """403 for anybody but whoever answers this objection, or did."""
    if not _opened(ref).reads_papers:
        abort(403, _("Only the caseworker who answers this objection sees its documents and who filed it."))


def _shown(
    ref: str, form: AnswerForm, *, status: int = 200, refused: Exception | None = None, contact: bool = False
) -> Response:
    """The page of one objection; what was typed stays on it."""
    return page(
        "objections/answer.html",
        status=status_of(refused) if refused else status,
        opened=_opened(ref, contact=contact),
        contact=contact,
        form=form,
        may_act=doors.role() == "caseworker",
        problem=sentence_of(refused) if refused else None,
    )
