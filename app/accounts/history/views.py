"""Routes of the history of one's own account."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from app.accounts.history import queries
from app.accounts.history.forms import HistoryFilter
from app.web import deeds, doors
from app.web.doors import door
from app.web.hx import page

bp = Blueprint("history", __name__, url_prefix="/account/history")
bp.before_request(door("member"))

_MOST_DIGITS = 18


@bp.get("")
def index() -> Response:
    """What was done, by which role, about what; newest first, a page at a time by its key."""
    wanted = HistoryFilter(request.args)
    entries, older = queries.page_of(doors.account(), wanted.value(), _before())
    return page(
        "accounts/history.html",
        fragments={"lines": "accounts/_history_lines.html"},
        entries=[(one, deeds.deed_words(one.deed), deeds.about_words(one.about_kind)) for one in entries],
        older=older,
        is_latest=_before() is None,
        filter=wanted,
        which=wanted.value(),
        looks=queries.looks(doors.account()),
    )


def _before() -> int | None:
    asked = request.args.get("before")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= _MOST_DIGITS):
        abort(404, _("There is no such page of this list."))
    return int(asked)
