"""Routes of the desk of reserves."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.services import figures, reserves
from app.services.bank_lines import BookedBefore, RecordedBefore
from app.treasury.reserves import actions, queries
from app.treasury.reserves.forms import AnswerForm, FundingForm
from app.web import booked, doors
from app.web.clock import now, today
from app.web.fields import blame
from app.web.filters import in_words
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("reserves", __name__, url_prefix="/treasury/reserves")
bp.before_request(doors.door("treasurer", readers=("auditor",)))


@bp.get("")
def index() -> Response:
    """What each reserve holds, what waits for a second treasurer, and the form to record what came."""
    return _shown(_form())


@bp.post("")
def record() -> Response:
    """Record money that came for a reserve."""
    form = _form()
    if not form.validate_on_submit():
        return _shown(form, status=422)
    value = form.recorded()
    try:
        with transaction():
            plan = queries.plan(value.plan) or abort(404)
            actions.record(plan, value, by=doors.staff(), at=now())
    except (RecordedBefore, BookedBefore) as twice:
        blame(form.reference, sentence_of(twice))
        return _shown(form, status=409, known=booked.first_of(twice))
    flash(_("Recorded. It is booked once another treasurer has confirmed it."), "done")
    return done(url_for(".index"))


@bp.post("/<ref:funding>/answer")
def answer(funding: str) -> Response:
    """Confirm it or not."""
    form = AnswerForm()
    if not form.validate_on_submit():
        abort(400)
    found = reserves.funding_with(funding) or abort(404)
    try:
        with transaction():
            actions.answer(found, form.verdict(), by=doors.staff(), at=now())
    except (reserves.SameTreasurer, reserves.AnsweredBefore) as refused:
        return _shown(_form(blank=True), status=status_of(refused), problem=sentence_of(refused))
    flash(
        _("Confirmed, booked and public.") if form.verdict() == "confirmed" else _("Not confirmed. Nothing was booked.")
    )
    return done(url_for(".index"))


def _form(*, blank: bool = False) -> FundingForm:
    form = FundingForm(formdata=None) if blank else FundingForm()
    return form.offer([(slug, in_words(rules.name)) for slug, rules in figures.plan_names(today()).items()])


def _shown(form: FundingForm, *, status: int = 200, problem: str | None = None, known: str | None = None) -> Response:
    waiting, answered = reserves.waiting(), queries.answered_lately()
    return page(
        "treasury/reserves.html",
        status=status,
        problem=problem,
        known=known,
        form=form,
        answer=AnswerForm(formdata=None),
        reserves=queries.all_reserves(),
        waiting=waiting,
        answered=answered,
        people=queries.names([*waiting, *answered]),
        names=figures.plan_names(today()),
        by=doors.staff().id,
        may_act=doors.role() == "treasurer",
    )
