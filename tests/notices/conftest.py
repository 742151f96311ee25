"""A story told once a test: its account signed in, and the references of its notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.clock import at_instant
from tests.notices import story
from tests.web.gate import enter, open_account

OWNER = "lan@example.org"
WHILE_SHOWN = dt.datetime(2026, 11, 20, 4, 0, tzinfo=dt.UTC)
"""While the details of the story's case are shown; afterwards its bulletin is written anew first."""


@pytest.fixture
def told(app: Flask) -> Iterator[story.Told]:
    """The story, in an account that can sign in."""
    number = open_account(app, OWNER)
    with app.app_context():
        written = story.tell(number)
    with at_instant(WHILE_SHOWN):
        yield written


@pytest.fixture
def owner(client: FlaskClient, told: story.Told) -> FlaskClient:
    """Whom the notices were sent to, signed in."""
    enter(client, OWNER)
    return client
