"""The shapes a URL may have."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Map, Rule

from app.db import new_ref
from app.web import converters
from tests.web import rooms


@pytest.fixture(autouse=True)
def _rooms(app: Flask) -> None:
    rooms.build(app)


def found(shape: str, path: str) -> object:
    app = Flask(__name__)
    converters.init_app(app)
    urls = Map([Rule(f"/<{shape}:thing>", endpoint="thing")], converters=app.url_map.converters)
    adapter = urls.bind("localhost")
    return adapter.match(path)[1]["thing"] if adapter.test(path) else None


def test_a_reference_is_found_however_people_write_it(client: FlaskClient) -> None:
    ref = new_ref()
    for written in (ref, ref.lower(), f"{ref[:4]}-{ref[4:8]}-{ref[8:]}"):
        assert client.get(f"/lamp/{written}").text == ref
    assert client.get("/lamp/ooil-2345-6789").text == "001123456789"


@pytest.mark.parametrize("ref", ["0123456789A", "0123456789ABC", "0123456789AU", "0123456789A!", "01-23456789A"])
def test_what_cannot_be_a_reference_is_not_there(client: FlaskClient, ref: str) -> None:
    assert client.get(f"/lamp/{ref}").status_code == 404


@pytest.mark.parametrize("name", ["young-cancer-2026-10-1", "accident-2026-01-12", "a-1999-12-99"])
def test_a_period_is_found_by_its_name(name: str) -> None:
    assert found("period", f"/{name}") == name


@pytest.mark.parametrize(
    "name", ["young-cancer", "young-cancer-2026-13-1", "young-cancer-2026-10-0", "2026-10-1", "Young-2026-10-1"]
)
def test_what_is_no_name_of_a_period_is_not_there(name: str) -> None:
    assert found("period", f"/{name}") is None


def test_plans_and_numbers() -> None:
    assert found("plan", "/child-health") == "child-health"
    assert found("plan", "/Child") is None
    assert found("plan", "/child--health") is None
    assert found("number", "/12") == 12
    assert found("number", "/0") is None
    assert found("number", "/012") is None
    assert found("number", "/1234567890") is None
