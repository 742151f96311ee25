"""The public page of a closing. The same for everybody, and nothing is stored."""

from __future__ import annotations

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.disclosures.closing import queries
from app.services import closing_money, closings, figures, joining
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import page

bp = Blueprint("closings", __name__)
bp.before_request(door("visitor"))


@bp.get("/plans/<plan:slug>/closing")
def closing(slug: str) -> ResponseReturnValue:
    """The announcement, its days, what is held and owed now, who waits, and the final report.

    Of a plan that goes on: how it would be closed, as its rules have said since the first day.
    """
    plan = queries.plan(slug) or abort(404, _("There is no plan of this name. All plans are listed under Plans."))
    found = closings.last_of(plan.id)
    if found is None:
        return page("disclosures/closing_none.html", plan=plan, rules=figures.plan_names(today())[slug])
    held = closing_money.held_by_family(joining.pool_of(plan.id))
    return page(
        "disclosures/closing.html",
        plan=plan,
        rules=figures.plan_names(today())[slug],
        closing=found,
        days=closings.days_of_closing(found),
        terms=closings.terms_of(found),
        waiting=queries.waiting(found),
        held=held,
        own_fen=closing_money.own_fen(held),
        report=closing_money.report(found),
        given=[one for one in closing_money.remainders_of(found) if one.state == "confirmed"],
        periods=queries.run_off_periods(found),
        day=today(),
        at=now(),
    )
