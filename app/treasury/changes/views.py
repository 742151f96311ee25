"""Routes to postpone or cancel a period, each looked at once more before it is done, and to explain a late lock."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.db import transaction
from app.domain import period_states
from app.domain.calendar import DayDoesNotFit, PeriodDays
from app.domain.moves import MoveNotAllowed
from app.models import Period
from app.services import figures
from app.services.rescheduling import NothingToExplain
from app.treasury.changes import actions, queries
from app.treasury.changes.forms import CancelForm, PostponeForm, ReasonForm
from app.web import doors, filters
from app.web.clock import now, today
from app.web.fields import blame
from app.web.hx import done, page
from app.web.sentences import sentence_of

bp = Blueprint("period_changes", __name__, url_prefix="/treasury")
bp.before_request(doors.door("treasurer"))


@bp.route("/<period:name>/postponement", methods=["GET", "POST"])
def postpone(name: str) -> Response:
    """Choose a later day and say why; read what it moves; do it."""
    found, form = _open_for("postpone", name), PostponeForm()
    if not form.validate_on_submit():
        return _postponing(found, form, status=422 if form.is_submitted() else 200)
    try:
        days = queries.days_if_moved(found, form.day(), today=today())
        if not form.is_confirmed:
            form.confirmed.data = form.day().isoformat()
            return _postponing(found, form, days=days)
        with transaction():
            actions.postpone(_found(name), form.day(), form.said(), by=doors.staff(), at=now())
    except DayDoesNotFit as refused:
        blame(form.to, sentence_of(refused))
        return _postponing(found, form, status=422)
    except MoveNotAllowed:
        _refuse_moved(name)
    flash(_("Postponed. The reason and the new days are public."), "done")
    return done(url_for("treasury.period", name=name))


@bp.route("/<period:name>/cancellation", methods=["GET", "POST"])
def cancel(name: str) -> Response:
    """Say why; read what follows; do it."""
    found, form = _open_for("cancel", name), CancelForm()
    sound = form.validate_on_submit()
    if not sound or not form.is_confirmed:
        checked = sound and form.is_submitted()
        form.confirmed.data = "yes" if checked else ""
        return page(
            "treasury/cancel.html", status=422 if form.is_submitted() and not sound else 200, form=form,
            checked=checked, follows=queries.follows(found), **_about(found),
        )  # fmt: skip
    try:
        with transaction():
            cases = actions.cancel(_found(name), form.said(), by=doors.staff(), at=now())
    except MoveNotAllowed:
        _refuse_moved(name)
    flash(_("Cancelled. Nobody is charged for it, and the reason is public."), "done")
    if cases:
        flash(ngettext("%(num)s case goes to the next period.", "%(num)s cases go to the next period.", cases), "done")
    return done(url_for("treasury.period", name=name))


@bp.route("/<period:name>/explanation", methods=["GET", "POST"])
def explain(name: str) -> Response:
    """Say in public why a lock came late."""
    found, form = _found(name), ReasonForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return page("treasury/explain.html", status=status, form=form, **_about(found))
    try:
        with transaction():
            actions.explain(_found(name), form.said(), by=doors.staff(), at=now())
    except NothingToExplain as refused:
        abort(409, sentence_of(refused))
    flash(_("Your words stand on the public page now."), "done")
    return done(url_for("treasury.period", name=name))


def _postponing(found: Period, form: PostponeForm, *, days: PeriodDays | None = None, status: int = 200) -> Response:
    return page(
        "treasury/postpone.html", status=status, form=form, days=days, follows=queries.follows(found), **_about(found)
    )


def _found(name: str) -> Period:
    return queries.period(name) or abort(
        404, _("There is no period of this name. All periods are listed in the treasury.")
    )


def _open_for(move: str, name: str) -> Period:
    """The period when it can be changed so; 409 with where it stands otherwise."""
    found = _found(name)
    if move not in period_states.moves_from(found.state, "treasurer"):
        _refuse_moved(name)
    return found


def _refuse_moved(name: str) -> NoReturn:
    found = _found(name)
    if found.settled_at is not None:
        when = filters.instant(found.settled_at)
        abort(409, _("This period was settled on %(when)s: it can be neither postponed nor cancelled.", when=when))
    if found.cancelled_at is not None:
        when = filters.instant(found.cancelled_at)
        abort(409, _("This period was cancelled on %(when)s. Nothing was done twice.", when=when))
    abort(409)


def _about(found: Period) -> dict[str, Any]:
    return {"period": found, "plan_name": figures.plan_names(today())[found.plan.slug]}
