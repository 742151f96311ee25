"""Routes of investigations in the claims room."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.claims import queries as claims
from app.claims.investigations import actions, queries
from app.claims.investigations.forms import AnswerForm
from app.db import transaction
from app.domain.investigations import AnswerTooLate, NotShared, SaidAlready
from app.models import Claim
from app.services import consents
from app.web import doors, i18n
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("claim_investigations", __name__, url_prefix="/claims")
bp.before_request(door("member"))


@bp.route("/<ref:claim>/investigator-consent", methods=["GET", "POST"])
def agree(claim: str) -> Response:
    """The separate consent, in full, to be given later than with the draft."""
    mine = _mine(claim)
    may_agree = queries.beside(mine)["may_agree"]
    form = FlaskForm()
    if not may_agree or not form.validate_on_submit():
        status = 422 if form.is_submitted() and may_agree else 409 if form.is_submitted() else 200
        return page(
            "claims/investigator_consent.html",
            status=status,
            form=form,
            may_agree=may_agree,
            text=consents.INVESTIGATOR,
            **claims.about(mine),
        )
    with transaction():
        actions.agree(mine, language=i18n.language(), by=doors.account(), at=now())
    flash(_("You agreed. You can take it back at any time under “Consents”."), "done")
    return done(url_for("claims.claim", claim=claim))


@bp.get("/<ref:claim>/investigations/<ref:investigation>")
def investigation(claim: str, investigation: str) -> Response:
    """One investigation: when it began and ended, what was seen, what was found."""
    return _shown(_mine(claim), investigation, AnswerForm())


@bp.post("/<ref:claim>/investigations/<ref:investigation>")
def answer(claim: str, investigation: str) -> Response:
    """Say something to the findings, once."""
    mine = _mine(claim)
    form = AnswerForm()
    if not form.validate_on_submit():
        return _shown(mine, investigation, form, status=422)
    told = queries.told(mine, investigation) or abort(404)
    try:
        with transaction():
            actions.answer(told.investigation, str(form.words.data), by=doors.account(), at=now())
    except (AnswerTooLate, NotShared, SaidAlready) as refused:
        return _shown(_mine(claim), investigation, form, status=status_of(refused), problem=sentence_of(refused))
    flash(_("Thank you. Whoever decides reads it beside the report."), "done")
    return done(url_for(".investigation", claim=claim, investigation=investigation))


def _mine(ref: str) -> Claim:
    return claims.claim_of(doors.account(), ref) or abort(404)


def _shown(claim: Claim, ref: str, form: AnswerForm, *, status: int = 200, problem: str | None = None) -> Response:
    told = queries.told(claim, ref) or abort(404)
    return page(
        "claims/investigation.html", status=status, told=told, form=form, problem=problem, **claims.about(claim)
    )
