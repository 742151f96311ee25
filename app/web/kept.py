"""Public pages are kept for as long as nothing at all has changed in the database, and not a moment longer.

What a public page shows comes from the database, the clock and the address. The database itself says whether anything
in it has changed: its `state_of_the_books` is asked before a page is made and before a kept one is given out, and a
state that was left never comes back. So nothing has to be told of a deed, by whichever process it was done, and no page
can show money that is not there any more.

Kept are whole pages of visitors' rooms that answered 200 and set nothing; never fragments, files or personal pages.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from typing import Any, Final, NamedTuple

from flask import Flask, Response, current_app, g, request
from sqlalchemy import Engine, event, text

from app.db import db, engine_name
from app.web import hx
from app.web.clock import now
from app.web.i18n import language

MOST_BYTES: Final = 16 * 1024 * 1024
"""What one process keeps at most; what was not asked for longest goes first."""
_OK: Final = 200
_HTML: Final = "text/html"
_READING: Final = ("GET", "HEAD")
_PLAIN: Final = frozenset({"content-type", "content-length", "vary"})
_KEY: Final = "kept_as"
_FITS: Final = "may_be_kept_as"
_LONGEST_WISH: Final = 100
"""Nobody's browser writes more letters of Accept-Encoding: such an answer is made each time."""
_EXTENSION: Final = "kept_pages"
_CONNECTION: Final = "juntan_number"
_numbers = itertools.count(1)
_ON_POSTGRESQL: Final = text("SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_snapshot()::text END")

State = tuple[object, ...]


class Page(NamedTuple):
    """A page as it was sent: packed as this browser asked for it, with what it says of itself."""

    body: bytes
    etag: str
    encoding: str
    """gzip, br and the like; empty for a browser that takes nothing packed."""
    vary: str


class Shelf:
    """Pages of one process, the ones asked for last at the end; bounded by their bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[State, Page] = OrderedDict()
        self._most_bytes = most_bytes
        self._bytes = 0

    def get(self, key: State) -> Page | None:
        """The page kept under this key."""
        with self._lock:
            found = self._pages.get(key)
            if found is not None:
                self._pages.move_to_end(key)
            return found

    def put(self, key: State, page: Page) -> None:
        """Keep a page, and let go of the ones nobody asked for longest."""
        with self._lock:
            before = self._pages.pop(key, None)
            self._bytes += len(page.body) - (len(before.body) if before else 0)
            self._pages[key] = page
            while self._bytes > self._most_bytes:
                _key, gone = self._pages.popitem(last=False)
                self._bytes -= len(gone.body)

    def clear(self) -> None:
        """Let everything go."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0


@event.listens_for(Engine, "connect")
def _number(_connection: Any, record: Any) -> None:
    """On SQLite what a connection says of changes is said of itself alone: each has a number of its own."""
    record.info[_CONNECTION] = next(_numbers)


def state_of_the_books() -> State | None:
    """What is different as soon as anything was committed by anybody; None where the database cannot say.

    PostgreSQL: the snapshot, that is which transactions have come to an end; equal snapshots see the same rows. A
    standby does not list what is under way, so nothing is kept there. SQLite: the count of foreign commits this
    connection has seen, and of the rows it has changed itself.
    """
    if engine_name() == "postgresql":
        snapshot = db.session.scalar(_ON_POSTGRESQL)
        return (snapshot,) if snapshot else None
    connection = db.session.connection()
    changed = connection.connection.total_changes
    seen = connection.exec_driver_sql("PRAGMA data_version").scalar()
    return (connection.info[_CONNECTION], seen, changed)


def look() -> Response | None:
    """The page as it was made, when nothing has changed since. The door of a visitors' room asks, before the view."""
    packed = request.headers.get("Accept-Encoding", "")
    if request.method not in _READING or hx.wants_fragment() or len(packed) > _LONGEST_WISH:
        return None
    state = state_of_the_books()
    if state is None:
        return None
    minute = now().replace(second=0, microsecond=0)
    key = (request.host_url, request.path, request.query_string, language(), packed, minute, *state)
    found = shelf_of(current_app).get(key)
    if found is None:
        setattr(g, _KEY, key)
        return None
    response = Response(found.body, mimetype=_HTML)
    response.headers["ETag"], response.headers["Vary"] = found.etag, found.vary
    if found.encoding:
        response.headers["Content-Encoding"] = found.encoding
    return response


def put(response: Response) -> None:
    """Keep a page as it is sent, after it was given its ETag and packed (app/web/headers.py); if it may be kept."""
    key = g.pop(_FITS, None)
    if key is not None:
        page = Page(
            response.get_data(),
            response.headers["ETag"],
            response.headers.get("Content-Encoding", ""),
            response.headers["Vary"],
        )
        shelf_of(current_app).put(key, page)


def _judge(response: Response) -> Response:
    key = g.pop(_KEY, None)
    if key is not None and response.status_code == _OK and response.mimetype == _HTML and _says_nothing_else(response):
        setattr(g, _FITS, key)
    return response


def _says_nothing_else(response: Response) -> bool:
    """Whether body and language are all there is: a page that says more of itself is made each time."""
    return (
        not response.is_streamed
        and {name.lower() for name, _value in response.headers} <= _PLAIN
        and response.vary.as_set() <= {name.lower() for name in hx.VARY}
        and "choose_language" not in g
    )


def shelf_of(app: Flask) -> Shelf:
    """The pages this process keeps for an application."""
    found: Shelf = app.extensions[_EXTENSION]
    return found


def init_app(app: Flask) -> None:
    """Give this process a shelf. Whether a page may be kept is judged before anything else is written onto it."""
    app.extensions[_EXTENSION] = Shelf(MOST_BYTES)
    app.after_request(_judge)
