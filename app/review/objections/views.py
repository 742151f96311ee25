"""Routes of the objections at the desk: the list, one objection, its answer."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.domain.claim_states import SamePerson
from app.domain.moves import MoveNotAllowed
from app.domain.objections import AdmittedBetweenPeriods, AlreadyAnswered
from app.review.objections import actions, queries
from app.review.objections.forms import AnswerForm
from app.web import doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

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


def _opened(ref: str) -> queries.Opened:
    return queries.opened(ref, by=doors.staff(), reads=doors.role() == "caseworker") or abort(404)


def _shown(ref: str, form: AnswerForm, *, status: int = 200, refused: Exception | None = None) -> Response:
    """The page of one objection; what was typed stays on it."""
    return page(
        "objections/answer.html",
        status=status_of(refused) if refused else status,
        opened=_opened(ref),
        form=form,
        may_act=doors.role() == "caseworker",
        problem=sentence_of(refused) if refused else None,
    )
