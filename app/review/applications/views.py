"""Routes of the desk of applications."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.models import Application
from app.review.applications import actions, queries
from app.review.applications.forms import DeedForm
from app.services.joining import MemberElsewhere, NotToBeChecked
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of

bp = Blueprint("applications", __name__, url_prefix="/review/applications")
bp.before_request(door("caseworker", readers=("auditor",)))


@bp.get("")
def index() -> Response:
    """The applications that wait, and what was decided lately."""
    by = doors.staff()
    return page(
        "applications/list.html",
        waiting=queries.waiting(by=by, on=today()),
        decided=queries.decided_lately(by=by),
        rules=queries.plan_rules(on=today()),
    )


@bp.get("/<ref:application>")
def application(application: str) -> Response:
    """One application, and the two answers to it."""
    return _shown(_found(application))


@bp.post("/<ref:application>/accept")
def accept(application: str) -> Response:
    """Let the membership begin."""
    found = _found(application)
    if not queries.opened(found, on=today()).may_accept and found.state == "to_be_checked":
        return _shown(found, 409, _("This application can only be refused; the page says why."))
    return _deed(
        found,
        lambda: actions.accept(found, by=doors.staff(), at=now()),
        _("Accepted. The membership has begun, and whoever applied has been told."),
    )


@bp.post("/<ref:application>/refuse")
def refuse(application: str) -> Response:
    """Refuse it; the money goes back."""
    found = _found(application)
    return _deed(
        found,
        lambda: actions.refuse(found, by=doors.staff(), at=now()),
        _("Refused. Whoever applied has been told, without a reason; a treasurer sends the money back."),
    )


def _deed(found: Application, deed: Callable[[], object], said: str) -> Response:
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            deed()
    except (MemberElsewhere, NotToBeChecked) as late:
        return _shown(found, 409, sentence_of(late))
    flash(said, "done")
    return done(url_for(".application", application=found.ref))


def _found(ref: str) -> Application:
    found = queries.application(ref) or abort(404)
    if found.account_id == doors.staff().id:
        abort(403, _("This is your own application. Other people look at it."))
    return found


def _shown(found: Application, status: int = 200, problem: str | None = None) -> Response:
    return page(
        "applications/application.html",
        status=status,
        opened=queries.opened(found, on=today()),
        form=DeedForm(formdata=None),
        may_act=doors.role() == "caseworker",
        problem=problem,
    )
