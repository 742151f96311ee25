"""Routes of reports by relatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _

from app.memberships.reports import actions, queries
from app.memberships.reports.forms import ReportForm
from app.services import limits
from app.services.reports import MOST_PROOFS, PROOF, ProofMissing, ReportedAlready
from app.web import doors, proofs
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import go_to, page
from app.web.sentences import sentence_of
from app.web.too_often import too_often

bp = Blueprint("reporting", __name__, url_prefix="/me/reports")
bp.before_request(door("member"))


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Somebody signed in may send all proofs of a report at once; each is measured for itself while it arrives."""
    if endpoint == "reporting.report" and doors.account_or_none() is not None:
        request.max_content_length = (MOST_PROOFS + 1) * current_app.config["UPLOAD_FILE_BYTES"]


@bp.get("")
def index() -> Response:
    """The own reports and how they stand."""
    return page("reports/index.html", reports=queries.reports_of(doors.account()))


@bp.get("/new")
def new() -> Response:
    """The form, and what follows from it; whoever reports is reached at a confirmed address."""
    doors.confirmed()
    return _page(ReportForm(on=today()))


@bp.post("/new")
def report() -> Response:
    """Report; a refused file keeps everything that was typed."""
    by = doors.confirmed()
    form = ReportForm(on=today())
    files = [file for file in request.files.getlist("proofs") if file.filename]
    if not form.validate_on_submit() or _too_many(form, len(files)):
        return _page(form, 422)
    try:
        limits.take("report-account", by.ref, at=now())
    except limits.TooMany as often:
        return too_often(lambda: _page(form, 429), form.proofs, often)
    brought, refused = proofs.take_in(files, kind=PROOF, at=now())
    if refused:
        proofs.forget(brought)
        form.proofs.errors = [_("%(file)s: %(why)s", file=name, why=sentence_of(wrong)) for name, wrong in refused]
        return _page(form, 422)
    try:
        actions.report(form.value(), brought, by=by, at=now())
    except ProofMissing as missing:
        form.proofs.errors = [sentence_of(missing)]
        return _page(form, 422)
    except ReportedAlready as twice:
        form.number.errors = [sentence_of(twice)]
        return _page(form, 409)
    flash(
        _("Your report has reached us. A caseworker compares the proof; you will find the answer in your inbox."),
        "done",
    )
    return go_to(url_for(".index"))


def _too_many(form: ReportForm, files: int) -> bool:
    """Whether more files were sent than a report takes; then the form says so."""
    if files > MOST_PROOFS:
        form.proofs.errors = [_("At most %(most)s files at once. Join several pages into one PDF.", most=MOST_PROOFS)]
    return files > MOST_PROOFS


def _page(form: ReportForm, status: int = 200) -> Response:
    return page("reports/new.html", status=status, form=form)
