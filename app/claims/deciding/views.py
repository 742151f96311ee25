"""Routes of a decision: the letter as a page."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, request
from flask_babel import gettext as _

from app.claims import queries
from app.claims.way.queries import last_decision
from app.services import claim_letters
from app.web import doors
from app.web.clock import today
from app.web.doors import door
from app.web.hx import page

bp = Blueprint("deciding", __name__, url_prefix="/claims")
bp.before_request(door("member"))


@bp.get("/<ref:claim>/decision")
def decision(claim: str) -> Response:
    """The last decision on a claim, word for word as its letter says it."""
    mine = queries.claim_of(doors.account(), claim) or abort(404)
    made = last_decision(mine) or abort(404, _("Nothing was decided yet."))
    origin = current_app.config["ORIGIN"] or request.host_url.rstrip("/")
    return page(
        "claims/decision.html",
        letter=claim_letters.decision(made, doors.account().name),
        address=f"{origin}/claims/{mine.ref}",
        notice=queries.notice_about(made, mine.account_id),
        moves=queries.moves_of(mine, on=today()),
        on=today(),
        **queries.about(mine),
    )
