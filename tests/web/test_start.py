"""From the environment to a running application: what is refused, what is generated, what is never mixed."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, insert

from app.config import ROOT, NotConfigured, database_url, settings
from app.db import db, transaction
from app.factory import create_app
from app.models import Instance
from app.secret_settings import key_list
from app.web import clock
from app.web.mode import ModesDiffer
from tests.fixtures.application import environment, make_app, release

KEY = base64.b64encode(bytes(32)).decode()
OTHER_KEY = base64.b64encode(bytes(range(32))).decode()
PRODUCTION = {
    "JUNTAN_MODE": "production",
    "SECRET_KEY": "s" * 40,
    "JUNTAN_PEPPER": "p" * 40,
    "JUNTAN_KEK": f"k1:{KEY}",
    "JUNTAN_LOG_KEY": f"log-1:{OTHER_KEY}",
    "DATABASE_URL": "postgresql://juntan@db/juntan",
    "JUNTAN_ORIGIN": "https://juntan.example",
    "JUNTAN_SMTP_HOST": "mail.juntan.example",
    "JUNTAN_MAIL_FROM": "Juntan <mail@juntan.example>",
}


def test_production_names_everything_it_lacks_at_once() -> None:
    with pytest.raises(NotConfigured) as refused:
        settings({"JUNTAN_MODE": "production", "DATABASE_URL": "  "})
    for name in ("SECRET_KEY", "JUNTAN_PEPPER", "JUNTAN_KEK", "DATABASE_URL", "JUNTAN_ORIGIN"):
        assert name in str(refused.value)


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "JUNTAN_PEPPER", "JUNTAN_KEK", "JUNTAN_LOG_KEY", "DATABASE_URL", "JUNTAN_ORIGIN"]
)
def test_production_lacks_each_of_them_by_name(name: str) -> None:
    with pytest.raises(NotConfigured, match=f": {name}\\."):
        settings({key: value for key, value in PRODUCTION.items() if key != name})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"SECRET_KEY": "short"}, "shorter than 32 characters: SECRET_KEY"),
        ({"JUNTAN_KEK": f"k1:{KEY},k1:{OTHER_KEY}"}, "JUNTAN_KEK .* entry 2 is not"),
        ({"JUNTAN_KEK": "k1:" + base64.b64encode(bytes(24)).decode()}, "JUNTAN_KEK .* entry 1 is not"),
        ({"JUNTAN_KEK": "k1:" + "=" * 40}, "JUNTAN_KEK .* entry 1 is not"),
        ({"JUNTAN_KEK": "," * 40}, "JUNTAN_KEK names no key"),
        ({"JUNTAN_LOG_KEY": "," * 40}, "JUNTAN_LOG_KEY names no key"),
        ({"JUNTAN_LOG_KEY": f"k1:{KEY},k2:{KEY}"}, "JUNTAN_LOG_KEY .* entry 2 is not"),
        ({"JUNTAN_LOG_KEY": "short"}, "shorter than 32 characters: JUNTAN_LOG_KEY"),
        ({"JUNTAN_ORIGIN": "http://juntan.example"}, "https://"),
        ({"JUNTAN_ORIGIN": "juntan.example"}, "must look like"),
        ({"JUNTAN_ORIGIN": "https://juntan.example/app"}, "must look like"),
        ({"JUNTAN_ZONE": "Mars/Olympus"}, "JUNTAN_ZONE"),
        ({"JUNTAN_UPLOAD_FILES": "many"}, "JUNTAN_UPLOAD_FILES"),
        ({"JUNTAN_CLAMD": "clamd.sock"}, "JUNTAN_CLAMD must look like"),
        ({"JUNTAN_MODE": "test"}, "demo, production"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name(wrong: Mapping[str, str], said: str) -> None:
    with pytest.raises(NotConfigured, match=said):
        settings({**PRODUCTION, **wrong})


def test_a_refusal_shows_no_secret() -> None:
    with pytest.raises(NotConfigured) as refused:
        settings({**PRODUCTION, "JUNTAN_KEK": "a-secret-without-a-name-and-long-enough"})
    assert "secret-without" not in str(refused.value)


def test_production_keeps_its_session_to_itself() -> None:
    found = settings(PRODUCTION)
    assert found["SESSION_COOKIE_SECURE"]
    assert found["SESSION_COOKIE_HTTPONLY"]
    assert found["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://juntan@db/juntan"
    assert found["KEKS"] == {"k1": bytes(32)}


def test_the_newest_key_comes_first() -> None:
    assert list(key_list(f"k2:{OTHER_KEY}, k1:{KEY}", "JUNTAN_LOG_KEY")) == ["k2", "k1"]


def test_uploads_are_limited_as_configured(tmp_path: Path) -> None:
    found = settings({"JUNTAN_INSTANCE": str(tmp_path)})
    assert (found["UPLOAD_FILE_BYTES"], found["UPLOAD_FILES_PER_CLAIM"]) == (20 * 1024 * 1024, 50)
    assert found["MAX_CONTENT_LENGTH"] <= 1024 * 1024, "only routes that take files let more in"
    assert found["MAX_FORM_MEMORY_SIZE"] <= 1024 * 1024
    other = settings({"JUNTAN_INSTANCE": str(tmp_path), "JUNTAN_UPLOAD_FILE_MB": "5", "JUNTAN_UPLOAD_FILES": "3"})
    assert (other["UPLOAD_FILE_BYTES"], other["UPLOAD_FILES_PER_CLAIM"]) == (5 * 1024 * 1024, 3)


def test_a_demonstration_draws_its_secrets_once_and_keeps_them_to_its_owner(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    first = settings({"JUNTAN_INSTANCE": str(instance)})
    again = settings({"JUNTAN_INSTANCE": str(instance)})
    other = settings({"JUNTAN_INSTANCE": str(tmp_path / "other")})
    for name in ("SECRET_KEY", "PEPPER", "KEKS", "LOG_KEYS"):
        assert first[name] == again[name]
        assert first[name] != other[name]
    assert (instance / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in instance.iterdir()] == ["secrets.json"]
    assert first["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{instance / 'juntan.sqlite3'}"


def test_a_demonstration_of_before_draws_what_it_lacks_and_keeps_the_rest(tmp_path: Path) -> None:
    first = settings({"JUNTAN_INSTANCE": str(tmp_path)})
    path = tmp_path / "secrets.json"
    kept = json.loads(path.read_text())
    del kept["JUNTAN_LOG_KEY"]
    path.write_text(json.dumps(kept))
    again = settings({"JUNTAN_INSTANCE": str(tmp_path)})
    assert again["KEKS"] == first["KEKS"]
    assert again["LOG_KEYS"] != first["LOG_KEYS"]
    assert again["LOG_KEYS"] == settings({"JUNTAN_INSTANCE": str(tmp_path)})["LOG_KEYS"]
    assert again["LOG_ORIGIN"] == "juntan.example/log"
    assert settings(PRODUCTION)["LOG_ORIGIN"] == "juntan.example/log"


def test_a_database_address_names_its_driver(tmp_path: Path) -> None:
    assert database_url("postgres://a/b", tmp_path) == "postgresql+psycopg://a/b"
    assert database_url("sqlite:////x.db", tmp_path) == "sqlite:////x.db"


def test_a_database_is_stamped_once_with_its_mode(app: Flask) -> None:
    with app.app_context():
        assert [row.mode for row in db.session.scalars(db.select(Instance))] == ["demo"]


def test_a_database_of_the_other_mode_is_refused_with_a_sentence(engine_url: str, tmp_path: Path) -> None:
    engine = create_engine(engine_url)
    with engine.begin() as connection:
        connection.execute(
            insert(Instance).values(id=1, mode="production", created_at=clock.real_now(), clock_offset_seconds=0)
        )
    engine.dispose()
    with pytest.raises(ModesDiffer, match=r"belongs to production and JUNTAN_MODE is demo.*JUNTAN_MODE=production"):
        make_app(engine_url, tmp_path)


def test_a_database_without_tables_is_no_reason_not_to_start(tmp_path: Path) -> None:
    application = make_app(f"sqlite:///{tmp_path / 'empty.sqlite3'}", tmp_path / "instance")
    with application.app_context():
        assert not db.inspect(db.engine).has_table("instance")
    release(application)


def test_a_mode_that_could_not_be_asked_at_the_start_is_asked_at_the_first_request(
    engine_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("app.web.mode.check", lambda: False)
        late = make_app(engine_url, tmp_path)
    with late.app_context(), transaction():
        db.session.add(Instance(id=1, mode="production", created_at=clock.real_now()))
    with pytest.raises(ModesDiffer):
        late.test_client().get("/healthz")
    release(late)


def test_production_answers_to_its_own_name_only(
    engine_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**environment(engine_url, tmp_path), **PRODUCTION, "DATABASE_URL": engine_url}.items():
        monkeypatch.setenv(name, value)
    site = create_app()
    client = site.test_client()
    assert client.get("/sign-in", base_url="https://juntan.example").status_code == 200
    assert client.get("/sign-in", base_url="https://elsewhere.example").status_code == 400
    assert client.get("/demo", base_url="https://juntan.example").status_code == 404
    release(site)


def test_the_cellar_is_entered_without_flask() -> None:
    told = "import sys, app, app.domain.shares; sys.exit(any(name.startswith('flask') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0


def test_an_operator_reads_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    """What `scripts/run` and a web server print when production is started without its secrets."""
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "JUNTAN_MODE": "production", "HOME": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", "import wsgi"], env=bare, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert told.stderr == (
        "Production does not start without: SECRET_KEY, JUNTAN_PEPPER, JUNTAN_KEK, JUNTAN_LOG_KEY, DATABASE_URL, "
        "JUNTAN_ORIGIN, JUNTAN_SMTP_HOST, JUNTAN_MAIL_FROM. Set them in the environment.\n"
    )
