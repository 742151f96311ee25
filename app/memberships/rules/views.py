"""Routes to the rules of one membership."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.memberships.rules import queries
from app.memberships.rules.forms import AcknowledgeForm
from app.memberships.rules.queries import Bound
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


def _bound(ref: str) -> Bound:
    return queries.rules_behind(doors.account(), ref, at=now()) or abort(404)
