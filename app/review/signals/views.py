"""Routes of the signals: one list a claim, and the note beside each."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.models import Claim
from app.review import queries as desk
from app.review.signals import actions, queries
from app.review.signals.forms import LookedIntoForm
from app.services import claim_file, signals
from app.web import doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of
from app.web.too_near import refuse_if_near

bp = Blueprint("signals", __name__, url_prefix="/review")
bp.before_request(door("caseworker"))


@bp.get("/<ref:claim>/signals")
def index(claim: str) -> Response:
    """What stands out in a claim, what may explain it, and what was found by whoever looked into it."""
    return _shown(_claim(claim))


@bp.post("/<ref:claim>/signals")
def look_into(claim: str) -> Response:
    """Write down that one was looked into."""
    of = _claim(claim)
    form = LookedIntoForm()
    if not form.validate_on_submit():
        return _shown(of, form, status=422)
    try:
        with transaction():
            actions.look_into(of, str(form.key.data), str(form.note.data), by=doors.staff(), at=now())
    except (signals.SignalGone, signals.LookedIntoAlready) as refused:
        return _shown(_claim(claim), form, status=status_of(refused), problem=sentence_of(refused))
    flash(_("Your note is kept beside it. It decides nothing."), "done")
    return done(url_for(".index", claim=claim))


def _claim(ref: str) -> Claim:
    """The claim, for whoever may read its file; 403 with the reason otherwise."""
    found = desk.claim_for_review(ref) or abort(404)
    refuse_if_near(found, doors.staff())
    if claim_file.is_reading_taken_back(found):
        abort(403, _("The claimant has taken back the consent to reading these documents. Nobody may open them."))
    return found


def _shown(
    claim: Claim, form: LookedIntoForm | None = None, *, status: int = 200, problem: str | None = None
) -> Response:
    return page(
        "review/signals.html",
        status=status,
        claim=claim,
        noticed=queries.noticed(claim, by=doors.staff()),
        papers={paper.ref: line.wanted.name for line in claim_file.checklist(claim) for paper in line.documents},
        sent=form,
        form=LookedIntoForm(formdata=None),
        problem=problem,
    )
