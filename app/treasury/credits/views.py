"""Routes of the desk of credits."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.domain.credits import OverCredited
from app.services import crediting, figures
from app.treasury.credits import actions, queries
from app.treasury.credits.forms import AnswerForm, CreditForm
from app.web import doors
from app.web.clock import now, today
from app.web.fields import blame
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("credits", __name__, url_prefix="/treasury")
bp.before_request(doors.door("treasurer", readers=("auditor",)))


@bp.get("/credits")
def index() -> Response:
    """What waits for a second treasurer, with what it would come to now, and what was answered."""
    return _shown()


@bp.route("/<period:name>/credit", methods=["GET", "POST"])
def propose(name: str) -> Response:
    """Propose that a settled period charged each member so much too much."""
    found = queries.period(name) or abort(404, _("There is no period of this name."))
    settlement = crediting.settlement_of(found)
    if settlement is None:
        abort(409, _("Only a settlement can have charged too much, and this period has none."))
    form, status = CreditForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                with transaction():
                    actions.propose(settlement, form.proposed(), by=doors.staff(), at=now())
            except OverCredited as refused:
                blame(form.over, sentence_of(refused))
            except crediting.NobodyLeftToBear as refused:
                blame(form.cause, sentence_of(refused))
            else:
                flash(_("Proposed. It is booked once another treasurer has confirmed it."), "done")
                return done(url_for(".index"))
    return page(
        "treasury/credit.html",
        status=status,
        form=form,
        period=found,
        settlement=settlement,
        left_fen=crediting.left_fen(settlement),
        plan_name=figures.plan_names(today())[found.plan.slug],
        may_act=doors.role() == "treasurer",
    )


@bp.post("/credits/<ref:credit>/answer")
def answer(credit: str) -> Response:
    """Confirm it or not."""
    form = AnswerForm()
    if not form.validate_on_submit():
        abort(400)
    found = crediting.credit_with(credit) or abort(404)
    try:
        with transaction():
            actions.answer(found, form.verdict(), by=doors.staff(), at=now())
    except (
        crediting.SameTreasurer,
        crediting.AnsweredBefore,
        crediting.StillMoving,
        crediting.NobodyLeftToBear,
        OverCredited,
    ) as refused:
        return _shown(status=status_of(refused), problem=sentence_of(refused))
    flash(
        _("Confirmed, booked and public. Who has left is told and refunded by name.")
        if form.verdict() == "confirmed"
        else _("Not confirmed. Nothing was booked.")
    )
    return done(url_for(".index"))


def _shown(*, status: int = 200, problem: str | None = None) -> Response:
    waiting, answered = queries.waiting(), queries.answered_lately()
    return page(
        "treasury/credits.html",
        status=status,
        problem=problem,
        answer=AnswerForm(formdata=None),
        waiting=waiting,
        answered=answered,
        people=queries.names([*waiting, *answered]),
        names=figures.plan_names(today()),
        by=doors.staff().id,
        may_act=doors.role() == "treasurer",
    )
