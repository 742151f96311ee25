"""Routes of broken promises: the list at the desk."""

from __future__ import annotations

from flask import Blueprint, Response

from app.review.late import queries
from app.web import doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import page

bp = Blueprint("late", __name__, url_prefix="/review/late")
bp.before_request(door("caseworker", readers=("auditor",)))


@bp.get("")
def index() -> Response:
    """What was promised to claimants and has not happened, the longest first; none of own claims."""
    return page("review/late.html", rows=queries.late(by=doors.staff(), at=now()))
