"""These tests build rooms into the application, so each has one of its own."""

import pytest
from flask import Flask


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """The whole application, shared with nobody."""
    return own_app
