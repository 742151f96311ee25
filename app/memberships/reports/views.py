"""Routes of reports by relatives."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app.memberships.reports import actions, queries
from app.memberships.reports.forms import ReportForm
from app.services.reports import MOST_PROOFS, ProofMissing, ReportedAlready
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import go_to, page
from app.web.sentences import sentence_of

bp = Blueprint("reporting", __name__, url_prefix="/me/reports")
bp.before_request(door("member"))


@bp.get("")
def index() -> Response:
    """The own reports and how they stand."""
    return page("reports/index.html", reports=queries.reports_of(doors.account()))


@bp.get("/new")
def new() -> Response:
    """The form, and what follows from it."""
    return _page(ReportForm(on=today()))


@bp.post("/new")
def report() -> Response:
    """Report; a refused file keeps everything that was typed."""
    form = ReportForm(on=today())
    if not form.validate_on_submit():
        return _page(form, 422)
    files = [file for file in request.files.getlist("proofs") if file.filename]
    if len(files) > MOST_PROOFS:
        form.proofs.errors = [_("At most %(most)s files at once. Join several pages into one PDF.", most=MOST_PROOFS)]
        return _page(form, 422)
    proofs, refused = actions.take_in(files, at=now())
    if refused:
        actions.forget(proofs)
        form.proofs.errors = [_("%(file)s: %(why)s", file=name, why=sentence_of(wrong)) for name, wrong in refused]
        return _page(form, 422)
    try:
        actions.report(form.value(), proofs, by=doors.account(), at=now())
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


def _page(form: ReportForm, status: int = 200) -> Response:
    return page("reports/new.html", status=status, form=form)
