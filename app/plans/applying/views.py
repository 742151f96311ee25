"""Route of "May I apply?" for visitors. Public, and its answers are kept by nobody: dates of a life are in them."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.plans.applying.forms import VisitorAsksForm
from app.services import examples, figures, may_apply
from app.web import clock
from app.web.doors import door
from app.web.downloads import kept_by_nobody
from app.web.filters import in_words
from app.web.hx import page

bp = Blueprint("applying", __name__)
bp.before_request(door("visitor"))


@bp.get("/plans/may-i-apply")
def ask() -> ResponseReturnValue:
    """A plan, a joining day, a date of birth and an event lead to one sentence with its clause."""
    today = clock.today()
    plans = figures.plans_now(today)
    form = VisitorAsksForm(request.args)
    form.today = today
    form.offer([(one.plan.slug, in_words(one.rules.name)) for one in plans])
    is_asked = any(name in request.args for name in ("event_on", "birth_on", "joined_on", "group"))
    answer = None
    if is_asked and form.validate():
        chosen = next(one for one in plans if one.plan.slug == form.plan.data)
        answer = may_apply.for_visitor(
            chosen.rules,
            chosen.plan.id,
            form.asked(),
            birth_on=form.birth_on.data or today,
            joined_on=form.joined_on.data or today,
            on=today,
        )
    response = page(
        "plans/may_i_apply.html",
        status=422 if is_asked and answer is None else 200,
        form=form,
        answer=answer,
        examples=examples.every(),
    )
    return kept_by_nobody(response) if is_asked else response
