"""Routes of being counted."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from app.memberships.counted import queries
from app.memberships.queries import membership_of
from app.models import Membership
from app.services import vault
from app.services.counting import proving
from app.web import doors
from app.web.doors import door
from app.web.downloads import download
from app.web.hx import page
from app.web.paging import asked_page

bp = Blueprint("counted", __name__, url_prefix="/me")
bp.before_request(door("member"))

A_PAGE: Final = 20


@bp.get("/<ref:ref>/counted")
def index(ref: str) -> Response:
    """Every period this membership was counted in, the newest first."""
    mine = _mine(ref)
    at_page, pages = asked_page(queries.count_shared(mine), A_PAGE)
    found = queries.shared(mine, page=at_page, a_page=A_PAGE)
    return page(
        "memberships/counted_all.html",
        membership=mine,
        name=_name(mine),
        shared=found,
        places=proving.places(mine, [one.name for one in found]),
        at_page=at_page,
        pages=pages,
    )


@bp.get("/<ref:ref>/counted/<period:name>")
def period(ref: str, name: str) -> Response:
    """That this membership was counted in one period: its leaf, the root, and where that is published."""
    mine = _mine(ref)
    return page("memberships/counted.html", membership=mine, name=_name(mine), counted=_counted(mine, name))


@bp.get("/<ref:ref>/counted/<period:name>/proof")
def proof(ref: str, name: str) -> Response:
    """The proof as a file, for whoever wants to keep and check it."""
    mine = _mine(ref)
    written = _counted(mine, name).file()
    if written is None:
        abort(404, _("There is no proof to take along for this period. Its page says why."))
    return download(written, "application/json", f"{name}-{ref}.count-proof.json")


def _mine(ref: str) -> Membership:
    return membership_of(doors.account(), ref) or abort(404)


def _name(membership: Membership) -> str:
    return vault.unseal(membership.person.name_sealed, purpose="person.name")


def _counted(membership: Membership, name: str) -> queries.Counted:
    found = queries.counted(membership, name)
    if found is None:
        abort(404, _("This membership did not share in that period, so nothing was charged to it."))
    return found
