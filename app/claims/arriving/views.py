"""Routes of files that arrive in pieces: a tus 1.0 server for the claimant's own page, and a button to remove one.

The token of forms comes as the header X-CSRFToken; a sender who is not signed in is told 401, so that the page can say
so instead of following a redirect to a form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from flask import Blueprint, Response, abort, current_app, flash, make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import ClientDisconnected

from app.adapters import wire
from app.claims import queries as claims
from app.claims.arriving import forms, queries
from app.db import transaction
from app.domain import tus
from app.domain.limits import TooMany
from app.models import Arrival, Claim
from app.services import claim_file, limits
from app.services.arrivals import beginning, ending, pieces
from app.services.file_types import EvidenceRefused
from app.services.spool import CHUNK_BYTES
from app.web import doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done
from app.web.sentences import sentence_of, status_of

bp = Blueprint("arriving", __name__, url_prefix="/claims")
_PROTOCOL: Final = {"arriving.begin", "arriving.where", "arriving.go_on", "arriving.terminate"}


@bp.url_value_preprocessor
def let_pieces_in(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """A piece may be as large as a file may be, for somebody who is signed in."""
    if endpoint in _PROTOCOL and doors.account_or_none() is not None:
        request.max_content_length = current_app.config["UPLOAD_FILE_BYTES"]


@bp.before_request
def sign_in_first() -> Response | None:
    """A program is told, not sent to a form."""
    if "Tus-Resumable" in request.headers and doors.account_or_none() is None:
        return _said(401, _("Please sign in first"))
    return None


bp.before_request(door("member"))


@bp.before_request
def speak_the_same_version() -> Response | None:
    """412 for a sender of another version of the protocol; what is not theirs does not exist for them either."""
    if request.endpoint in _PROTOCOL and request.headers.get("Tus-Resumable") != tus.VERSION:
        asked = request.view_args or {}
        if "arrival" in asked:
            _mine(asked["claim"], asked["arrival"])
        else:
            claims.claim_of(doors.account(), asked["claim"]) or abort(404)
        return _with(_said(412, f"Tus-Resumable: {tus.VERSION}"), **{"Tus-Version": tus.VERSION})
    return None


@bp.route("/<ref:claim>/arrivals", methods=["OPTIONS"], provide_automatic_options=False)
def options(claim: str) -> Response:
    """What this server speaks, and how large a file may be."""
    del claim
    return _with(
        make_response("", 204),
        **{
            "Tus-Version": tus.VERSION,
            "Tus-Extension": ",".join(tus.EXTENSIONS),
            "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
            "Tus-Max-Size": str(current_app.config["UPLOAD_FILE_BYTES"]),
        },
    )


@bp.post("/<ref:claim>/arrivals")
def begin(claim: str) -> Response:
    """Wait for a file; what comes with the announcement is kept at once."""
    mine = claims.claim_of(doors.account(), claim) or abort(404)
    told, said = forms.announcement(request.headers), forms.checksum(request.headers)
    kind = _kind(mine, told.line)
    limits.take("claim-upload", doors.account().ref, at=now())
    with transaction():
        row = beginning.begin(mine, told.of(kind), by=doors.account(), at=now())
    place = url_for(".where", claim=claim, arrival=row.ref)
    if request.mimetype == tus.MEDIA_TYPE:
        _take(row, start=0, said=said)
    return _with(_where(row, make_response("", 201)), Location=place)


@bp.route("/<ref:claim>/arrivals/<ref:arrival>", methods=["HEAD"], provide_automatic_options=False)
def where(claim: str, arrival: str) -> Response:
    """How much of it is here."""
    row = _mine(claim, arrival)
    if row.state in {"refused", "dropped"} or _is_late(row):
        raise pieces.Gone
    return _with(_where(row, make_response("", 200)), **{"Upload-Length": str(row.size_bytes)})


@bp.patch("/<ref:claim>/arrivals/<ref:arrival>")
def go_on(claim: str, arrival: str) -> Response:
    """Keep what comes, from where the last piece ended."""
    row = _mine(claim, arrival)
    if request.mimetype != tus.MEDIA_TYPE:
        return _said(415, f"Content-Type: {tus.MEDIA_TYPE}")
    _take(row, start=forms.offset(request.headers), said=forms.checksum(request.headers))
    return _where(row, make_response("", 204))


@bp.delete("/<ref:claim>/arrivals/<ref:arrival>")
def terminate(claim: str, arrival: str) -> Response:
    """It is not wanted any more."""
    _drop(_mine(claim, arrival))
    return _with(make_response("", 204))


@bp.post("/<ref:claim>/arrivals/<ref:arrival>/removal")
def remove(claim: str, arrival: str) -> Response:
    """The same from a button: a file that is on its way goes, and a refusal that was read is not shown again."""
    row = _mine(claim, arrival)
    kinds = [line.wanted.key for line in claim_file.checklist(claims.claim_of(doors.account(), claim) or abort(404))]
    number = kinds.index(row.kind) + 1 if row.kind in kinds else abort(404)
    _drop(row)
    flash(_("The file was removed from the list. Nothing of it is kept here."))
    return done(url_for("papers.documents", claim=claim, line=number))


def _mine(claim: str, ref: str) -> Arrival:
    return queries.arrival_of(doors.account(), claim, ref) or abort(404)


def _kind(claim: Claim, number: int) -> str:
    lines = claim_file.checklist(claim)
    return lines[number - 1].wanted.key if 0 < number <= len(lines) else abort(404)


def _is_late(row: Arrival) -> bool:
    return row.expires_at is not None and row.expires_at <= now()


def _take(row: Arrival, *, start: int, said: tus.Checksum | None) -> None:
    left = row.size_bytes - start
    if start == row.received_bytes and (request.content_length or 0) > left:
        abort(413)
    pieces.take(row, _coming(max(left, 0)), start=start, said=said, at=now())


def _coming(most: int) -> Iterator[bytes]:
    """The body as it comes, and no more of it than is waited for; it ends where the connection does."""
    length = request.content_length
    stream = request.stream if length is None else request.environ["wsgi.input"]
    with suppress(ClientDisconnected, OSError):
        yield from wire.coming(stream, most if length is None else min(most, length), piece_bytes=CHUNK_BYTES)


def _drop(row: Arrival) -> None:
    with transaction():
        ending.drop(row, by="member", at=now())
    ending.clear()


def _where(row: Arrival, response: Response) -> Response:
    response.headers["Upload-Offset"] = str(row.received_bytes)
    if row.expires_at is not None:
        response.headers["Upload-Expires"] = tus.expires(row.expires_at)
    return _with(response)


def _with(response: Response, **headers: str) -> Response:
    response.headers["Tus-Resumable"] = tus.VERSION
    response.headers.update(headers)
    return response


def _said(status: int, sentence: str) -> Response:
    """A program gets the sentence alone: the page that runs it shows it as it is."""
    return _with(make_response(sentence, status, {"Content-Type": "text/plain; charset=utf-8"}))


def _refused(error: Exception) -> Response:
    answer = _said(status_of(error), sentence_of(error))
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.wait_seconds)
    return answer


for _kind_of_refusal in (
    EvidenceRefused, TooMany, tus.BadHeader, pieces.Gone, pieces.OffsetDiffers, pieces.NotWhatWasSent,
    pieces.TooManyPieces,
):  # fmt: skip
    bp.register_error_handler(_kind_of_refusal, _refused)
