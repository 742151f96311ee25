"""Routes of the documents of a claim: one page for each line of its checklist."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from app.claims import actions, queries
from app.claims.arriving.queries import OnItsWay, on_their_way
from app.claims.forms import UploadForm
from app.claims.papers import queries as asked
from app.db import transaction
from app.models import Claim
from app.services import claim_file, evidence, examples, limits
from app.services.arrivals import checking
from app.services.arrivals.pieces import SENT_BYTES
from app.web import doors, viewing
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.several_files import bring_each

_ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}

bp = Blueprint("papers", __name__, url_prefix="/claims")
bp.before_request(door("member"))


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Somebody signed in may send all files of a claim at once; each is measured for itself while it arrives."""
    if endpoint == "papers.upload" and doors.account_or_none() is not None:
        files = current_app.config["UPLOAD_FILES_PER_CLAIM"] + 1
        request.max_content_length = files * current_app.config["UPLOAD_FILE_BYTES"]


def _mine(ref: str) -> Claim:
    return queries.claim_of(doors.account(), ref) or abort(404)


@bp.get("/<ref:claim>/documents/<number:line>")
def documents(claim: str, line: int) -> Response:
    """What was brought for one line of the checklist, and the way to bring more."""
    return _line_page(_mine(claim), line, [])


@bp.post("/<ref:claim>/documents/<number:line>")
def upload(claim: str, line: int) -> Response:
    """Take the files of one line; each is kept or refused for itself, and said so in words."""
    mine = _mine(claim)
    wanted = _line(mine, line).wanted
    sent = [file for file in request.files.getlist(UploadForm.FIELD) if file.filename]
    if not sent:
        nothing = ("", _("No file was chosen. Choose one or several, then send them."))
        return _line_page(mine, line, [nothing], status=422)
    must_wait = checking.must_wait()
    bring = checking.put_aside if must_wait else evidence.receive
    brought = bring_each(sent, lambda file: _bring(bring, mine, wanted.key, file))
    if brought.refused:
        return brought.said(_line_page(mine, line, brought.refused, kept=brought.kept, status=brought.status))
    if must_wait:
        flash(
            ngettext(
                "%(num)s file was received and is being checked.",
                "%(num)s files were received and are being checked.",
                len(sent),
            )
        )
    else:
        flash(ngettext("%(num)s file was kept.", "%(num)s files were kept.", len(sent)))
    return done(url_for(".documents", claim=claim, line=line))


def _bring(bring: Callable[..., object], claim: Claim, kind: str, file: FileStorage) -> None:
    limits.take("claim-upload", doors.account().ref, at=now())
    bring(file.stream, claim=claim, kind=kind, filename=file.filename or "", account=doors.account(), at=now())


def _line(claim: Claim, number: int) -> claim_file.Line:
    lines = claim_file.checklist(claim)
    return lines[number - 1] if number <= len(lines) else abort(404)


def _line_page(
    claim: Claim, number: int, refused: list[tuple[str, str]], *, kept: int = 0, status: int = 200
) -> Response:
    coming = on_their_way(claim, _line(claim, number).wanted.key)
    return page(
        "claims/documents.html",
        fragments={"here": "claims/_here.html"},
        status=status,
        coming=coming,
        coming_said=_coming_said(coming),
        piece_bytes=SENT_BYTES,
        line=_line(claim, number),
        example=examples.every().get(_line(claim, number).wanted.key),
        others=asked.instead_of(claim, number),
        form=UploadForm(),
        refused=refused,
        kept=kept,
        takes=claim.state in evidence.OPEN_STATES,
        may_remove={row.ref for row in evidence.documents_of(claim) if evidence.may_remove(row, claim)},
        name_of=evidence.name_of,
        small=viewing.small_pictures(_line(claim, number).documents, at=now()),
        looks=asked.looks_at(_line(claim, number)),
        **queries.about(claim),
    )


def _coming_said(coming: Sequence[OnItsWay]) -> str:
    """What is told to those who hear the page when it has changed."""
    waiting = [file for file in coming if file.state == "checking"]
    refused = [file for file in coming if file.state == "refused"]
    if waiting:
        return ngettext("%(num)s file is being checked.", "%(num)s files are being checked.", len(waiting))
    if refused:
        return ngettext("%(num)s file has a problem.", "%(num)s files have a problem.", len(refused))
    return "" if coming else _("All files are uploaded and checked.")


@bp.get("/<ref:claim>/files/<ref:document>")
def download(claim: str, document: str) -> Response:
    """A document of mine, as the reviewers see it; looking at it is written down first."""
    found = asked.document_of(_mine(claim), document) or abort(404)
    ending = _ENDINGS[found.view_media_type]
    name = quote(f"{evidence.name_of(found).rpartition('.')[0] or document}.{ending}", safe="")
    kind = found.view_media_type
    pieces = evidence.open_view(found, by=doors.account(), role="member", at=now())
    return Response(
        pieces,
        mimetype=kind,
        headers={
            "Content-Disposition": f"attachment; filename={document}.{ending}; filename*=UTF-8''{name}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )


@bp.post("/<ref:claim>/files/<ref:document>/removal")
def remove(claim: str, document: str) -> Response:
    """Take a document back."""
    mine = _mine(claim)
    found = asked.document_of(mine, document) or abort(404)
    lines = [line.number for line in claim_file.checklist(mine) if line.wanted.key == found.kind]
    number = lines[0] if lines else abort(404)
    with transaction():
        actions.remove_document(mine, found, by=doors.account(), at=now())
    evidence.delete_files(found)
    flash(_("The document was taken back and its files are destroyed."))
    return done(url_for(".documents", claim=claim, line=number))
