"""Route of "What would it mean for me?". Public, and its answers are kept by nobody: a date of birth is in them."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.plans import queries
from app.plans.forms import BirthForm
from app.plans.meaning.queries import for_me as worked_out
from app.services import closings, figures
from app.web import clock
from app.web.doors import door
from app.web.downloads import kept_by_nobody
from app.web.hx import page

bp = Blueprint("meaning", __name__)
bp.before_request(door("visitor"))


@bp.get("/plans/for-me")
def for_me() -> ResponseReturnValue:
    """All plans in one answer, for somebody born on the day that was typed."""
    today = clock.today()
    plans = figures.plans_now(today)
    asked = BirthForm(request.args)
    asked.today = today
    sound = not asked.is_asked or asked.validate()
    found = None
    if asked.is_asked and sound:
        closing = closings.binding_slugs()
        found = worked_out(asked.birth_on(), plans, queries.charged(), closing=closing, on=today)
    response = page(
        "plans/for_me.html",
        fragments={"for-me": "plans/_for_me.html"},
        status=200 if sound else 422,
        form=asked,
        found=found,
        names={one.plan.slug: one.rules.name for one in plans},
    )
    return kept_by_nobody(response) if asked.is_asked else response
