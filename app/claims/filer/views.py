"""The route on which it is said who files."""

from __future__ import annotations

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _

from app.claims import actions, queries
from app.claims.filer.forms import FilerForm
from app.db import transaction
from app.services import filing
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import done, page

bp = Blueprint("claim_filer", __name__, url_prefix="/claims")
bp.before_request(door("member"))


@bp.route("/<ref:claim>/filer", methods=["GET", "POST"])
def filer(claim: str) -> Response:
    """Who is ill and who files; where one answer alone is possible, it is shown and nothing is asked."""
    mine = queries.claim_of(doors.account(), claim) or abort(404)
    if mine.state != "draft":
        abort(409, _("This claim has been handed in: what was entered stays as it is. You can still withdraw it."))
    possible = filing.capacities_of(mine.membership, doors.account(), on=today())
    form = FilerForm(capacity=mine.filer or (possible[0] if len(possible) == 1 else None)).offer(possible)
    if not form.validate_on_submit():
        return page(
            "claims/filer/filer.html",
            status=422 if form.is_submitted() else 200,
            form=form,
            possible=possible,
            report=filing.report_behind(mine.membership, doors.account()),
            me_name=doors.account().name,
            **queries.about(mine),
        )
    with transaction():
        actions.say_who_files(mine, form.said(), by=doors.account(), at=now())
    return done(url_for("claims.claim", claim=claim))


@bp.get("/<ref:claim>/handed-in")
def handed_in(claim: str) -> Response:
    """The reference, and what happens then; shown once after handing in, and whenever somebody comes back."""
    mine = queries.claim_of(doors.account(), claim) or abort(404)
    if mine.submitted_at is None:
        abort(409, _("This claim has not been handed in yet. The draft says what is missing."))
    return page("claims/filer/handed_in.html", **queries.whole_file(mine, on=today()))
