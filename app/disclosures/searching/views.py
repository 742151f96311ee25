"""All cases by what they publish. Public: the same for everybody, and nothing is stored."""

from __future__ import annotations

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.disclosures.searching import queries
from app.disclosures.searching.forms import CaseFilter
from app.services import figures
from app.web.clock import today
from app.web.doors import door
from app.web.hx import page, wants_fragment

bp = Blueprint("searching", __name__, url_prefix="/disclosures")
bp.before_request(door("visitor"))


@bp.get("/cases")
def cases() -> ResponseReturnValue:
    """Every public case, newest period first, by what it publishes itself."""
    plans = figures.plan_names(today())
    asked = CaseFilter(request.args, list(plans.values()))
    sound = asked.validate()
    found = queries.cases(asked.wanted(), after=_place(), on=today()) if sound else None
    return page(
        "disclosures/searching/cases.html",
        fragments={"found": "disclosures/searching/_found.html"},
        status=200 if sound else 422,
        form=asked,
        found=found,
        plans=plans,
        alone=wants_fragment(),
        is_first="after" not in request.args,
    )


def _place() -> queries.Place | None:
    """After which case the page goes on; 404 for a place there is none of."""
    after = request.args.get("after")
    if after is None:
        return None
    return queries.place(after) or abort(404, _("There is no such page of this list."))
