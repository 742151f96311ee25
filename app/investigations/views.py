"""Routes of the investigators' room: the list, one investigation, its chosen documents, the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.db import transaction
from app.domain.investigations import InvestigationOver
from app.investigations import actions, queries
from app.investigations.forms import MOST_PAPERS, DeclineForm, ReportForm
from app.models import Evidence, Investigation
from app.services import evidence
from app.services.investigations.ending import PAPER
from app.web import doors, proofs
from app.web.clock import now, today
from app.web.doors import door
from app.web.downloads import download, opened_document
from app.web.hx import done, page
from app.web.sentences import sentence_of

bp = Blueprint("investigations", __name__, url_prefix="/investigations")
bp.before_request(door("investigator"))


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """An investigator may send documents with a report; each is measured for itself while it arrives."""
    if endpoint != "investigations.report":
        return
    sender = doors.account_or_none()
    if sender is not None and "investigator" in doors.roles_of(sender):
        request.max_content_length = (MOST_PAPERS + 1) * current_app.config["UPLOAD_FILE_BYTES"]


@bp.get("")
def index() -> Response:
    """What waits for this investigator, and what has ended."""
    by = doors.staff()
    return page("investigations/list.html", waiting=queries.waiting(by=by, today=today()), ended=queries.ended(by=by))


@bp.get("/<ref:investigation>")
def investigation(investigation: str) -> Response:
    """One investigation; that the claim was looked at is written down before it is shown."""
    return _shown(_mine(investigation))


@bp.get("/<ref:investigation>/documents/<ref:document>")
def document(investigation: str, document: str) -> Response:
    """The view of a chosen document; the look is written down before its first byte."""
    of = _mine(investigation)
    found = _chosen(of, document)
    pieces = evidence.open_view(found, by=doors.staff(), role=doors.role(), at=now())
    return opened_document(pieces, found.view_media_type, f"{of.ref}-{found.ref}")


@bp.get("/<ref:investigation>/documents/<ref:document>/original")
def original(investigation: str, document: str) -> Response:
    """A chosen document exactly as it came, to be kept by nobody in between; the look is written down."""
    found = _chosen(_mine(investigation), document)
    pieces = evidence.open_original(found, by=doors.staff(), role=doors.role(), at=now())
    return download(pieces, found.media_type, f"{found.ref}-original.{found.media_type.rpartition('/')[2]}")


@bp.post("/<ref:investigation>/report")
def report(investigation: str) -> Response:
    """File the report, once."""
    of = _mine(investigation)
    form = ReportForm()
    if not form.validate_on_submit():
        return _shown(of, status=422, report=form)
    at = now()
    brought, refused = proofs.take_in(form.files(), kind=PAPER, at=at)
    if refused:
        proofs.forget(brought)
        form.papers.errors = [f"{name}: {sentence_of(wrong)}" for name, wrong in refused]
        return _shown(_mine(investigation), status=422, report=form)
    said = {"done": str(form.done.data), "found": str(form.found.data)}
    try:
        with proofs.kept_or_discarded(brought), transaction():
            actions.file(_mine(investigation), papers=brought, by=doors.staff(), at=at, **said)
    except InvestigationOver:
        return _shown(_mine(investigation), status=409, report=form)
    flash(_("Your report is filed. Thank you; your access to the claim has ended."), "done")
    return done(url_for(".index"))


@bp.post("/<ref:investigation>/decline")
def decline(investigation: str) -> Response:
    """Do not take it, or go no further."""
    of = _mine(investigation)
    form = DeclineForm()
    if not form.validate_on_submit():
        return _shown(of, status=422, decline=form)
    try:
        with transaction():
            actions.decline(_mine(investigation), str(form.reason.data), by=doors.staff(), at=now())
    except InvestigationOver:
        return _shown(_mine(investigation), status=409, decline=form)
    flash(_("It is given back. Your access to the claim has ended."), "done")
    return done(url_for(".index"))


def _mine(ref: str) -> Investigation:
    return queries.assigned(ref, by=doors.staff()) or abort(404)


def _chosen(of: Investigation, ref: str) -> Evidence:
    return queries.document_of(of, ref) or abort(
        404, _("This document was not chosen for you, or your access has ended.")
    )


def _shown(of: Investigation, *, status: int = 200, **sent: FlaskForm) -> Response:
    """The page of one investigation; after its end only that it has ended, with what was typed too late."""
    try:
        with transaction():
            actions.look(of, by=doors.staff(), at=now())
    except InvestigationOver:
        typed = [str(field.data) for form in sent.values() for field in form if field.type == "TextAreaField"]
        return page(
            "investigations/over.html", status=status, investigation=_mine(of.ref), typed=[t for t in typed if t]
        )
    return page(
        "investigations/investigation.html",
        status=status,
        opened=queries.opened(_mine(of.ref), today=today()),
        report=sent.get("report") or ReportForm(formdata=None),
        decline=sent.get("decline") or DeclineForm(formdata=None),
    )
