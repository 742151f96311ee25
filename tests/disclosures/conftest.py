"""The story that tests of the public pages look at: told once for those that read, anew for those that change it."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web import clock
from tests.disclosures import story
from tests.fixtures.application import make_app, release
from tests.fixtures.pages import CheckingClient


@pytest.fixture
def told(app: Flask) -> Flask:
    """The application with a story of its own."""
    with app.app_context():
        story.tell()
    return app


@pytest.fixture(scope="session")
def told_once(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the story that nobody changes."""
    application = make_app(new_database(), tmp_path_factory.mktemp("told") / "instance")
    application.test_client_class = CheckingClient
    with application.app_context():
        story.tell()
    yield application
    release(application)


@pytest.fixture
def changer(told: Flask) -> Iterator[FlaskClient]:
    """Somebody who looks, in English, on 8 October 2026 at a story that the test changes."""
    with clock.at_instant(story.TODAY):
        yield reading_english(told)


@pytest.fixture
def visitor(told_once: Flask) -> Iterator[FlaskClient]:
    """Somebody who looks, in English, on 8 October 2026, the second objection day of the newest period."""
    with clock.at_instant(story.TODAY):
        yield reading_english(told_once)


def reading_english(application: Flask) -> FlaskClient:
    client = application.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
