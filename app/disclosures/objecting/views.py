"""Routes of an objection: its form, its receipt. Nobody needs to sign in, and nobody is asked who they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from app.db import transaction
from app.disclosures.objecting import actions, queries
from app.disclosures.objecting.forms import FindForm, ObjectionForm, UploadForm
from app.domain.objections import AlreadyAnswered, CaseNotOpen, ObjectionDaysOver, TooManyObjections
from app.models import Case, Objection
from app.services import limits, objection_papers
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.network import network
from app.web.sentences import sentence_of, status_of
from app.web.several_files import bring_each

bp = Blueprint("objecting", __name__)
bp.before_request(door("anybody"))

_REFUSED: Final = (ObjectionDaysOver, CaseNotOpen, TooManyObjections, limits.TooMany)


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """Documents may be sent with an objection that is open; each is measured for itself while it arrives."""
    if endpoint == "objecting.upload" and values and queries.is_open(values["objection"], case=values["case"]):
        files = current_app.config["UPLOAD_FILES_PER_OBJECTION"] + 1
        request.max_content_length = files * current_app.config["UPLOAD_FILE_BYTES"]


@bp.get("/cases/<ref:case>/objection")
def form(case: str) -> Response:
    """The form; outside the objection days a sentence that names them."""
    found = _case(case)
    try:
        actions.check_open(found, at=now())
    except _REFUSED as refused:
        return _shown(found, ObjectionForm(), refused=refused)
    return _shown(found, ObjectionForm())


@bp.post("/cases/<ref:case>/objection")
def file(case: str) -> Response:
    """File it."""
    found = _case(case)
    form = ObjectionForm()
    if not form.validate_on_submit():
        return _shown(found, form, status=422)
    try:
        with transaction():
            objection = actions.file(found, form.said(), sender=request.remote_addr or "", at=now())
            ref = objection.ref
    except _REFUSED as refused:
        return _shown(_case(case), form, refused=refused)
    return done(url_for(".receipt", case=case, objection=ref))


@bp.get("/cases/<ref:case>/objection/<ref:objection>")
def receipt(case: str, objection: str) -> Response:
    """What was received, and what became of it; not what it says, nor who filed it."""
    return _receipt(_objection(case, objection))


@bp.post("/cases/<ref:case>/objection/<ref:objection>/documents")
def upload(case: str, objection: str) -> Response:
    """Add documents to an open objection; each is kept or refused for itself."""
    found = _objection(case, objection)
    sent = [file for file in request.files.getlist("documents") if file.filename]
    if not sent:
        return _receipt(found, [("", _("No file was chosen. Choose one or several, then send them."))], status=422)
    try:
        brought = bring_each(sent, lambda file: _bring(found, file))
    except AlreadyAnswered as answered:
        return _receipt(_objection(case, objection), [("", sentence_of(answered))], status=status_of(answered))
    if brought.refused:
        return brought.said(_receipt(found, brought.refused, kept=brought.kept, status=brought.status))
    flash(ngettext("%(num)s file was kept.", "%(num)s files were kept.", len(sent)))
    return done(url_for(".receipt", case=case, objection=objection))


@bp.get("/objections")
def find() -> Response:
    """Look up what became of an objection by the reference on its receipt."""
    form = FindForm(request.args)
    if "ref" not in request.args:
        return page("objections/find.html", form=form)
    found = queries.objection_of(str(form.ref.data)) if form.validate() else None
    if found is not None:
        return done(url_for(".receipt", case=found.case.ref, objection=found.ref))
    if not form.errors:
        form.ref.errors = [_("There is no objection with this reference. Compare it with the receipt.")]
    return page("objections/find.html", status=422 if not form.ref.data else 404, form=form)


def _bring(objection: Objection, file: FileStorage) -> None:
    limits.take("objection-upload", network(), at=now())
    objection_papers.receive(file.stream, objection=objection, filename=file.filename or "", at=now())


def _objection(case: str, ref: str) -> Objection:
    return queries.objection(ref, case=case) or abort(404, _("There is no objection with this reference."))


def _receipt(
    objection: Objection, refused: list[tuple[str, str]] | None = None, *, kept: int = 0, status: int = 200
) -> Response:
    return page(
        "objections/receipt.html",
        status=status,
        objection=objection,
        case=objection.case,
        period=objection.case.period,
        papers=len(objection_papers.of_objection(objection)),
        form=UploadForm(),
        refused=refused or [],
        kept=kept,
    )


def _case(ref: str) -> Case:
    return queries.case_to_object_to(ref) or abort(404, _("There is no public case with this reference."))


def _shown(case: Case, form: ObjectionForm, *, status: int = 200, refused: Exception | None = None) -> Response:
    """The page of the form: what was typed stays on it, also when it can no longer be sent."""
    return page(
        "objections/file.html",
        status=status_of(refused) if refused else status,
        case=case,
        period=case.period,
        form=form,
        problem=sentence_of(refused) if refused else None,
    )
