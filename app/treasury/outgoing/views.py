"""Routes of the desk of payouts."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.services.returns import AccountMissing, NotOnItsWay
from app.treasury.outgoing import actions, queries
from app.treasury.outgoing.forms import DeedForm, ReturnForm
from app.web import doors
from app.web.clock import now
from app.web.hx import done, page
from app.web.sentences import sentence_of

bp = Blueprint("outgoing", __name__, url_prefix="/treasury/payouts")
bp.before_request(doors.door("treasurer", readers=("auditor",)))


@bp.get("")
def index() -> Response:
    """In which order payouts leave, what each waits for, what came back, what is on its way, what arrived lately."""
    return page(
        "treasury/payouts.html",
        lines=queries.lines(),
        came_back=queries.in_states("returned", "failed", most=100),
        on_its_way=queries.in_states("released", most=100),
        lately=queries.in_states("paid"),
    )


@bp.get("/<ref:payout>")
def payout(payout: str) -> Response:
    """One payout, its story, and what can be done with it."""
    return _shown(payout)


@bp.post("/<ref:payout>/return")
def came_back(payout: str) -> Response:
    """The bank sent it back, or refused it."""
    form = ReturnForm()
    if not form.validate_on_submit():
        return _shown(payout, form=form, status=422)
    try:
        with transaction():
            actions.came_back(_found(payout).payout, form.said(), by=doors.staff(), at=now())
    except NotOnItsWay as late:
        return _shown(payout, status=409, problem=sentence_of(late))
    flash(_("Booked. The claimant is asked for an account; the period is not paid until this one is."), "done")
    return done(url_for(".payout", payout=payout))


@bp.post("/<ref:payout>/again")
def again(payout: str) -> Response:
    """Send it to the account named anew."""
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            actions.send_again(_found(payout).payout, by=doors.staff(), at=now())
    except (NotOnItsWay, AccountMissing) as refused:
        return _shown(payout, status=409, problem=sentence_of(refused))
    flash(_("On its way again."), "done")
    return done(url_for(".payout", payout=payout))


def _found(ref: str) -> queries.Outgoing:
    return queries.one(ref) or abort(404)


def _shown(ref: str, *, form: ReturnForm | None = None, status: int = 200, problem: str | None = None) -> Response:
    found = _found(ref)
    return page(
        "treasury/payout.html",
        status=status,
        problem=problem,
        one=found,
        story=queries.story_of(found.payout),
        by_file=queries.by_file(found.payout),
        form=form or ReturnForm(formdata=None),
        deed=DeedForm(formdata=None),
        may_act=doors.role() == "treasurer",
    )
