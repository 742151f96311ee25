"""Routes of the desk of reports."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.models import Evidence, Report
from app.review.looking.views import alone
from app.review.reports import actions, queries
from app.review.reports.forms import DeedForm, DismissForm
from app.services import evidence, report_checks, reports
from app.web import clock, doors, viewing
from app.web.clock import now
from app.web.doors import door
from app.web.downloads import opened_document
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of
from app.web.viewing import Place

bp = Blueprint("reports", __name__, url_prefix="/review/reports")
bp.before_request(door("caseworker", readers=("auditor",)))

_REFUSED: Final = (
    reports.ReportAnswered,
    report_checks.UnknownPerson,
    report_checks.DeathKnown,
    report_checks.ReporterGone,
    report_checks.OwnReport,
    report_checks.ProofsUnopened,
    report_checks.NotProposed,
    report_checks.ProposedAlready,
    report_checks.SameCaseworker,
)


@bp.get("")
def index() -> Response:
    """The reports that wait, and what was answered lately."""
    by = doors.staff()
    return page("reports/list.html", waiting=reports.waiting(but_not_of=by.id), answered=queries.answered_lately(by=by))


@bp.get("/<ref:report>")
def report(report: str) -> Response:
    """One report, its proofs, and the two answers to it."""
    return _shown(_found(report), DismissForm(formdata=None))


@bp.get("/<ref:report>/proof/<ref:document>")
def proof(report: str, document: str) -> Response:
    """One proof; that it was looked at is written down before its first byte is sent. For caseworkers alone."""
    of, found = _proof(report, document)
    pieces = evidence.open_view(found, by=doors.staff(), role=doors.role(), at=now())
    return opened_document(pieces, found.view_media_type, f"{of.ref}-proof")


@bp.get("/<ref:report>/proof/<ref:document>/pages")
def paper(report: str, document: str) -> Response:
    """One proof, page by page."""
    of, found = _proof(report, document)
    keys = {"report": report, "document": document}
    whole, back = Place(".proof", keys).url(), url_for(".report", report=report)
    return alone(found, Place(".paper", keys), Place(".picture", keys), whole=whole, back=(of.ref, back))


@bp.get("/<ref:report>/proof/<ref:document>/pages/<number:page>")
def picture(report: str, document: str, page: int) -> Response:
    """One page of a proof as a picture; that it was looked at is written down first."""
    of, found = _proof(report, document)
    return viewing.picture_for_staff(found, page, f"{of.ref}-proof-{page}", at=now())


def _proof(report: str, document: str) -> tuple[Report, Evidence]:
    """A proof of a report, for caseworkers alone."""
    if doors.role() != "caseworker":
        abort(403, _("Only caseworkers may see this: that is what it was sent for."))
    of = _found(report)
    return of, queries.proof(of, document) or abort(404)


@bp.post("/<ref:report>/propose")
def propose(report: str) -> Response:
    """The proof is sound, and a whole account would go over: another caseworker confirms it."""
    found = _found(report)
    if not DeedForm().validate_on_submit() or not found.takes_over:
        abort(400)
    try:
        with transaction():
            actions.propose(found, by=doors.staff(), at=now())
    except _REFUSED as refused:
        return _shown(found, DismissForm(formdata=None), status_of(refused), sentence_of(refused))
    flash(_("Proposed. Another caseworker opens the proof and confirms it."), "done")
    return done(url_for(".report", report=report))


@bp.post("/<ref:report>/confirm")
def confirm(report: str) -> Response:
    """The proof is sound."""
    found = _found(report)
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            actions.confirm(found, by=doors.staff(), at=now(), on_the_wall=clock.real_now())
    except _REFUSED as refused:
        return _shown(found, DismissForm(formdata=None), status_of(refused), sentence_of(refused))
    flash(_("Confirmed. What follows has begun, and whoever reported has been told."), "done")
    return done(url_for(".report", report=report))


@bp.post("/<ref:report>/dismiss")
def dismiss(report: str) -> Response:
    """The proof is not sound, or nobody here is meant."""
    found, form = _found(report), DismissForm()
    if not form.validate_on_submit():
        return _shown(found, form, 422)
    try:
        with transaction():
            actions.dismiss(found, str(form.reason.data), by=doors.staff(), at=now())
    except _REFUSED as refused:
        return _shown(found, form, status_of(refused), sentence_of(refused))
    flash(_("Dismissed. Whoever reported has been told why."), "done")
    return done(url_for(".report", report=report))


def _found(ref: str) -> Report:
    found = queries.report(ref) or abort(404)
    if found.account_id == doors.staff().id:
        abort(403, _("This is your own report. Other people answer it."))
    return found


def _shown(found: Report, form: DismissForm, status: int = 200, problem: str | None = None) -> Response:
    """The page; that a caseworker reads what is sealed is written down before it is shown."""
    reads = doors.role() == "caseworker"
    if reads:
        with transaction():
            actions.note_look(found, by=doors.staff(), at=now())
    return page(
        "reports/report.html",
        status=status,
        opened=queries.opened(found, reads=reads),
        dismiss=form,
        may_act=reads,
        problem=problem,
    )
