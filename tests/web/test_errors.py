"""Errors become sentences, in both languages, and never a traceback."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.models import Account
from app.services.file_types import EvidenceRefused, WrongType
from app.web.errors import SAYINGS
from app.web.sentences import NAMED, sentence_of, status_of
from tests.web import rooms
from tests.web.gate import open_account, sign_in, words


@pytest.fixture(autouse=True)
def _rooms(app: Flask) -> None:
    rooms.build(app)


@pytest.fixture
def outside(app: Flask, client: FlaskClient) -> FlaskClient:
    """A visitor of the service as it runs: nothing is raised into the test."""
    app.config["TESTING"] = False
    return client


@pytest.mark.parametrize("status", sorted(SAYINGS))
def test_every_status_has_its_page_in_both_languages(outside: FlaskClient, status: int) -> None:
    chinese = outside.get(f"/trouble/{status}?lang=zh")
    english = outside.get(f"/trouble/{status}?lang=en")
    assert chinese.status_code == english.status_code == status
    assert str(SAYINGS[status].title) in words(english)
    assert words(chinese) != words(english)
    assert "Werkzeug" not in english.text
    assert "%(" not in chinese.text + english.text


def test_a_status_without_a_page_of_its_own_still_has_one(outside: FlaskClient) -> None:
    assert outside.get("/trouble/418").status_code == 418
    assert outside.get("/trouble/501").status_code == 501


def test_a_room_may_say_its_own_sentence(client: FlaskClient) -> None:
    answer = client.get("/trouble/own-words")
    assert answer.status_code == 409
    assert "Your own sentence." in words(answer)


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("move", 409, "This step is no longer possible"),
        ("appeal", 409, "The last day to appeal was 28 November 2026."),
        ("hand", 403, "You had a hand in this claim before."),
    ],
)
def test_an_error_of_the_domain_is_said_with_its_values(client: FlaskClient, kind: str, status: int, said: str) -> None:
    answer = client.get(f"/trouble/{kind}?lang=en")
    assert answer.status_code == status
    assert said in words(answer).replace("\N{NO-BREAK SPACE}", " ")


def test_an_error_without_a_sentence_of_its_own_takes_that_of_what_it_is_a_kind_of(app: Flask) -> None:
    class Blurred(EvidenceRefused):
        """A kind nobody foresaw."""

    with app.app_context(), force_locale("en"):
        assert sentence_of(Blurred()) == sentence_of(EvidenceRefused())
        assert sentence_of(WrongType("heic")) != sentence_of(EvidenceRefused())
        assert status_of(Blurred()) == 422
        with pytest.raises(KeyError):
            sentence_of(RuntimeError())


def test_every_named_error_is_the_fault_of_a_request_and_handled(app: Flask) -> None:
    handlers = app.error_handler_spec[None][None]
    for kind, (status, _sentence) in NAMED.items():
        assert kind in handlers
        assert 400 <= status < 500 or status == 503


def test_the_loser_of_a_race_is_told_so(outside: FlaskClient) -> None:
    answer = outside.get("/trouble/twice?lang=en")
    assert answer.status_code == 409
    assert "Somebody was faster" in words(answer)


def test_a_law_of_the_database_that_we_broke_ourselves_is_our_fault(outside: FlaskClient) -> None:
    assert outside.get("/trouble/law").status_code == 500


def test_the_log_of_a_broken_law_holds_no_personal_value(
    outside: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert outside.get("/trouble/law").status_code == 500
    assert "IntegrityError" in caplog.text
    assert "x@example.org" not in caplog.text


def test_an_error_of_the_database_repeats_no_parameters(app: Flask) -> None:
    with app.app_context(), pytest.raises(IntegrityError) as broken:
        db.session.execute(
            db.insert(Account).values(email="x@example.org", name="林岚", password_hash="", language="fr")
        )
    assert "parameters hidden" in str(broken.value)


def test_the_session_can_be_used_again_after_an_error(app: Flask, outside: FlaskClient) -> None:
    outside.get("/trouble/twice")
    open_account(app)
    assert sign_in(outside).status_code == 303


def test_what_nobody_foresaw_tells_nothing(outside: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = outside.get("/trouble/bug?lang=en")
    assert answer.status_code == 500
    assert "Something broke on our side" in words(answer)
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "RuntimeError" in caplog.text
    assert "tests/web/rooms.py" in caplog.text, "the log says where it happened"
    assert "bug@example.org" not in caplog.text, "not what was said"


def test_tests_see_the_error_itself(client: FlaskClient) -> None:
    with pytest.raises(RuntimeError, match="a secret detail"):
        client.get("/trouble/bug")
    with pytest.raises(IntegrityError):
        client.get("/trouble/law")


def test_without_a_database_there_is_still_a_page(
    app: Flask, outside: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.get("/lamp")
    with app.app_context():
        db.engine.dispose()
        monkeypatch.setitem(db.engines, None, db.create_engine("sqlite:////nowhere/at/all.sqlite3"))
    answer = outside.get("/own?lang=en")
    assert answer.status_code == 303, "a stranger needs no database to be sent to sign in"
    busy = outside.get("/demo?lang=en")
    assert busy.status_code == 503
    assert busy.headers["Retry-After"] == "30"
    assert "We are busy for a moment" in words(busy)


def test_what_is_too_large_is_refused_with_the_size_that_is_not(outside: FlaskClient, app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = outside.post("/sign-up", data={"name": "x" * 2000})
    assert answer.status_code == 413
    assert "20 MB" in words(answer).replace("\N{NO-BREAK SPACE}", " ")


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    for answer in (client.post("/healthz"), client.put("/lamp"), client.get("/sign-out")):
        assert answer.status_code == 405
        assert set(answer.headers["Allow"].split(", ")) & {"GET", "POST"}
