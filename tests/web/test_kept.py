"""A public page is kept until anything at all changes, whoever changes it, and never a moment longer."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.db import db, transaction
from app.web import clock, kept
from bench.public_pages import questions
from tests.web import rooms

NOON = dt.datetime(2026, 10, 1, 4, 0, tzinfo=dt.UTC)
CHANGE = "UPDATE instance SET clock_offset_seconds = clock_offset_seconds + 1"
ASKED = "clock_offset_seconds", "pg_current_snapshot", "PRAGMA"


@pytest.fixture(autouse=True)
def noon(app: Flask) -> Iterator[None]:
    rooms.build(app)
    with clock.at_instant(NOON):
        yield


def shelf(app: Flask) -> int:
    return len(kept.shelf_of(app)._pages)


def asks(app: Flask, client: FlaskClient, address: str, **headers: str) -> list[str]:
    """What a request asks the database besides whether anything has changed."""
    with app.app_context(), questions() as asked:
        client.get(address, headers=headers)
    return [one for one in asked if not any(word in one for word in ASKED)]


def touch(app: Flask) -> None:
    with app.app_context(), transaction():
        db.session.execute(text(CHANGE))


def test_nothing_is_asked_twice_while_nothing_changes(app: Flask, client: FlaskClient) -> None:
    assert asks(app, client, "/plans")
    first = client.get("/plans")
    assert asks(app, client, "/plans") == []
    again = client.get("/plans")
    for answer in (first, again):
        answer.headers.pop("Date")  # the second it was given out
    assert (again.data, dict(again.headers)) == (first.data, dict(first.headers))
    assert client.get("/plans", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.head("/plans").headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("who", ["this process", "another connection"])
def test_whatever_anybody_commits_lets_all_pages_go(app: Flask, client: FlaskClient, who: str) -> None:
    client.get("/plans")
    assert asks(app, client, "/plans") == []
    if who == "this process":
        touch(app)
    else:
        other = threading.Thread(target=touch, args=(app,))
        other.start()
        other.join()
    assert asks(app, client, "/plans")


def test_a_page_that_was_made_while_something_changed_is_not_given_out(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was kept under the state from before: nobody ever asks for that again."""
    put = kept.Shelf.put

    def late(self: kept.Shelf, key: kept.State, page: bytes) -> None:
        other = threading.Thread(target=touch, args=(app,))
        other.start()
        other.join()
        put(self, key, page)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(kept.Shelf, "put", late)
        client.get("/plans")
    assert asks(app, client, "/plans")


def test_what_is_under_way_and_what_was_given_up_change_nothing(app: Flask, client: FlaskClient) -> None:
    client.get("/plans")
    with app.app_context():
        before = kept.state_of_the_books()
        db.session.rollback()
        assert kept.state_of_the_books() == before
        db.session.rollback()


def test_another_language_address_minute_or_host_is_another_page(app: Flask, client: FlaskClient) -> None:
    client.get("/plans")
    for address, headers in (
        ("/plans", {"Accept-Language": "en"}),
        ("/plans?lang=en", {}),
        ("/plans?x=1", {}),
        ("/plans", {"Host": "other.example"}),
    ):
        assert asks(app, client, address, **headers)
    with clock.at_instant(NOON + dt.timedelta(minutes=1)):
        assert asks(app, client, "/plans")
    assert asks(app, client, "/plans") == []


def test_fragments_refusals_and_personal_pages_are_never_kept(app: Flask, client: FlaskClient) -> None:
    for address, headers in (
        ("/lamp", {"HX-Request": "true", "HX-Target": "lamp"}),
        ("/trouble/409", {}),
        ("/nowhere", {}),
        ("/sign-in", {}),
        ("/lamp/K7QF4D3M9R2T", {}),
    ):
        client.get(address, headers=headers)
        assert shelf(app) == 0, address
    client.get("/lamp")
    assert shelf(app) == 1


def test_the_language_is_remembered_also_by_a_kept_page(app: Flask, client: FlaskClient) -> None:
    for _again in range(2):
        answer = app.test_client().get("/plans?lang=en")
        assert "lang=en" in answer.headers["Set-Cookie"]
        assert answer.headers["Content-Language"] == "en"
    assert shelf(app) == 1


def test_what_was_not_asked_for_longest_goes_first() -> None:
    found = kept.Shelf(10)
    pages = {body: kept.Page(body, "etag", "", "") for body in (b"12345", b"1234", b"123", b"x" * 11, b"1")}
    found.put(("a",), pages[b"12345"])
    found.put(("b",), pages[b"1234"])
    assert found.get(("a",)) == pages[b"12345"]
    found.put(("c",), pages[b"123"])
    assert (found.get(("a",)), found.get(("b",)), found.get(("c",))) == (pages[b"12345"], None, pages[b"123"])
    found.put(("d",), pages[b"x" * 11])
    assert found.get(("d",)) is None
    found.put(("a",), pages[b"1"])
    assert found.get(("a",)) == pages[b"1"]


@pytest.mark.parametrize("wish", ["", "gzip", "br, gzip"])
def test_a_kept_page_is_sent_as_it_was_packed_and_answers_304(app: Flask, wish: str) -> None:
    client, packed = FlaskClient(app, app.response_class), {"Accept-Encoding": wish}  # one that reads no pages
    first = client.get("/plans", headers=packed)
    assert asks(app, client, "/plans", **packed) == []
    again = client.get("/plans", headers=packed)
    assert again.data == first.data
    for name in ("ETag", "Vary", "Cache-Control", "Content-Encoding", "Content-Language", "Content-Length"):
        assert again.headers.get(name) == first.headers.get(name)
    assert (first.headers.get("Content-Encoding") or "") == wish.partition(",")[0]
    seen = packed | {"If-None-Match": first.headers["ETag"]}
    for _ in ("kept", "made anew"):
        unchanged = client.get("/plans", headers=seen)
        assert (unchanged.status_code, unchanged.data) == (304, b"")
        assert unchanged.headers["ETag"] == first.headers["ETag"]
        kept.shelf_of(app).clear()
    other = client.get("/plans", headers=packed | {"If-None-Match": '"another"'})
    assert (other.status_code, other.data) == (200, first.data)


def test_a_wish_longer_than_any_browser_writes_is_answered_and_not_kept(app: Flask) -> None:
    client, before = FlaskClient(app, app.response_class), shelf(app)
    assert client.get("/plans", headers={"Accept-Encoding": "gzip, " + "x" * 200}).status_code == 200
    assert shelf(app) == before


def test_a_program_that_is_not_ours_is_noticed_too(app: Flask, client: FlaskClient, engine_name: str) -> None:
    client.get("/plans")
    with app.app_context():
        if engine_name == "sqlite":
            other = sqlite3.connect(str(db.engine.url.database))
            other.execute(CHANGE)
            other.commit()
            other.close()
        else:
            with db.engine.connect() as connection:
                connection.execute(text(CHANGE))
                connection.commit()
    assert asks(app, client, "/plans")
