"""Routes of the investigations at the desk."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.domain.investigations import (
    ClaimNotInReview,
    DueOutside,
    InvestigationOver,
    NoConsent,
    NoSuchDocument,
    NotAnInvestigator,
    OneIsOpen,
    SaidAlready,
    TooClose,
)
from app.models import Claim, Investigation
from app.review import queries as desk
from app.review.investigations import actions, queries
from app.review.investigations.forms import CallOffForm, OpenForm, ShareForm
from app.services import claim_file, evidence
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.downloads import opened_document
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of
from app.web.too_near import refuse_if_near

bp = Blueprint("investigating", __name__, url_prefix="/review")
bp.before_request(door("caseworker"))

_REFUSED: Final = (ClaimNotInReview, NoConsent, OneIsOpen, NotAnInvestigator, TooClose, DueOutside, NoSuchDocument)


@bp.get("/investigations")
def index() -> Response:
    """Open investigations, late ones first, and what ended lately."""
    by = doors.staff()
    return page(
        "review/investigations.html",
        waiting=queries.open_ones(by=by, today=today()),
        ended=queries.ended_lately(by=by, today=today()),
    )


@bp.route("/<ref:claim>/investigation", methods=["GET", "POST"])
def new(claim: str) -> Response:
    """Open an investigation of a claim."""
    of = _claim(claim)
    form = OpenForm(queries.choice(of, today=today()))
    if not form.validate_on_submit():
        return _new(of, form, 422 if form.is_submitted() else 200)
    try:
        with transaction():
            made = actions.open_for(of, form.asked(), by=doors.staff(), at=now())
            ref = made.ref
    except _REFUSED as refused:
        of = _claim(claim)
        problem = None if form.object_to(refused) else sentence_of(refused)
        return _new(of, form, status_of(refused), problem)
    flash(_("The investigation is open. Claimant and investigator have been told."), "done")
    return done(url_for(".investigation", investigation=ref))


@bp.get("/investigations/<ref:investigation>")
def investigation(investigation: str) -> Response:
    """One investigation: what was asked, what came back, and what the claimant reads of it."""
    return _shown(_one(investigation))


@bp.get("/investigations/<ref:investigation>/papers/<ref:document>")
def paper(investigation: str, document: str) -> Response:
    """A document that came with the report; the look is written down before its first byte."""
    found = queries.paper_of(_one(investigation), document) or abort(404)
    pieces = evidence.open_view(found, by=doors.staff(), role=doors.role(), at=now())
    return opened_document(pieces, found.view_media_type, f"{investigation}-{document}")


@bp.post("/investigations/<ref:investigation>/findings")
def share(investigation: str) -> Response:
    """Let the claimant read the findings."""
    found = _one(investigation)
    form = ShareForm()
    if not form.validate_on_submit():
        return _shown(found, status=422, share=form)
    try:
        with transaction():
            actions.share(found, str(form.findings.data), by=doors.staff(), at=now())
    except (InvestigationOver, SaidAlready) as refused:
        return _shown(_one(investigation), status=status_of(refused), problem=sentence_of(refused), share=form)
    flash(_("The claimant can read the findings now, and answer."), "done")
    return done(url_for(".investigation", investigation=investigation))


@bp.post("/investigations/<ref:investigation>/end")
def call_off(investigation: str) -> Response:
    """End it without a report."""
    found = _one(investigation)
    form = CallOffForm()
    if not form.validate_on_submit():
        return _shown(found, status=422, end=form)
    try:
        with transaction():
            actions.call_off(found, str(form.reason.data), by=doors.staff(), at=now())
    except InvestigationOver as refused:
        return _shown(_one(investigation), status=status_of(refused), problem=sentence_of(refused), end=form)
    flash(_("It is ended. The investigator sees nothing of the claim any more."), "done")
    return done(url_for(".investigation", investigation=investigation))


def _claim(ref: str) -> Claim:
    found = desk.claim_for_review(ref) or abort(404)
    refuse_if_near(found, doors.staff())
    return found


def _one(ref: str) -> Investigation:
    """The investigation, for whoever may read the claim's file; 404 for one of an own claim."""
    found = queries.investigation(ref, by=doors.staff()) or abort(404)
    if claim_file.is_reading_taken_back(found.claim):
        abort(403, _("The claimant has taken back the consent to reading these documents. Nobody may open them."))
    return found


def _new(claim: Claim, form: OpenForm, status: int, problem: str | None = None) -> Response:
    choice = queries.choice(claim, today=today())
    return page(
        "review/investigation_new.html",
        status=status,
        claim=claim,
        choice=choice,
        form=form,
        within=form.within(choice),
        may_open=queries.may_open(claim),
        problem=problem,
    )


def _shown(
    found: Investigation,
    *,
    status: int = 200,
    problem: str | None = None,
    share: ShareForm | None = None,
    end: CallOffForm | None = None,
) -> Response:
    report = found.report
    return page(
        "review/investigation.html",
        status=status,
        opened=queries.opened(found, today=today()),
        share=share or ShareForm(formdata=None, findings=report.found if report else ""),
        end=end or CallOffForm(formdata=None),
        problem=problem,
    )
