"""Every public page that links lead to, and the questions each asks the database."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.exceptions import HTTPException

from app.db import db
from app.web.doors import door_of

ASKED = (
    "/plans?born=35&event=illness&waiting=180&sort=price&q=%E7%97%85%E7%90%86",
    "/plans/compare?plan=child-health&plan=young-cancer&plan=senior-cancer&plan=lifelong-million",
    "/plans/for-me?year=1991&month=3&day=8",
    "/plans/young-cancer/rules/changes",
)
"""What visitors ask with a form: no link leads there."""
FILES = (".pdf", ".csv", ".json", ".atom")
LINK = re.compile(r'href="(/[^"#]*)')
_BOOKKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SELECT CASE WHEN PG_IS_IN_RECOVERY")


@dataclass(frozen=True, slots=True)
class PublicPage:
    """One address that everybody may open, and the name of its route."""

    endpoint: str
    address: str


@contextmanager
def questions() -> Iterator[list[str]]:
    """Collect every statement that is sent to the database inside.

    Transactions do not count, nor whether anything has changed (app/web/kept.py), which is all a kept page asks.
    """
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.upper().startswith(_BOOKKEEPING):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def public_pages(app: Flask, client: FlaskClient, *, per_route: int) -> Iterator[PublicPage]:
    """Walk from the home page, and from what is asked with forms, along every link.

    Up to `per_route` addresses of each public route. Files (PDF, CSV) are no pages and are left out. RuntimeError when
    a link leads to nothing.
    """
    seen, found = {"/", *ASKED}, Counter[str]()
    ahead = deque(["/", *ASKED])
    while ahead:
        address = ahead.popleft()
        endpoint = endpoint_of(app, address)
        if endpoint is None or found[endpoint] >= per_route:
            continue
        answer = client.get(address)
        if answer.status_code != 200:  # noqa: PLR2004 -- OK
            raise RuntimeError(f"{address} answered {answer.status_code}")
        if answer.mimetype != "text/html":
            continue
        found[endpoint] += 1
        yield PublicPage(endpoint, address)
        for link in LINK.findall(answer.text):
            target = html.unescape(link)
            if target not in seen and "lang=" not in target and not target.partition("?")[0].endswith(FILES):
                seen.add(target)
                ahead.append(target)


def endpoint_of(app: Flask, address: str) -> str | None:
    """The route behind an address when everybody may enter and nobody is asked who they are; None otherwise."""
    path, _, query = address.partition("?")
    try:
        endpoint, _values = app.url_map.bind("localhost").match(path, query_args=query)
    except HTTPException:
        return None
    blueprint = endpoint.rpartition(".")[0]
    door = door_of(app, blueprint) if blueprint else None
    return endpoint if door is not None and door.is_public else None
