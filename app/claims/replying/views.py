"""Routes of answering a question: everything in place, kept until it is handed in together."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from app.claims import actions, queries
from app.claims.replying.forms import AnswerForm, answer_form
from app.db import transaction
from app.domain.claim_questions import StillOpen
from app.domain.moves import MoveNotAllowed
from app.models import Claim
from app.services import claim_file, questions
from app.services.arrivals.beginning import StillUnderWay
from app.services.claims import ClaimMoved
from app.services.questions import Question
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of
from app.web.words import word

bp = Blueprint("replying", __name__, url_prefix="/claims")
bp.before_request(door("member"))


@bp.route("/<ref:claim>/answer", methods=["GET", "POST"])
def answer(claim: str) -> Response:
    """Bring what was asked for, and give the claim back to the reviewers."""
    mine = _mine(claim)
    question = questions.open_question(mine) or next(reversed(questions.of_claim(mine)), None)
    form = answer_form(question)
    if mine.state != "evidence_asked" or _is_of_another(question):
        return _too_late(mine, form)
    if not form.validate_on_submit():
        return _shown(mine, form, 422 if form.is_submitted() else 200)
    try:
        with transaction():
            actions.reply(mine, form.replies(), by=doors.account(), at=now())
        return _kept(mine) or _handed_in(mine, form)
    except StillOpen as still:
        form.object_to_open(still.numbers)
        return _shown(_mine(claim), form, 422)
    except (ClaimMoved, MoveNotAllowed):
        return _too_late(_mine(claim), form)


def _is_of_another(question: Question | None) -> bool:
    """Whether the page that was sent showed another question than the one that waits now."""
    number = request.form.get("number", type=int)
    return number is not None and question is not None and number != question.number


def _kept(claim: Claim) -> Response | None:
    """Back to the list, or on to the documents of a line; None when everything is to be handed in."""
    if "keep" in request.form:
        flash(_("What you wrote is kept. Hand it in when everything is there."))
        return done(url_for(".answer", claim=claim.ref))
    line = request.form.get("bring", type=int)
    return done(url_for("papers.documents", claim=claim.ref, line=line)) if line is not None else None


def _handed_in(claim: Claim, form: AnswerForm) -> Response:
    try:
        with transaction():
            actions.answer(claim, form.said(), by=doors.account(), at=now())
    except StillUnderWay as wait:
        flash(sentence_of(wait), "problem")
        return _shown(_mine(claim.ref), form, 409)
    flash(_("Thank you. The reviewers have your answer, and their clock runs again."))
    return done(url_for("claims.claim", claim=claim.ref))


def _mine(ref: str) -> Claim:
    return queries.claim_of(doors.account(), ref) or abort(404)


def _shown(claim: Claim, form: AnswerForm, status: int) -> Response:
    return page(
        "claims/answer.html",
        status=status,
        form=form,
        question=questions.open_question(claim),
        on=today(),
        checklist=claim_file.checklist(claim),
        **queries.about(claim),
    )


def _too_late(claim: Claim, form: AnswerForm) -> Response:
    """409: where the claim stands, and what was typed, to be copied."""
    last = claim.steps[-1] if claim.steps else None
    if claim.state == "evidence_asked":
        said = _("The reviewers have asked for something else since this page was opened. Open the claim to answer it.")
    elif last is not None and last.move == "drop_question":
        said = _("The reviewers withdrew the question: nothing is asked of you any more. %(why)s", why=last.note or "")
    else:
        said = _("This is not possible now: the claim is “%(state)s”.", state=word(claim.state, "claim_state"))
    typed = form.typed() if form.is_submitted() else ""
    return page("claims/too_late.html", status=409, said=said, typed=typed, **queries.about(claim))
