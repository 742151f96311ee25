"""Routes of the file of one's own data."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.accounts import actions as gate
from app.accounts.exporting import actions, queries
from app.accounts.exporting.forms import DeedForm, TakeForm
from app.db import transaction
from app.models import DataExport
from app.services import limits
from app.services.exports.keeping import ExportGone
from app.services.limits import TooMany
from app.web import clock, doors, i18n
from app.web.clock import now
from app.web.doors import door
from app.web.downloads import download
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of
from app.web.too_often import too_often

bp = Blueprint("exporting", __name__, url_prefix="/account/export")
bp.before_request(door("member"))


@bp.get("")
def index() -> Response:
    """What the file holds, and where it stands."""
    return _shown(TakeForm(formdata=None))


@bp.post("")
def ask() -> Response:
    """Ask for it; asked twice, it is made once."""
    if not DeedForm().validate_on_submit():
        abort(400)
    by = doors.account()
    try:
        limits.take("export-account", by.ref, at=clock.real_now())
    except TooMany as refused:
        form = TakeForm(formdata=None)
        return too_often(lambda: _shown(form, 429), form.password, refused)
    with transaction():
        actions.ask(by=doors.account(), language=i18n.language(), at=now())
    flash(_("Your file is being made. A message tells you when it is ready."), "done")
    return done(url_for(".index"))


@bp.post("/<ref:export>/file")
def take(export: str) -> Response:
    """Download it, with the password."""
    form, by, row = TakeForm(), doors.account(), _own(export)
    if not form.validate_on_submit():
        return _shown(form, 422)
    try:
        limits.take("password-account", by.ref, at=clock.real_now())
    except TooMany as refused:
        return too_often(lambda: _shown(form, 429), form.password, refused)
    if not gate.has_password(doors.account(), str(form.password.data)):
        form.password.errors = [_("This is not your present password. Check it and try again.")]
        return _shown(form, 422)
    limits.give_back("password-account", by.ref, at=clock.real_now())
    try:
        pieces = actions.take(row, by=doors.account(), at=now())
    except ExportGone as gone:
        return _shown(form, status_of(gone), sentence_of(gone))
    return download(pieces, "application/zip", f"juntan-{export}.zip")


@bp.post("/<ref:export>/deletion")
def drop(export: str) -> Response:
    """Delete it now."""
    row = _own(export)
    if not DeedForm().validate_on_submit():
        abort(400)
    if row.state != "gone":
        actions.drop(row, by=doors.account(), at=now())
    flash(_("The file is deleted."), "done")
    return done(url_for(".index"))


def _own(ref: str) -> DataExport:
    return queries.own(doors.account(), ref) or abort(404)


def _shown(form: TakeForm, status: int = 200, problem: str | None = None) -> Response:
    return page(
        "exports/export.html",
        status=status,
        form=form,
        export=queries.living(doors.account(), at=now()),
        problem=problem,
    )
