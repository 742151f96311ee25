"""A story told once a test: its account signed in, and the references of its notices."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.notices import story
from tests.web.gate import enter, open_account

OWNER = "lan@example.org"


@pytest.fixture
def told(app: Flask) -> story.Told:
    """The story, in an account that can sign in."""
    number = open_account(app, OWNER)
    with app.app_context():
        return story.tell(number)


@pytest.fixture
def owner(client: FlaskClient, told: story.Told) -> FlaskClient:
    """Whom the notices were sent to, signed in."""
    enter(client, OWNER)
    return client
