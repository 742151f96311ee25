"""Taking one's own data along: made in the background, for its owner alone, for some days; and what goes wrong."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.adapters import store
from app.db import db, transaction
from app.jobs import upkeep
from app.jobs.tick import sweep
from app.models import Account, Audit, DataExport, Evidence, Message
from app.services import erasure, evidence, orphans, outbox
from app.services.exports import gathering, keeping
from app.services.exports.zipping import zipped
from app.web import clock
from tests.claims.builders import picture
from tests.fixtures.application import ROOT
from tests.memberships.walk import TODAY, it_is, join, noon, plan_month, publish_plans, said, somebody
from tests.web.gate import PASSWORD, enter, open_account, send, signed_in, token

PAGE = "/account/export"


@pytest.fixture(autouse=True)
def house(app: Flask, client: FlaskClient) -> Iterator[None]:
    open_account(app)
    with it_is(app, TODAY):
        enter(client)
        yield


def work(app: Flask) -> None:
    with app.app_context():
        sweep(noon(TODAY))


def the_export(app: Flask) -> DataExport:
    with app.app_context():
        return db.session.scalars(db.select(DataExport).order_by(DataExport.id.desc()).limit(1)).one()


def asked(app: Flask, client: FlaskClient) -> str:
    assert client.post(PAGE, data={"csrf_token": token(client, PAGE)}).location == PAGE
    return the_export(app).ref


def taken(client: FlaskClient, ref: str, password: str = PASSWORD) -> Any:
    return client.post(f"{PAGE}/{ref}/file", data={"csrf_token": token(client, PAGE), "password": password})


def reported(client: FlaskClient, **files: bytes) -> None:
    """A report with documents: the account owns them."""
    data = {
        "csrf_token": token(client, "/me/reports/new"), "kind": "incapacity", "relation": "spouse", "name": "周宁",
        "document_type": "passport", "number": "E1234567", "year": "2026", "month": "9", "day": "28",
        "takes_over": "y", "proofs": [(io.BytesIO(content), f"{name}.jpg") for name, content in files.items()],
    }  # fmt: skip
    assert client.post("/me/reports/new", data=data, content_type="multipart/form-data").location == "/me/reports"


def test_everything_is_in_one_file_for_its_owner_with_the_password(app: Flask, client: FlaskClient):
    publish_plans(app)
    plan_month(app, TODAY)
    membership = join(app, client, somebody())
    reported(client, 户口簿=picture())
    with app.app_context(), transaction():
        lost = db.session.scalars(db.select(Evidence)).one()
        lost.removed_at, lost.wrapped_key = noon(TODAY), b""
    reference = asked(app, client)
    assert asked(app, client) == reference, "asked twice, it is one"
    work(app)
    assert "已生成" in said(client.get(PAGE))
    assert "数据文件已生成" in said(client.get("/me/messages"))
    assert taken(client, reference, "wrong").status_code == 422
    answer = taken(client, reference)
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200,
        "application/zip",
        "no-store",
    )
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    values = json.loads(archive.read("data.json"))
    assert (values["schema"], values["account"]["email"]) == (gathering.SCHEMA, "lin@example.org")
    assert values["people"][0]["document"] == somebody()["number"]
    (one,) = values["memberships"]
    assert (one["ref"], one["balance_fen"], [line["amount_fen"] for line in one["statement"]]) == (
        membership,
        3000,
        [3000],
    )
    assert one["agreed_rules"][0]["version"] == 1
    assert {given["kind"] for given in values["applications"][0]["consents"]} == {"joining", "declaration"}
    (paper,) = values["documents"]
    assert (paper["name"], paper["erased"], paper["path"]) == ("户口簿.jpg", True, None)
    assert any("会员资格" in line["text"] for line in values["messages"])
    assert any(line["deed"] == "join" for line in values["history"])
    page = archive.read("index.html").decode()
    assert ("您在均摊的数据" in page, "户口簿.jpg" in page, "已销毁" in page) == (True, True, True)
    documented = (ROOT / "docs" / "data-export.md").read_text(encoding="utf-8")
    described = json.loads((ROOT / "docs" / "data-export.schema.json").read_text(encoding="utf-8"))
    assert set(described["properties"]) == set(values)
    for section, rows in values.items():
        assert section in documented
        if isinstance(rows, list) and rows:
            assert set(described["properties"][section]["items"]["properties"]) == set(rows[0]), section


def test_a_document_is_in_it_as_it_came(app: Flask, client: FlaskClient):
    sent = {"a": picture(), "b": picture()}
    reported(client, **sent)
    reference = asked(app, client)
    work(app)
    archive = zipfile.ZipFile(io.BytesIO(taken(client, reference).data))
    papers = json.loads(archive.read("data.json"))["documents"]
    assert [archive.read(paper["path"]) for paper in papers] == [*sent.values()]
    with app.app_context():
        assert evidence.NAME not in db.session.scalars(db.select(Audit.deed)).all()


def test_nobody_else_takes_it_and_it_is_gone_after_its_days(app: Flask, client: FlaskClient):
    reference = asked(app, client)
    assert taken(client, reference).status_code == 409, "not made yet"
    work(app)
    name = the_export(app).object or ""
    open_account(app, "zhou@example.org")
    assert taken(signed_in(app, "zhou@example.org"), reference).status_code == 404
    with it_is(app, TODAY + keeping.KEPT):
        assert taken(client, reference).status_code == 409, "its days are over, swept or not"
        with app.app_context():
            assert store.exists(name)
            assert "exports: 1 deleted after their days" in upkeep.do(noon(TODAY) + keeping.KEPT)
            assert not store.exists(name)
        gone = taken(client, reference)
        assert (gone.status_code, "已经不在了" in said(gone)) == (409, True)
    assert (the_export(app).state, the_export(app).wrapped_key) == ("gone", None)


def test_a_new_one_takes_the_place_of_the_old_one_and_may_be_deleted_at_once(app: Flask, client: FlaskClient):
    first = asked(app, client)
    work(app)
    second = asked(app, client)
    work(app)
    assert (taken(client, first).status_code, taken(client, second).status_code) == (409, 200)
    assert send(client, PAGE, action=f"{PAGE}/{second}/deletion").location == PAGE
    assert taken(client, second).status_code == 409


def test_an_account_that_is_closed_meanwhile_gets_no_file(app: Flask, client: FlaskClient):
    asked(app, client)
    with app.app_context():
        with transaction():
            account = db.session.scalars(db.select(Account)).one()
            erasure.close(account, at=noon(TODAY), on_the_wall=noon(TODAY))
        sweep(noon(TODAY))
        assert (the_export(app).state, the_export(app).object) == ("gone", None)
        assert db.session.query(Message).count() == 0


def test_a_worker_killed_in_the_middle_leaves_nothing_that_opens_and_the_next_one_makes_it(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    asked(app, client)

    def dies(_account: Account) -> Iterator[dict[str, Any]]:
        yield {"ref": "half"}
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(gathering, "SECTIONS", {"people": dies})
        with pytest.raises(KeyboardInterrupt):
            work(app)
    assert the_export(app).state == "asked"
    with app.app_context():
        when_the_lease_is_over = clock.real_now() + dt.timedelta(hours=2)
        outbox.sweep(noon(TODAY), real_now=lambda: when_the_lease_is_over)
    made = the_export(app)
    assert made.state == "ready"
    with app.app_context():
        wall = dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=2)
        orphans.sweep(real_now=wall)
        assert store.exists(made.object or ""), "what can be downloaded is no orphan"


def test_a_file_of_any_length_is_written_piece_by_piece():
    pieces = (b"x" * 65_536 for _number in range(64))
    longest = max(len(piece) for piece in zipped([("a.txt", pieces), ("b.txt", iter(()))]))
    assert longest < 70_000
