"""Routes of the notices room."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, current_app, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.adapters.pdf import check
from app.db import transaction
from app.models import Notice
from app.notices import actions, queries
from app.services import public_reading
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door, door_of_addressee
from app.web.hx import page
from app.web.i18n import TAGS, language
from app.web.paging import asked_page

_TRIES: Final = 3
"""How often a notice is composed anew when its facts change while it is made."""
_CHANGING: Final = _l("What this notice tells is changing just now. Ask for it again in a minute.")

bp = Blueprint("notices", __name__)
bp.before_request(door_of_addressee(queries.addressee))

own = Blueprint("own_notices", __name__)
own.before_request(door("member"))


@bp.record_once
def _check_the_press(state: BlueprintSetupState) -> None:
    """Say at the start what would make letters slow and heavy."""
    check(state.app.logger)


@bp.get("/notices/<ref:ref>.pdf")
def pdf(ref: str) -> Response:
    """A notice as PDF, in the language of `?lang=` or of the page: written when it is first asked for, then kept."""
    notice = _there(ref)
    file = queries.file_of(notice, language())
    content = queries.content_of(notice, file) if file else _written(notice)
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{notice.kind}-{notice.ref}-{language()}.pdf"'
    response.headers["Content-Language"] = TAGS[language()]
    if notice.account_id is not None:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _there(ref: str) -> Notice:
    notice = queries.notice_with(ref) or abort(404)
    if queries.is_withdrawn(notice):
        abort(409, _("The bank sent this payout back. Its notice is written anew once it has been paid again."))
    if notice.kind == "bulletin" and public_reading.is_overdue(notice.about, on=today()):
        abort(409, str(_CHANGING))
    return notice


def _written(notice: Notice) -> bytes:
    """Write the notice in the language of this request. Of two who ask at once, both get the one that was kept."""
    for _again in range(_TRIES):
        try:
            return _kept(notice)
        except actions.ToldOtherwise:
            notice = _there(notice.ref)
    return abort(409, str(_CHANGING))


def _kept(notice: Notice) -> bytes:
    wanted = language()
    composed = actions.compose(notice, language=wanted, origin=_origin())
    written = actions.put_away(notice, composed, language=wanted)
    try:
        with transaction():
            actions.keep(notice, written, language=wanted, origin=_origin(), at=now())
    except BaseException as problem:
        actions.throw_away(written)
        winner = queries.file_of(notice, wanted) if isinstance(problem, actions.WrittenAlready) else None
        if winner is None:
            raise
        return queries.content_of(notice, winner)
    return composed.content


def _origin() -> str:
    """Where this site is found: as the operator says, in a demonstration without that as the visitor typed it."""
    origin: str = current_app.config["ORIGIN"]
    return origin or request.host_url.rstrip("/")


@own.get("/notices")
def index() -> Response:
    """What was sent to this account, newest first."""
    account = doors.account()
    total = queries.count_notices(account)
    number, pages = asked_page(total, queries.PER_PAGE)
    rows = queries.notices_of(account, page=number)
    return page("notices/index.html", rows=rows, total=total, page_number=number, pages=pages)
