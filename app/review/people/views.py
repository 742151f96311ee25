"""Routes of looking a member up. There is no list to browse, and no address that shows a member."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash
from flask_babel import gettext as _

from app.db import transaction
from app.review.people import actions, queries
from app.review.people.forms import LookUpForm
from app.services import limits, look_ups
from app.web import clock, doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import page
from app.web.too_often import too_often

bp = Blueprint("people", __name__, url_prefix="/review/people")
bp.before_request(door("caseworker", readers=("auditor",)))


@bp.get("")
def index() -> Response:
    """The form, and the look-ups so far: one's own, or for an auditor everybody's."""
    return _shown(LookUpForm())


@bp.post("")
def look_up() -> Response:
    """Look somebody up; found or not, it is written down before anything is shown."""
    form = LookUpForm()
    if not form.validate_on_submit():
        return _shown(form, 422)
    try:
        limits.take("look-up-account", doors.staff().ref, at=clock.real_now())
    except limits.TooMany as refused:
        return too_often(lambda: _shown(form, 429), form.sought, refused)
    with transaction():
        found = actions.look_up(form.value(), by=doors.staff(), role=doors.role(), at=now())
        shown = [queries.found(account) for account in found]
    if not shown:
        flash(_("Nobody was found. That you looked is written down all the same."))
    return _shown(form, found=shown)


def _shown(form: LookUpForm, status: int = 200, found: Sequence[queries.Found] = ()) -> Response:
    acts = doors.role() == "caseworker"
    return page(
        "people/look_up.html",
        status=status,
        form=form,
        found=found,
        may_act=acts,
        lately=look_ups.lately(by=doors.staff() if acts else None),
    )
