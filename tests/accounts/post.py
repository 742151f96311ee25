"""The post of these tests: mails as the worker sends them, and the links in them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.db import db
from app.jobs.tick import sweep
from app.web import clock
from tests.web.gate import PASSWORD, send

NEW = {"name": "林岚", "email": "lin@example.org", "password": PASSWORD}
Letters = list[dict[str, str]]


def sign_up(client: FlaskClient, email: str = "lin@example.org", **more: str) -> TestResponse:
    """Open an account through the form."""
    return send(client, "/sign-up", {**NEW, "email": email, **more})


def delivered(app: Flask, letters: Letters, at: dt.datetime | None = None) -> Letters:
    """Let the worker write what is due; returns what it wrote, in order."""
    before = len(letters)
    with app.app_context():
        sweep(at or clock.now())
    return letters[before:]


def link_in(letter: dict[str, str]) -> str:
    """The path of the link in a mail."""
    found = re.search(r"/(?:confirm|reset)/[\w-]{43}", letter["text"])
    assert found, letter["text"]
    return found.group()


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What the database is asked inside, statement by statement."""
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    yield asked
    event.remove(engine, "before_cursor_execute", listen)


Post = Callable[[], Letters]
