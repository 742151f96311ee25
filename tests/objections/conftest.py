"""The laws of objections stand on the engine; a published case waits for them."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.objections import scene
from tests.services import pool_story as story


@pytest.fixture
def engine(app: Flask) -> Iterator[Flask]:
    """The application, its context entered, on a fresh database."""
    with app.app_context():
        yield app


@pytest.fixture
def published(engine: Flask) -> Flask:
    """A period of ten members with two cases, published on 7 September 2026, to be settled on the 14th."""
    scene.two_cases()
    story.lock()
    return engine
