"""Route of the comparison. Public: the same for everybody; the plans stand in the address."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.plans import queries
from app.plans.choosing.queries import listed
from app.plans.comparing.forms import MOST, Comparison
from app.plans.comparing.queries import side_by_side
from app.services import closings, figures
from app.web import clock
from app.web.doors import door
from app.web.hx import page

bp = Blueprint("comparing", __name__)
bp.before_request(door("visitor"))


@bp.get("/plans/compare")
def compare() -> ResponseReturnValue:
    """Two to four plans side by side, what differs marked in words; without a choice, the list to choose from."""
    today = clock.today()
    plans_now, closing = figures.plans_now(today), closings.binding_slugs()
    every = {one.now.plan.slug: one for one in listed(plans_now, queries.charged(), closing=closing, on=today)}
    asked = Comparison(request.args.getlist("plan"), known=every)
    problem = asked.problem() if asked.is_asked else None
    plans = [every[slug] for slug in asked.slugs] if asked.is_asked and problem is None else []
    return page(
        "plans/compare.html",
        status=422 if problem else 200,
        every=list(every.values()),
        chosen=asked.slugs or request.args.getlist("with"),
        problem=problem,
        plans=plans,
        properties=side_by_side(plans) if plans else [],
        only_differences="differences" in request.args,
        most=MOST,
        names={slug: one.now.rules.name for slug, one in every.items()},
    )
