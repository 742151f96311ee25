"""The engine stands on the application and nothing of the web: its tests run inside the application's context."""

from collections.abc import Iterator

import pytest
from flask import Flask


@pytest.fixture
def engine(app: Flask) -> Iterator[Flask]:
    """The application, its context entered, on a fresh database."""
    with app.app_context():
        yield app
