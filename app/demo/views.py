"""Routes of the demonstration's room. In production none of them exists."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.demo import actions, queries
from app.jobs import publishing
from app.jobs.tick import advance
from app.web import browser, clock, demo_mails, doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.filters import day
from app.web.hx import go_to, page

DESKS: Final = {
    "caseworker": "/review",
    "treasurer": "/treasury",
    "auditor": "/review",
    "operator": "/background-work",
    "investigator": "/investigations",
}
WORK: Final = {
    "claims": "/review",
    "objections": "/review/objections",
    "applications": "/review/applications",
    "reports": "/review/reports",
    "bills": "/review/bills",
    "periods": "/treasury",
    "payouts": "/treasury/payouts",
    "refunds": "/treasury/refunds",
    "reserves": "/treasury/reserves",
    "letters": "/background-work",
    "investigations": "/investigations",
}
"""Where each kind of waiting work is done."""
_FARTHEST_DAYS: Final = 62

bp = Blueprint("demo", __name__, url_prefix="/demo")
bp.before_request(door("anybody"))


@bp.before_request
def only_in_demo() -> None:
    """Production has no such room."""
    if current_app.config["MODE"] != "demo":
        abort(404)


@bp.get("")
def roles() -> Response:
    """Everybody one can be, and the clock."""
    return page(
        "demo/demo.html",
        groups=queries.accounts_by_role(),
        waiting=queries.waiting_for,
        moments=queries.moments(),
        desks=DESKS,
        moment=now(),
        next_day=queries.next_event_day(today()),
    )


@bp.get("/mails")
def letters() -> Response:
    """The mails that this browser has asked for, as they would arrive: nobody who plays needs a mail server."""
    return page("demo/mails.html", letters=demo_mails.letters())


@bp.post("/role")
def step_into() -> Response:
    """Be somebody else, at one click."""
    person = queries.account_with_label(request.form.get("label", ""))
    if person is None:
        abort(404, _("There is no such person in this demonstration. Choose one from the list."))
    with transaction():
        actions.step_into(person, at=now())
    browser.enter(person)
    work = WORK.get(request.form.get("work", ""))
    if work is not None:
        return go_to(work)
    held = doors.roles_of(person)
    return go_to(next((desk for role, desk in DESKS.items() if role in held), url_for(".roles") if held else "/me"))


@bp.post("/day")
def next_day() -> Response:
    """Move the clock one day forward, through everything due in it."""
    return _advanced(1)


@bp.post("/event")
def next_event() -> Response:
    """Move the clock to the next day on which something happens to a period."""
    wanted = queries.next_event_day(today())
    if wanted is None:
        abort(409, _("No period is open, so there is no next event. Move the clock day by day."))
    return _advanced(min((wanted - today()).days, _FARTHEST_DAYS))


def _advanced(days: int) -> Response:
    """Let the days pass through the same jobs as in real life."""
    for line in [*advance(days=days), *publishing.publish(clock.now())]:
        current_app.logger.info(line)
    clock.forget()
    flash(_("It is now %(day)s. Everything due until then was done.", day=day(today())), "done")
    return go_to(url_for(".roles"))
