"""What every answer says about itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import rooms
from tests.web.gate import open_account, sign_in


@pytest.fixture(autouse=True)
def _rooms(app: Flask) -> None:
    rooms.build(app)


@pytest.mark.parametrize("path", ["/lamp", "/sign-in", "/nowhere", "/healthz", "/own", "/static/css/app.css"])
def test_every_answer_is_strict(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    answer.close()
    headers = answer.headers
    rules = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert rules["form-action"] == rules["script-src"] == rules["style-src"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_a_public_page_may_be_kept_and_is_asked_for_again(client: FlaskClient) -> None:
    first = client.get("/lamp")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get("/lamp", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get("/lamp?light=off", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert other.headers["ETag"] != first.headers["ETag"]


def test_the_same_page_in_another_language_is_another_page(client: FlaskClient) -> None:
    chinese = client.get("/lamp", headers={"Accept-Language": "zh"})
    english = client.get("/lamp", headers={"Accept-Language": "en", "If-None-Match": chinese.headers["ETag"]})
    assert english.status_code == 200
    assert "Accept-Language" in english.headers["Vary"]


def test_a_public_page_is_the_same_for_everybody(app: Flask, client: FlaskClient) -> None:
    stranger = app.test_client().get("/lamp")
    open_account(app, roles=("treasurer",))
    sign_in(client)
    member = client.get("/lamp")
    assert member.data == stranger.data
    assert "Set-Cookie" not in member.headers
    assert "Cookie" not in member.headers["Vary"].split(", ")


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/own", "/nowhere", "/healthz", "/demo"])
def test_nothing_personal_is_kept_by_anybody(app: Flask, client: FlaskClient, path: str) -> None:
    open_account(app)
    sign_in(client)
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_a_static_file_with_its_digest_is_kept_for_ever(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = app.url_for("static", filename="css/app.css")
    assert "?v=" in address
    with client.get(address) as kept:
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in ("/static/css/app.css", "/static/css/app.css?v=old"):
        with client.get(other) as answer:
            assert "immutable" not in answer.headers["Cache-Control"]


def test_only_production_speaks_of_tls(app: Flask, client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/lamp").headers
    app.config["MODE"] = "production"
    assert "max-age=31536000" in client.get("/lamp").headers["Strict-Transport-Security"]


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_page_for_everybody_travels_compressed_and_is_known_again(client: FlaskClient, encoding: str) -> None:
    wish = {"Accept-Encoding": encoding}
    plain, packed = client.get("/"), FlaskClient.open(client, "/", headers=wish)
    assert packed.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 2
    again = FlaskClient.open(client, "/", headers={**wish, "If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert plain.headers["ETag"] != packed.headers["ETag"]


@pytest.mark.parametrize("path", ["/sign-in", "/account", "/demo"])
def test_what_holds_a_token_is_never_compressed(app: Flask, client: FlaskClient, path: str) -> None:
    open_account(app)
    sign_in(client)
    answer = client.get(path, headers={"Accept-Encoding": "gzip, br, zstd"})
    assert "Content-Encoding" not in answer.headers


def test_a_first_visit_of_the_home_page_weighs_at_most_a_hundred_kilobytes(app: Flask, client: FlaskClient) -> None:
    wish = {"Accept-Encoding": "gzip"}
    page = client.get("/").text
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert {file.partition("?")[0].rpartition(".")[2] for file in files} >= {"css", "js"}
    files |= set(re.findall(r'url\("?\.\./(fonts/[^")]+)', Path("static/css/app.css").read_text(encoding="utf-8")))
    weight = len(FlaskClient.open(client, "/", headers=wish).data)
    for file in files:
        address = file if file.startswith("/static/") else f"/static/{file}"
        with FlaskClient.open(client, address, headers=wish) as file_sent:
            weight += len(file_sent.data)
    assert weight <= 100_000
