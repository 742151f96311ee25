"""Routes of the desk of refunds."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.db import transaction
from app.services import figures
from app.services.refunds import NothingOwed, RefundMoved
from app.services.suspense import NotHeld
from app.treasury.refunds import actions, queries
from app.treasury.refunds.forms import DeedForm
from app.web import doors
from app.web.clock import now, today
from app.web.hx import done, page
from app.web.sentences import sentence_of

bp = Blueprint("refunds", __name__, url_prefix="/treasury/refunds")
bp.before_request(doors.door("treasurer", readers=("auditor",)))


@bp.get("")
def index() -> Response:
    """What waits to go back, what is kept apart, and what went lately."""
    return _page()


@bp.post("/release")
def release_all() -> Response:
    """Release everything that is due."""
    _check_form()
    with transaction():
        count = actions.release_due(by=doors.staff(), at=now())
    if not count:
        return _page(status=409, problem=_("Nothing waits for release: somebody was faster. Nothing was paid twice."))
    flash(ngettext("%(num)s refund is on its way.", "%(num)s refunds are on their way.", count), "done")
    return done(url_for(".index"))


@bp.post("/<ref:refund>/release")
def release(refund: str) -> Response:
    """Release one refund, or send it again."""
    found = queries.refund(refund) or abort(404)
    return _deed(lambda: actions.release(found, by=doors.staff(), at=now()), _("The refund is on its way."))


@bp.post("/<ref:refund>/returned")
def came_back(refund: str) -> Response:
    """Book that the bank has sent one back."""
    found = queries.refund(refund) or abort(404)
    said = _("Booked as sent back. It is owed again and can be sent once more.")
    return _deed(lambda: actions.came_back(found, by=doors.staff(), at=now()), said)


@bp.post("/suspense/<ref:payment>")
def send_back(payment: str) -> Response:
    """Send a payment in suspense back to its payer."""
    item = queries.item_of(payment) or abort(404)
    if item.reason == "application":
        abort(409, _("A caseworker looks at this application. The money goes back, or begins the membership, then."))
    return _deed(lambda: actions.send_back(item, by=doors.staff(), at=now()), _("The payment is on its way back."))


def _deed(deed: Callable[[], object], said: str) -> Response:
    _check_form()
    try:
        with transaction():
            deed()
    except (RefundMoved, NothingOwed, NotHeld) as late:
        return _page(status=409, problem=sentence_of(late))
    flash(said, "done")
    return done(url_for(".index"))


def _check_form() -> None:
    if not DeedForm().validate_on_submit():
        abort(400)


def _page(status: int = 200, problem: str | None = None) -> Response:
    waiting, lately = queries.open_refunds(), queries.paid_lately()
    return page(
        "treasury/refunds.html",
        status=status,
        problem=problem,
        held=queries.held(on=today()),
        waiting=waiting,
        lately=lately,
        sums=queries.sums(),
        accounts=queries.account_refs([*waiting, *lately]),
        names=figures.plan_names(today()),
        may_act=doors.role() == "treasurer",
        form=DeedForm(formdata=None),
    )
