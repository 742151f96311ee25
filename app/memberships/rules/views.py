"""Routes to the rules of one membership."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.db import transaction
from app.memberships.rules import queries
from app.memberships.rules.forms import AcknowledgeForm, TogetherForm
from app.memberships.rules.queries import Bound, Together
from app.services import pins
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.filters import day
from app.web.hx import go_to, page

bp = Blueprint("membership_rules", __name__, url_prefix="/me")
bp.before_request(door("member"))


@bp.get("/<ref:ref>/rules")
def rules(ref: str) -> Response:
    """What the newest version changes for this membership, item by item, and the rules it is bound by."""
    bound = _bound(ref)
    return page(
        "memberships/rules.html",
        bound=bound,
        news=bound.news,
        history=queries.versions_behind(bound),
        form=AcknowledgeForm(formdata=None, data={"number": bound.news.after.number if bound.news else None}),
        day=today(),
        others=queries.others_asked(doors.account(), bound) if bound.news and bound.news.is_asked else 0,
    )


@bp.post("/<ref:ref>/rules")
def acknowledge(ref: str) -> Response:
    """Agree to the version that was read. Refused when it is not the newest, or was agreed to before."""
    bound = _bound(ref)
    with transaction():
        made = pins.acknowledge(bound.membership, AcknowledgeForm().value(), by=doors.account().id, at=now())
        from_on = made.from_on
    flash(_("Noted. Events from %(day)s on are judged by the new version.", day=day(from_on)), "done")
    return go_to(url_for(".rules", ref=ref))


@bp.get("/rules/<plan:slug>")
def together(slug: str) -> Response:
    """What a version changes for many memberships of the account, and the list of those it is asked for."""
    asked = queries.asked_together(doors.account(), slug)
    if asked is None:
        return page("memberships/rules_together.html", asked=None, form=None)
    return _together_page(asked, TogetherForm(formdata=None))


@bp.post("/rules/<plan:slug>")
def acknowledge_together(slug: str) -> Response:
    """Agree for those chosen, each in a row of its own. Refused when the newest version is another than was read."""
    form = TogetherForm()
    before, number = form.compared()
    asked = queries.asked_together(doors.account(), slug, before=before)
    if asked is None or asked.asked.after.number != number:
        newest = queries.asked_together(doors.account(), slug)
        raise pins.NotTheNewest(newest.asked.after.number) if newest else pins.AcknowledgedBefore
    form.offer(asked.names)
    chosen = form.refs(asked.names)
    if not form.validate() or not chosen:
        form.chosen.errors = [_("Choose at least one membership, or all of them.")]
        return _together_page(asked, form, 422)
    with transaction():
        made = pins.acknowledge_together(asked.asked, chosen, by=doors.account().id, at=now())
    flash(ngettext("Noted for %(num)s membership.", "Noted for %(num)s memberships.", made), "done")
    return go_to(url_for(".together", slug=slug))


def _together_page(asked: Together, form: TogetherForm, status: int = 200) -> Response:
    form.offer(asked.names)
    form.before.data, form.number.data = str(asked.asked.before.number), str(asked.asked.after.number)
    return page("memberships/rules_together.html", status=status, asked=asked, form=form, today=today())


def _bound(ref: str) -> Bound:
    return queries.rules_behind(doors.account(), ref, at=now()) or abort(404)
