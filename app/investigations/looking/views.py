"""Routes of the pictures in the investigators' room: chosen documents alone, while the investigation is open."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from app.investigations import queries
from app.models import Evidence, Investigation
from app.web import doors, viewing
from app.web.clock import now
from app.web.doors import door
from app.web.hx import page as page_of
from app.web.viewing import Place

bp = Blueprint("investigation_pictures", __name__, url_prefix="/investigations")
bp.before_request(door("investigator"))


@bp.get("/<ref:investigation>/documents/<ref:document>/pages")
def paper(investigation: str, document: str) -> Response:
    """One chosen document, page by page."""
    of, found = _chosen(investigation, document)
    keys = {"investigation": investigation, "document": document}
    look = viewing.look(found, here=Place(".paper", keys), pictures=Place(".picture", keys), at=now())
    return page_of(
        "investigations/paper.html",
        fragments={"viewer": "investigations/_paper.html"},
        investigation=of,
        document=found,
        look=look,
    )


@bp.get("/<ref:investigation>/documents/<ref:document>/pages/<number:page>")
def picture(investigation: str, document: str, page: int) -> Response:
    """One page as a picture, large or small; that it was looked at is written down first."""
    _of, found = _chosen(investigation, document)
    return viewing.picture_for_staff(found, page, f"{investigation}-{document}-{page}", at=now())


def _chosen(ref: str, document: str) -> tuple[Investigation, Evidence]:
    """A chosen document of an own investigation; 404 for everything else, and after the end."""
    of = queries.assigned(ref, by=doors.staff()) or abort(404)
    gone = _("This document was not chosen for you, or your access has ended.")
    return of, queries.document_of(of, document) or abort(404, gone)
