"""The story of a case for members of its plan. Behind the door of members: no public page ever holds it."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from app.disclosures import queries
from app.disclosures.stories import queries as stories
from app.services import public_reading
from app.web import doors
from app.web.clock import today
from app.web.doors import door
from app.web.hx import page

bp = Blueprint("stories", __name__)
bp.before_request(door("member"))


@bp.get("/cases/<ref:case>/story")
def story(case: str) -> Response:
    """What a claimant tells the other members of the plan."""
    opened = queries.public_case(case)
    reading = public_reading.for_members(opened.case, on=today()) if opened else None
    if opened is None or reading is None:
        abort(404, _("There is no story for members with this case, or it is no longer shown."))
    if not stories.may_read(doors.account(), opened.case):
        abort(403, _("This story is for members of the plan. Everybody sees the amount and the dates of the case."))
    return page("stories/for_members.html", case=opened.case, reading=reading)
