"""Routes of the desk of groups."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.models import Group
from app.review.groups import actions, queries
from app.review.groups.forms import DeedForm, RefusalForm
from app.services.invitations.groups import GroupMoved, contact_of
from app.web import doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of

bp = Blueprint("group_desk", __name__, url_prefix="/review/groups")
bp.before_request(door("caseworker", readers=("auditor",)))


@bp.get("")
def index() -> Response:
    """The groups that wait, and what was decided lately."""
    return page("group_desk/list.html", waiting=queries.waiting(by=doors.staff()), decided=queries.decided_lately())


@bp.get("/<ref:group>")
def group(group: str) -> Response:
    """One group, and the two answers to it."""
    return _shown(_found(group))


@bp.post("/<ref:group>/admission")
def admit(group: str) -> Response:
    """Let it hand in lists."""
    found = _found(group)
    if not DeedForm().validate_on_submit():
        abort(400)
    said = _("Admitted. The organiser has been told.")
    return _deed(found, lambda: actions.admit(found, by=doors.staff(), at=now()), said)


@bp.post("/<ref:group>/refusal")
def refuse(group: str) -> Response:
    """Say no, with a reason."""
    found, form = _found(group), RefusalForm()
    if not form.validate_on_submit():
        return _shown(found, 422, form=form)
    said = _("Not admitted. The organiser reads the reason.")
    return _deed(found, lambda: actions.refuse(found, str(form.reason.data), by=doors.staff(), at=now()), said)


def _deed(found: Group, deed: Callable[[], None], said: str) -> Response:
    try:
        with transaction():
            deed()
    except GroupMoved as late:
        return _shown(found, 409, problem=sentence_of(late))
    flash(said, "done")
    return done(url_for(".group", group=found.ref))


def _found(ref: str) -> Group:
    found = queries.group_with(ref) or abort(404)
    if found.account_id == doors.staff().id:
        abort(403, _("This is your own group. Somebody else looks at it."))
    return found


def _shown(found: Group, status: int = 200, *, form: RefusalForm | None = None, problem: str | None = None) -> Response:
    return page(
        "group_desk/group.html",
        status=status,
        group=found,
        contact=contact_of(found),
        form=form or RefusalForm(formdata=None),
        may_act=doors.role() == "caseworker",
        problem=problem,
    )
