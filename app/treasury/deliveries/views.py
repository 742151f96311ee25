"""Routes of the desk of news, and the one address at which the payment service tells them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.domain.deliveries import NewsUnreadable
from app.services import deliveries
from app.services.deliveries import NothingSaid, NothingToLookAt
from app.treasury.deliveries import actions, queries
from app.treasury.deliveries.forms import LookForm, NewsFilter, news_in
from app.web import doors, signed
from app.web.clock import now
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("deliveries", __name__, url_prefix="/treasury/deliveries")
bp.before_request(doors.door("treasurer", readers=("auditor",)))

hook = Blueprint("payment_news", __name__, url_prefix="/payments/deliveries")
hook.before_request(signed.door_for_signed(signed.payment_secrets))


@hook.post("")
def take() -> Response:
    """One piece of news of the payment service; told again, it changes nothing."""
    try:
        news = news_in(request.get_data(cache=True))
    except NewsUnreadable as unreadable:
        return signed.answer(422, _("The part “%(part)s” is missing or has another shape.", part=unreadable.part))
    with transaction():
        taken = actions.take(news, at=now())
        outcome, answer = taken.delivery.outcome, taken.answer
    if answer == "contradicts":
        return signed.answer(409, _("These news were told before with another content. A treasurer looks at it."))
    return signed.answer(200, _("Taken."), outcome=outcome)


@bp.get("")
def index() -> Response:
    """What the payment service told us, newest first, by what became of it."""
    asked = NewsFilter(request.args)
    sound = asked.validate()
    found = queries.news(asked.wanted()) if sound else queries.Page((), frozenset(), None)
    return page(
        "treasury/deliveries.html",
        fragments={"deliveries": "treasury/_deliveries.html"},
        status=200 if sound else 422,
        form=asked,
        found=found,
        to_look_at=deliveries.count_to_look_at(),
    )


@bp.get("/<number:number>")
def one(number: int) -> Response:
    """One piece of news, what became of it, and what to do."""
    return _shown(number, LookForm(formdata=None))


@bp.post("/<number:number>/look")
def look(number: int) -> Response:
    """Say what was done about it."""
    form = LookForm()
    found = queries.one(number) or abort(404)
    if not form.validate_on_submit():
        return _shown(number, form, status=422)
    try:
        with transaction():
            actions.look(found.delivery, str(form.said.data), by=doors.staff(), at=now())
    except (NothingSaid, NothingToLookAt) as refused:
        return _shown(number, form, status=status_of(refused), problem=sentence_of(refused))
    flash(_("Kept. These news need nobody any more."), "done")
    return done(url_for(".one", number=number))


def _shown(number: int, form: LookForm, *, status: int = 200, problem: str | None = None) -> Response:
    found = queries.one(number) or abort(404)
    return page(
        "treasury/delivery.html",
        status=status,
        problem=problem,
        opened=found,
        form=form,
        may_act=doors.role() == "treasurer",
    )
