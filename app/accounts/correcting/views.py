"""Routes of corrections of the people of one's own account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _

from app.accounts.correcting import actions, queries
from app.accounts.correcting.forms import CorrectionForm, DeedForm
from app.db import transaction
from app.models import Person, PersonCorrection
from app.services import limits
from app.services.person_corrections import values
from app.services.person_corrections.asking import MOST_PROOFS, PROOF
from app.services.person_corrections.values import (
    CorrectionAnswered,
    CorrectionWaits,
    KnownHere,
    NothingDiffers,
    ProofNeeded,
)
from app.web import clock, doors, proofs
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of
from app.web.too_often import too_often

bp = Blueprint("correcting", __name__, url_prefix="/account/people")
bp.before_request(door("member"))

_REFUSED: Final = (CorrectionWaits, KnownHere, NothingDiffers, ProofNeeded)


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Somebody signed in may send all documents at once; each is measured for itself while it arrives."""
    if endpoint == "correcting.ask" and doors.account_or_none() is not None:
        request.max_content_length = (MOST_PROOFS + 1) * current_app.config["UPLOAD_FILE_BYTES"]


@bp.get("")
def index() -> Response:
    """The people of the account, and the corrections so far."""
    account = doors.account()
    return page("corrections/people.html", people=queries.people(account), corrections=queries.corrections(account))


@bp.get("/<ref:person>/correction")
def new(person: str) -> Response:
    """The form, with what stands there now."""
    found = _person(person)
    return _form(found, CorrectionForm(values.present(found), on=today(), formdata=None))


@bp.post("/<ref:person>/correction")
def ask(person: str) -> Response:
    """The province changes at once; what says who the person is waits for a caseworker."""
    found, by = _person(person), doors.confirmed()
    form = CorrectionForm(values.present(found), on=today())
    files = [file for file in request.files.getlist("proofs") if file.filename]
    if not form.validate_on_submit() or _too_many(form, len(files)):
        return _form(found, form, 422)
    try:
        limits.take("correction-account", by.ref, at=clock.real_now())
    except limits.TooMany as often:
        return too_often(lambda: _form(found, form, 429), form.name, often)
    brought, refused = proofs.take_in(files, kind=PROOF, at=now())
    if refused:
        proofs.forget(brought)
        form.proofs.errors = [_("%(file)s: %(why)s", file=name, why=sentence_of(wrong)) for name, wrong in refused]
        return _form(found, form, 422)
    try:
        made = actions.ask(_person(person), form.value(), brought, by=doors.account(), at=now())
    except _REFUSED as wrong:
        field = {ProofNeeded: form.proofs, KnownHere: form.number}.get(type(wrong), form.name)
        field.errors = [sentence_of(wrong)]
        return _form(_person(person), form, status_of(wrong))
    asked = _("Asked. A caseworker looks at the documents, and you are told.")
    flash(_("Corrected.") if made.state == "accepted" else asked, "done")
    return done(url_for(".correction", correction=made.ref))


@bp.get("/corrections/<ref:correction>")
def correction(correction: str) -> Response:
    """One correction, and how it was answered."""
    return _shown(_correction(correction))


@bp.post("/corrections/<ref:correction>/withdrawal")
def withdraw(correction: str) -> Response:
    """Take it back."""
    found = _correction(correction)
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            actions.withdraw(found, by=doors.account(), at=now())
    except CorrectionAnswered as late:
        return _shown(_correction(correction), status_of(late), sentence_of(late))
    flash(_("Withdrawn. Everything stays as it was."), "done")
    return done(url_for(".correction", correction=correction))


def _too_many(form: CorrectionForm, files: int) -> bool:
    if files > MOST_PROOFS:
        form.proofs.errors = [_("At most %(most)s files at once. Join several pages into one PDF.", most=MOST_PROOFS)]
    return files > MOST_PROOFS


def _person(ref: str) -> Person:
    return queries.person(doors.account(), ref) or abort(404)


def _correction(ref: str) -> PersonCorrection:
    return queries.correction(doors.account(), ref) or abort(404)


def _form(found: Person, form: CorrectionForm, status: int = 200) -> Response:
    return page("corrections/new.html", status=status, person=found, form=form, now=values.present(found))


def _shown(found: PersonCorrection, status: int = 200, problem: str | None = None) -> Response:
    return page(
        "corrections/correction.html",
        status=status,
        correction=found,
        lines=queries.lines(found),
        reason=queries.reason(found),
        problem=problem,
    )
