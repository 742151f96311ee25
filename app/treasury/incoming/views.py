"""Routes of the desk of payments in."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.services.reversals import NotReceived
from app.services.suspense import NotHeld
from app.treasury.incoming import actions, queries
from app.treasury.incoming.forms import PaymentFilter, ReversalForm
from app.web import doors
from app.web.clock import now
from app.web.hx import done, page
from app.web.sentences import sentence_of

bp = Blueprint("incoming", __name__, url_prefix="/treasury/payments")
bp.before_request(doors.door("treasurer", readers=("auditor",)))


@bp.get("")
def index() -> Response:
    """Payments in, newest first, by state and reference."""
    asked = PaymentFilter(request.args)
    sound = asked.validate()
    found = queries.payments(asked.wanted()) if sound else queries.Page((), None)
    return page(
        "treasury/payments.html",
        fragments={"payments": "treasury/_payments.html"},
        status=200 if sound else 422,
        form=asked,
        found=found,
        sums=queries.sums(),
    )


@bp.get("/<ref:payment>")
def payment(payment: str) -> Response:
    """One payment, where its money is, and what can be done."""
    return _shown(payment, ReversalForm(formdata=None))


@bp.post("/<ref:payment>/reversal")
def reverse(payment: str) -> Response:
    """The bank took it back."""
    form = ReversalForm()
    found = queries.one(payment) or abort(404)
    if not form.validate_on_submit():
        return _shown(payment, form, status=422)
    try:
        with transaction():
            actions.reverse(found.listed.payment, form.said(), by=doors.staff(), at=now())
    except (NotReceived, NotHeld) as late:
        return _shown(payment, form, status=409, problem=sentence_of(late))
    flash(_("Booked as taken back. Whoever paid it is told."), "done")
    return done(url_for(".payment", payment=payment))


def _shown(ref: str, form: ReversalForm, *, status: int = 200, problem: str | None = None) -> Response:
    found = queries.one(ref) or abort(404)
    return page(
        "treasury/payment.html",
        status=status,
        problem=problem,
        opened=found,
        form=form,
        may_act=doors.role() == "treasurer",
    )
