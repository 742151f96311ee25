"""Routes of asking the claimant: put a question together, take it back, go on without its answer."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.db import transaction
from app.domain.claim_questions import NotOverdue
from app.domain.moves import MoveNotAllowed
from app.models import Claim
from app.review import actions, queries
from app.review.asking.forms import DropForm, QuestionForm, question_form
from app.services import claim_file, questions
from app.services.arrivals.ending import BeingChecked
from app.services.claims import ClaimMoved
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of
from app.web.too_near import refuse_if_near

bp = Blueprint("asking", __name__, url_prefix="/review")
bp.before_request(door("caseworker"))

_ASKABLE = ("submitted", "in_review")


@bp.route("/<ref:claim>/question", methods=["GET", "POST"])
def ask(claim: str) -> Response:
    """Put together what the claimant is asked for, and send it."""
    of = _claim(claim)
    form = _form(of)
    if request.method == "GET" and of.state not in _ASKABLE:
        return _shown(of, form, 409)
    if not form.validate_on_submit():
        return _shown(of, form, 422 if form.is_submitted() else 200)
    said = _("The claimant was asked. The time until the answer does not count.")
    return _done(of, form, lambda: actions.ask(of, form.items(), form.day(), by=doors.staff(), at=now()), said)


@bp.post("/<ref:claim>/question/withdrawal")
def drop(claim: str) -> Response:
    """What was asked for is not needed any more."""
    of, form = _claim(claim), DropForm()
    if not form.validate_on_submit():
        return _shown(of, _form(of), 422, drop=form)
    reason = str(form.drop_reason.data)
    said = _("The question is withdrawn and the review goes on. The claimant has been told.")
    return _done(of, form, lambda: actions.drop_question(of, reason, by=doors.staff(), at=now()), said)


@bp.post("/<ref:claim>/question/going-on")
def go_on(claim: str) -> Response:
    """Go on with what is there: only once the due day is over."""
    of, form = _claim(claim), FlaskForm()
    if not form.validate_on_submit():
        abort(400)
    said = _("The review goes on with what is there. The claimant has been told.")
    return _done(of, form, lambda: actions.go_on(of, by=doors.staff(), at=now()), said)


def _claim(ref: str) -> Claim:
    found = queries.claim_for_review(ref) or abort(404)
    refuse_if_near(found, doors.staff())
    return found


def _form(claim: Claim) -> QuestionForm:
    """The lines of the checklist, and the days its rules give; what was asked for in words is asked in words again."""
    lines = tuple(line for line in claim_file.checklist(claim) if line.wanted.clause)
    return question_form(lines, asked_on=today(), answer_within_days=claim_file.terms_of(claim).answer_within_days)


def _done(claim: Claim, form: FlaskForm, deed: Callable[[], object], said: str) -> Response:
    """Do the deed on the claim that was read; 409 shows what was faster and keeps what was typed."""
    seen = request.form.get("seen", -1, type=int)
    try:
        with transaction():
            actions.check_unmoved(claim, steps_seen=seen)
            deed()
    except (ClaimMoved, MoveNotAllowed):
        asked = form if isinstance(form, QuestionForm) else _form(claim)
        return _shown(claim, asked, 409)
    except (NotOverdue, BeingChecked) as refused:
        asked = _form(claim)
        drop = form if isinstance(form, DropForm) else None
        return _shown(claim, asked, status_of(refused), drop=drop, problem=sentence_of(refused))
    flash(said, "done")
    return done(url_for("review.claim", claim=claim.ref))


def _shown(
    claim: Claim, form: QuestionForm, status: int = 200, *, drop: DropForm | None = None, problem: str = ""
) -> Response:
    too_late = status == HTTPStatus.CONFLICT and not problem
    return page(
        "review/question.html",
        status=status,
        claim=claim,
        form=form,
        drop=drop or DropForm(),
        asked=questions.of_claim(claim),
        on=today(),
        problem=problem,
        may_ask=claim.state in _ASKABLE and not too_late,
        last=claim.steps[-1] if too_late else None,
        kept=form.typed() if too_late and form.is_submitted() else [],
    )
