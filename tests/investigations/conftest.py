"""The clock of the scene."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.web.clock import at_instant
from tests.claims.builders import NOW
from tests.investigations.scene import Scene


@pytest.fixture
def scene(app: Flask) -> Iterator[Scene]:
    """A claim whose claimant agreed to everything."""
    with at_instant(NOW):
        yield Scene(app)
