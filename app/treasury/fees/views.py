"""Routes of the desk of the fee."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.models import FeeTaking
from app.services import fee_takings, figures
from app.treasury.fees import actions, queries
from app.treasury.fees.forms import AnswerForm, ReturnForm, TakingForm
from app.web import doors
from app.web.clock import now, today
from app.web.fields import blame
from app.web.filters import in_words
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("fees", __name__, url_prefix="/treasury/fees")
bp.before_request(doors.door("treasurer", readers=("auditor",)))


@bp.get("")
def index() -> Response:
    """What is owed of each plan's fee, how much of it may leave, and what waits for a second treasurer."""
    return _shown(_form())


@bp.post("")
def propose() -> Response:
    """Propose that a part of a fee leaves."""
    form = _form()
    if not form.validate_on_submit():
        return _shown(form, status=422)
    value = form.proposed()
    try:
        with transaction():
            plan = queries.plan(value.plan) or abort(404)
            actions.propose(plan, value, by=doors.staff(), at=now())
    except fee_takings.MoreThanMayLeave as more:
        blame(form.amount, sentence_of(more))
        return _shown(form, status=422)
    except (fee_takings.StaysWhileClosing, fee_takings.WaitsAlready) as not_now:
        blame(form.plan, sentence_of(not_now))
        return _shown(form, status=409)
    flash(_("Proposed. It leaves once another treasurer has let it go."), "done")
    return done(url_for(".index"))


@bp.post("/<ref:taking>/answer")
def answer(taking: str) -> Response:
    """Let it go, or drop it."""
    form = AnswerForm()
    if not form.validate_on_submit():
        abort(400)
    found = _taking(taking)
    try:
        with transaction():
            actions.answer(found, form.verdict(), by=doors.staff(), at=now())
    except (
        fee_takings.SameTreasurer,
        fee_takings.AnsweredBefore,
        fee_takings.MoreThanMayLeave,
        fee_takings.StaysWhileClosing,
    ) as refused:
        return _shown(_form(blank=True), status=status_of(refused), problem=sentence_of(refused))
    if form.verdict() == "taken":
        flash(_("Booked and public. Send it now, and call the transfer %(reference)s.", reference=found.ref), "done")
    else:
        flash(_("Dropped. Nothing was booked."))
    return done(url_for(".index"))


@bp.route("/<ref:taking>/return", methods=["GET", "POST"])
def give_back(taking: str) -> Response:
    """The bank sent it back: it is owed again."""
    found, form = _taking(taking), ReturnForm()
    if not form.validate_on_submit():
        return _return_page(found, form, status=422 if form.is_submitted() else 200)
    try:
        with transaction():
            actions.give_back(found, by=doors.staff(), at=now())
    except fee_takings.AnsweredBefore as before:
        return _return_page(_taking(taking), form, status=409, problem=sentence_of(before))
    flash(_("Booked and public: the fee is owed again."), "done")
    return done(url_for(".index"))


def _taking(ref: str) -> FeeTaking:
    return fee_takings.taking_with(ref) or abort(404)


def _form(*, blank: bool = False) -> TakingForm:
    form = TakingForm(formdata=None) if blank else TakingForm()
    return form.offer([(slug, in_words(rules.name)) for slug, rules in figures.plan_names(today()).items()])


def _return_page(taking: FeeTaking, form: ReturnForm, *, status: int, problem: str | None = None) -> Response:
    rules = figures.plan_names(today())[taking.plan.slug]
    return page("treasury/fee_return.html", status=status, taking=taking, form=form, rules=rules, problem=problem)


def _shown(form: TakingForm, *, status: int = 200, problem: str | None = None) -> Response:
    waiting, answered = fee_takings.waiting(), fee_takings.answered_lately()
    return page(
        "treasury/fees.html",
        status=status,
        problem=problem,
        form=form,
        answer=AnswerForm(formdata=None),
        purses=fee_takings.purses(),
        waiting=waiting,
        answered=answered,
        people=queries.names([*waiting, *answered]),
        names=figures.plan_names(today()),
        by=doors.staff().id,
        may_act=doors.role() == "treasurer",
    )
