"""The catalogue that visitors read: told once for all tests here, and changed by none."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web import clock
from tests.disclosures import story
from tests.fixtures.application import make_app, release
from tests.fixtures.pages import CheckingClient


@pytest.fixture(scope="session")
def catalogue(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The five plans, published and not changed by any test."""
    application = make_app(new_database(), tmp_path_factory.mktemp("catalogue") / "instance")
    application.test_client_class = CheckingClient
    with application.app_context():
        story.publish_plans()
    yield application
    release(application)


@pytest.fixture
def visitor(catalogue: Flask) -> Iterator[FlaskClient]:
    """Somebody who looks, in English, on 8 October 2026 at plans that have settled nothing yet."""
    client = catalogue.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    with clock.at_instant(story.TODAY):
        yield client
