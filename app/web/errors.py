"""What went wrong, said once, in a sentence for people, with what to do next; never a traceback.

Rooms raise errors named for what is wrong, or `abort(409, _("..."))` with a sentence of their own. A named error that
people may meet has its status and its sentence in app/web/sentences.py.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from app.db import db, sqlstate
from app.domain.limits import TooMany
from app.services.traces import trace_of
from app.web import again, doors, hx, parking
from app.web.sentences import NAMED, sentence_of, status_of

_UNIQUE_VIOLATION: Final = "23505"
_INTERNAL: Final = 500
_CONFLICT: Final = 409
_UNAVAILABLE: Final = 503
_TOO_LARGE: Final = 413
_DRAINED_BYTES: Final = 256 * 1024 * 1024
_PIECE_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Saying:
    """A heading, and the sentence below it that says what to do."""

    title: LazyString
    sentence: LazyString


SAYINGS: Final = {
    400: Saying(
        _l("We could not read this request"),
        _l("Nothing was changed. Go back to the page, check what you entered, and send it again."),
    ),
    401: Saying(_l("Please sign in first"), _l("Nothing was changed. Sign in, then open the page again.")),
    403: Saying(
        _l("This room is not open to you"),
        _l("It belongs to another role. If it should be yours, ask the operator to appoint you."),
    ),
    404: Saying(
        _l("There is nothing at this address"),
        _l("It may have been mistyped, or it is not yours to see. Start again from the home page."),
    ),
    405: Saying(
        _l("This address does not take that"), _l("Nothing was changed. Open the page again and use its own buttons.")
    ),
    409: Saying(
        _l("Somebody was faster"),
        _l("What you wanted to change has changed in the meantime. Nothing was done twice. Open the page again."),
    ),
    413: Saying(
        _l("That is too much at once"),
        _l(
            "Nothing was stored. Send fewer or smaller files: at most %(size)s MB each, one after the other if need be."
        ),
    ),
    422: Saying(
        _l("Something is missing or does not fit"),
        _l("Nothing was changed. Go back, correct what you entered and send it again."),
    ),
    429: Saying(_l("Too often in a short time"), _l("Nothing was changed. Wait a few minutes and try again.")),
    500: Saying(
        _l("Something broke on our side"),
        _l("What you sent is stored whole or not at all, never by half. Open the page again before you repeat it."),
    ),
    503: Saying(_l("We are busy for a moment"), _l("Nothing was changed. Wait half a minute and try again.")),
}


def say(status: int, *, sentence: str | None = None) -> Response:
    """A whole error page: the heading of the status, and its sentence or a better one."""
    g.door = None  # whoever asks: an error page is the same for everybody
    known = status if status in SAYINGS else 400 if status < _INTERNAL else _INTERNAL
    saying = SAYINGS[known]
    text = sentence or str(saying.sentence) % _values(known)
    response = make_response(
        render_template("errors/error.html", status=status, title=str(saying.title), sentence=text), status
    )
    response.vary.update(("HX-Request", "HX-Target"))
    return hx.whole(response)


def _values(status: int) -> dict[str, object]:
    return {"size": current_app.config["UPLOAD_FILE_BYTES"] // (1024 * 1024)} if status == _TOO_LARGE else {}


def _http(error: HTTPException) -> Any:
    """An aborted request, with its own sentence when the room gave one."""
    if error.code is None or error.code < 400:  # noqa: PLR2004 -- a redirect is no error
        return error
    if isinstance(
        error, SecurityError
    ):  # asked under a name that is not ours: there is no address to build a page with
        return make_response(_("This site is not known by that name."), 400, {"Content-Type": "text/plain"})
    if isinstance(error, RequestEntityTooLarge):
        _read_to_the_end()
    own = error.description if error.description != type(error).description else None
    if isinstance(error, RequestEntityTooLarge):
        own = None
    response = say(error.code, sentence=str(own) if own else None)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _read_to_the_end() -> None:
    """Take in and throw away what is still coming, within reason: a browser that may not finish shows no answer."""
    stream, left = request.environ.get("wsgi.input"), min(request.content_length or 0, _DRAINED_BYTES)
    while stream is not None and left > 0:
        piece = stream.read(min(left, _PIECE_BYTES))
        if not piece:
            return
        left -= len(piece)


def _expired(_error: CSRFError) -> Response:
    """A form whose session is over: kept and shown again when it was ours, otherwise refused."""
    behind = doors.door_of(current_app, request.blueprint or "")
    kept = parking.rescue(for_members=behind is None or behind.is_closed)
    return kept or say(
        400,
        sentence=_(
            "This form had been open too long, or your browser refuses cookies. Nothing was sent. Go back, where what "
            "you typed is still there; reload the page if the message returns, and send the form again."
        ),
    )


def _named(error: Exception) -> Response:
    """An error of the domain, in the words registered for it or for what it is a kind of."""
    db.session.rollback()
    response = say(status_of(error), sentence=sentence_of(error))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.wait_seconds)
    return response


def _integrity(error: IntegrityError) -> Response:
    """The loser of a race meets a unique key: 409. Any other broken law is our own mistake: 500."""
    db.session.rollback()
    if is_taken(error):
        return say(_CONFLICT)
    return _broken(error)


def is_taken(error: IntegrityError) -> bool:
    """Whether a unique key refused the row, as against a CHECK or a foreign key."""
    cause = error.orig
    if sqlstate(error) == _UNIQUE_VIOLATION:
        return True
    names = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
    return isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorname", "") in names


def _busy(error: OperationalError) -> Any:
    """The database does not answer, or ended this deed so that another could go on: then it is done again, or said."""
    db.session.rollback()
    if again.gave_way(error):
        return again.go_again() if again.may_go_again() else say(_CONFLICT)
    g.setdefault("clock_offset_seconds", 0)  # the page is made without the database
    # Its first line says what is missing; what the database adds below may hold values.
    first_line = str(error.orig).partition("\n")[0]
    current_app.logger.error("the database does not answer: %s\n%s", first_line, trace_of(error))
    response = say(_UNAVAILABLE)
    response.headers["Retry-After"] = "30"
    return response


def _broken(error: Exception) -> Response:
    """Whatever nobody foresaw: the log gets its kind and where it happened, people get a sentence."""
    db.session.rollback()
    if current_app.testing or current_app.debug:
        raise error
    current_app.logger.error("a request failed: %s\n%s", type(error).__name__, trace_of(error))
    return say(_INTERNAL)


def init_app(app: Flask) -> None:
    """Answer every error with a page of this house. While testing or debugging unforeseen ones are raised."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(IntegrityError, _integrity)
    app.register_error_handler(OperationalError, _busy)
    for kind in NAMED:
        app.register_error_handler(kind, _named)
    app.register_error_handler(Exception, _broken)
