"""Routes of an objection: its form, its receipt. Nobody needs to sign in, and nobody is asked who they are."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.disclosures.objecting import actions, queries
from app.disclosures.objecting.forms import ObjectionForm
from app.domain.objections import CaseNotOpen, ObjectionDaysOver, TooManyObjections
from app.models import Case
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("objecting", __name__)
bp.before_request(door("anybody"))

_REFUSED: Final = (ObjectionDaysOver, CaseNotOpen, TooManyObjections)


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
    found = queries.objection(objection, case=case) or abort(404, _("There is no objection with this reference."))
    return page("objections/receipt.html", objection=found, case=found.case, period=found.case.period)


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
