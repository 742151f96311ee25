"""One view, two audiences."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import UndefinedError

from tests.web import rooms
from tests.web.gate import open_account, sign_in, token

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _rooms(app: Flask) -> None:
    rooms.build(app)


def test_a_browser_gets_the_page(client: FlaskClient) -> None:
    answer = client.get("/lamp?light=dim")
    assert answer.text.lstrip().startswith("<!doctype html>")
    assert "The lamp is dim." in answer.text


def test_htmx_gets_the_fragment_whose_key_is_the_element_it_replaces(client: FlaskClient) -> None:
    answer = client.get("/lamp?light=dim", headers=HTMX | {"HX-Target": "lamp"})
    assert answer.text == '<p id="lamp">The lamp is dim.</p>'
    assert client.get("/lamp", headers=HTMX | {"HX-Target": "bulb"}).text == '<p id="bulb">A bulb.</p>'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        HTMX | {"HX-Target": "unknown"},
        HTMX,
        HTMX | {"HX-Target": "lamp", "HX-Boosted": "true"},
        HTMX | {"HX-Target": "lamp", "HX-History-Restore-Request": "true"},
        {"HX-Target": "lamp"},
    ],
)
def test_whatever_else_asks_gets_the_whole_page(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get("/lamp", headers=headers)
    assert answer.text.lstrip().startswith("<!doctype html>")


def test_a_page_for_an_unknown_element_takes_the_place_of_the_body(client: FlaskClient) -> None:
    answer = client.get("/lamp", headers=HTMX | {"HX-Target": "unknown"})
    assert answer.headers["HX-Retarget"] == "body"
    assert "HX-Retarget" not in client.get("/lamp").headers
    assert "HX-Retarget" not in client.get("/lamp", headers=HTMX | {"HX-Boosted": "true"}).headers


def test_every_answer_says_what_it_varies_with(client: FlaskClient) -> None:
    for headers in ({}, HTMX | {"HX-Target": "lamp"}):
        vary = client.get("/lamp", headers=headers).headers["Vary"]
        assert "HX-Request" in vary
        assert "HX-Target" in vary


def test_a_deed_is_answered_with_a_fragment_or_a_way_on(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    sign_in(client)
    data = {"csrf_token": token(client)}
    plain = client.post("/own?fragment=yes", data=data)
    assert (plain.status_code, plain.location) == (303, "/own")
    part = client.post("/own?fragment=yes", data=data, headers=HTMX | {"HX-Target": "lamp"})
    assert (part.status_code, part.text) == (200, '<p id="lamp">The lamp is off.</p>')
    boosted = client.post("/own?fragment=yes", data=data, headers=HTMX | {"HX-Boosted": "true"})
    assert (boosted.status_code, boosted.location) == (303, "/own")
    onward = client.post("/own", data=data, headers=HTMX | {"HX-Target": "lamp"})
    assert (onward.status_code, onward.headers["HX-Redirect"]) == (204, "/own")


def test_a_template_that_asks_for_what_nobody_said_fails_loudly(client: FlaskClient) -> None:
    with pytest.raises(UndefinedError, match="nobody_said_this"):
        client.get("/lamp/careless")
