"""Routes of one own document: its pages as pictures, turning, exchanging. All of it works as plain links and forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _

from app.claims import queries
from app.claims.looking.forms import ExchangeForm, TurnForm
from app.claims.looking.queries import looks_at
from app.claims.papers import queries as asked
from app.db import transaction
from app.models import Claim, Evidence
from app.services import claim_file, evidence, limits, paper_changes, renditions
from app.services.evidence import EvidenceRefused
from app.services.limits import TooMany
from app.web import doors, viewing
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of
from app.web.viewing import Place

bp = Blueprint("own_pictures", __name__, url_prefix="/claims")
bp.before_request(door("member"))


@bp.url_value_preprocessor
def let_the_file_in(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Somebody signed in may send one file; it is measured while it arrives."""
    if endpoint == "own_pictures.exchange" and doors.account_or_none() is not None:
        request.max_content_length = 2 * current_app.config["UPLOAD_FILE_BYTES"]


@bp.get("/<ref:claim>/files/<ref:document>/pages")
def paper(claim: str, document: str) -> Response:
    """One document, page by page, and what may be done with it."""
    return _paper_page(*_mine(claim, document))


@bp.get("/<ref:claim>/files/<ref:document>/pages/<number:page>")
def picture(claim: str, document: str, page: int) -> Response:
    """One page as a picture; that it was looked at is written down first. The small one is for the own list."""
    _of, found = _mine(claim, document)
    kind = viewing.kind_asked_for()
    if kind == "thumb":
        return viewing.picture(renditions.open_thumb(found, page), f"{document}-{page}-small")
    pieces = renditions.open_page(found, page, by=doors.account(), role="member", at=now())
    return viewing.picture(pieces, f"{document}-{page}")


@bp.post("/<ref:claim>/files/<ref:document>/turn")
def turn(claim: str, document: str) -> Response:
    """Let it lie another way; whoever looks at it later sees it so, too."""
    mine, found = _mine(claim, document)
    form = TurnForm()
    if not form.validate_on_submit():
        abort(400)
    with transaction():
        paper_changes.turn(found, form.degrees(), claim=mine)
    return done(url_for(".paper", claim=claim, document=document))


@bp.post("/<ref:claim>/files/<ref:document>/exchange")
def exchange(claim: str, document: str) -> Response:
    """Take a better file in its place; the old one is destroyed with everything made of it."""
    mine, found = _mine(claim, document)
    if found.kind == evidence.BILL:
        abort(404)
    form = ExchangeForm()
    sent = request.files.get(ExchangeForm.FIELD)
    if not form.validate_on_submit() or sent is None or not sent.filename:
        return _paper_page(mine, found, problem=_("No file was chosen. Choose one, then send it."), status=422)
    try:
        limits.take("claim-upload", doors.account().ref, at=now())
        new = paper_changes.replace(
            found, sent.stream, claim=mine, filename=sent.filename, account=doors.account(), at=now()
        )
    except (EvidenceRefused, TooMany) as refused:
        return _paper_page(mine, found, problem=sentence_of(refused), status=status_of(refused))
    flash(_("The new file has taken its place. The old one is destroyed."))
    return done(url_for(".paper", claim=claim, document=new.ref))


def _mine(claim: str, document: str) -> tuple[Claim, Evidence]:
    """An own document that was not taken back; whatever else there is does not exist."""
    mine = queries.claim_of(doors.account(), claim) or abort(404)
    found = asked.document_of(mine, document) or abort(404)
    if found.removed_at is not None:
        raise evidence.Removed
    return mine, found


def _paper_page(claim: Claim, document: Evidence, *, problem: str | None = None, status: int = 200) -> Response:
    keys = {"claim": claim.ref, "document": document.ref}
    look = viewing.look(document, here=Place(".paper", keys), pictures=Place(".picture", keys), at=now())
    lines = [line for line in claim_file.checklist(claim) if line.wanted.key == document.kind]
    return page(
        "claims/paper.html",
        fragments={"viewer": "claims/_viewer.html"},
        status=status,
        claim=claim,
        document=document,
        look=look,
        called=evidence.name_of(document),
        line=lines[0] if lines else None,
        may_change=document.kind != evidence.BILL and evidence.may_remove(document, claim),
        may_remove=bool(lines) and evidence.may_remove(document, claim),
        problem=problem,
        form=ExchangeForm(formdata=None),
        looks=looks_at(document),
    )
