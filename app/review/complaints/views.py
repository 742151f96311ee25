"""Routes of the desk of complaints."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.domain.complaints import AnsweredBefore, ComplaintMoved, NotTaken, NotYours, TakenByAnother
from app.models import Complaint
from app.review.complaints import actions, queries
from app.review.complaints.forms import AnswerForm, TakeForm
from app.services import complaints
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("complaints", __name__, url_prefix="/review/complaints")
bp.before_request(door("caseworker", readers=("auditor",)))

_REFUSED: Final = (AnsweredBefore, ComplaintMoved, NotTaken, NotYours, TakenByAnother)


@bp.get("")
def index() -> Response:
    """What waits, the one due first at the top, and what was answered lately."""
    by = doors.staff()
    return page(
        "help/desk.html",
        waiting=queries.waiting(by=by, today=today()),
        answered=queries.answered_lately(by=by, today=today()),
    )


@bp.get("/<ref:complaint>")
def complaint(complaint: str) -> Response:
    """One complaint, and the form to answer it."""
    return _shown(_found(complaint), AnswerForm(formdata=None))


@bp.post("/<ref:complaint>/take")
def take(complaint: str) -> Response:
    """Take it up: from now on nobody else answers it."""
    found = _found(complaint)
    if not TakeForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            actions.take(found, by=doors.staff(), at=now())
    except _REFUSED as refused:
        return _shown(found, AnswerForm(formdata=None), refused=refused)
    flash(_("It is yours to answer now."), "done")
    return done(url_for(".complaint", complaint=complaint))


@bp.post("/<ref:complaint>/answer")
def answer(complaint: str) -> Response:
    """Answer it; whoever complained is told."""
    found, form = _found(complaint), AnswerForm()
    if not form.validate_on_submit():
        return _shown(found, form, status=422)
    try:
        with transaction():
            actions.answer(found, str(form.answer.data), by=doors.staff(), at=now())
    except _REFUSED as refused:
        return _shown(found, form, refused=refused)
    flash(_("Answered. Whoever complained has been told."), "done")
    return done(url_for(".complaint", complaint=complaint))


def _found(ref: str) -> Complaint:
    found = complaints.by_ref(ref) or abort(404)
    if found.account_id == doors.staff().id:
        abort(403, sentence_of(NotYours()))
    return found


def _shown(found: Complaint, form: AnswerForm, *, status: int = 200, refused: Exception | None = None) -> Response:
    """The page; that a caseworker reads what is sealed is written down before it is shown."""
    reads = doors.role() == "caseworker"
    if reads:
        with transaction():
            actions.note_look(found, by=doors.staff(), at=now())
    return page(
        "help/answer.html",
        status=status_of(refused) if refused else status,
        opened=queries.opened(found, by=doors.staff(), reads=reads, today=today()),
        form=form,
        may_act=reads,
        problem=sentence_of(refused) if refused else None,
    )
