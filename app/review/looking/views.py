"""Routes of the pictures at the desk."""

from __future__ import annotations

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _

from app.models import Claim, Evidence
from app.review import queries
from app.services import claim_file
from app.services.renditions import Document
from app.web import doors, viewing
from app.web.clock import now
from app.web.doors import door
from app.web.hx import page as page_of
from app.web.too_near import refuse_if_near
from app.web.viewing import Look, Place

bp = Blueprint("desk_pictures", __name__, url_prefix="/review")
bp.before_request(door("caseworker", readers=("auditor",)))


@bp.get("/<ref:claim>/evidence/<ref:document>/pages")
def paper(claim: str, document: str) -> Response:
    """One document alone, page by page: the paper of a bill, or one that the checklist does not name."""
    of, found = _to_read(claim, document)
    keys = {"claim": claim, "document": document}
    whole, back = Place("review.document", keys).url(), url_for("review.claim", claim=claim)
    return alone(found, Place(".paper", keys), Place(".picture", keys), whole=whole, back=(of.ref, back))


@bp.get("/<ref:claim>/evidence/<ref:document>/pages/<number:page>")
def picture(claim: str, document: str, page: int) -> Response:
    """One page as a picture, large or small; that it was looked at is written down first."""
    _of, found = _to_read(claim, document)
    return viewing.picture_for_staff(found, page, f"{claim}-{found.kind}-{page}", at=now())


def alone(document: Document, here: Place, pictures: Place, *, whole: str, back: tuple[str, str]) -> Response:
    """A page with one document; `back` names where it belongs, and its address."""
    look = viewing.look(document, here=here, pictures=pictures, at=now())
    fragments = {"viewer": "review/_paper.html"}
    return page_of("review/paper.html", fragments=fragments, document=document, look=look, whole=whole, back=back)


def _to_read(claim: str, document: str) -> tuple[Claim, Evidence]:
    """A document for caseworkers alone: nobody else stands in the consent it was sent under."""
    if doors.role() != "caseworker":
        abort(403, _("Only caseworkers may see this: that is what the claimant agreed to."))
    of = queries.claim_for_review(claim) or abort(404)
    refuse_if_near(of, doors.staff())
    if claim_file.is_reading_taken_back(of):
        abort(403, _("The claimant has taken back the consent to reading these documents. Nobody may open them."))
    return of, queries.document_of(of, document) or abort(404)


def look_at(claim: Claim, document: Evidence) -> Look:
    """What the workbench shows of a document."""
    here = Place("review.claim", {"claim": claim.ref, "evidence": document.ref})
    pictures = Place("desk_pictures.picture", {"claim": claim.ref, "document": document.ref})
    return viewing.look(document, here=here, pictures=pictures, at=now())
