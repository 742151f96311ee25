"""Reports of relatives through HTTP: made with a proof, read by a caseworker, confirmed or dismissed with a reason."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import app.jobs.work  # noqa: F401 -- fills outbox.handlers
from app.config import MEBIBYTE
from app.db import db, transaction
from app.models import Account, Audit, Evidence, Membership, Report
from app.services import limits, outbox
from app.web import clock
from tests.claims.builders import picture
from tests.memberships.walk import TODAY, it_is, join, noon, plan_month, publish_plans, resident_number, said, somebody
from tests.web.gate import AT, PASSWORD, enter, open_account, send, signed_in, token

BORN = dt.date(1998, 5, 2)


@pytest.fixture(autouse=True)
def house(app: Flask, client: FlaskClient) -> Iterator[None]:
    publish_plans(app)
    open_account(app)
    open_account(app, "relative@example.org", name="周宁")
    open_account(app, "desk@example.org", name="方宁", roles=("caseworker",))
    with it_is(app, TODAY):
        enter(client)
        yield


def report(client: FlaskClient, proof: bytes | None = None, **other: Any) -> TestResponse:
    told = {
        "csrf_token": token(client, "/me/reports/new"), "kind": "death", "relation": "spouse", "name": "林岚",
        "document_type": "resident", "number": resident_number(BORN), "year": "2026", "month": "9", "day": "28",
        "holder": "周宁", "bank": "中国银行", "account": "6222020200012345678", **other,
    }  # fmt: skip
    if proof is not None:
        told["proofs"] = (io.BytesIO(proof), "证明.jpg")
    return client.post("/me/reports/new", data=told, content_type="multipart/form-data")


def test_a_relative_reports_a_death_and_a_caseworker_confirms_what_the_proof_shows(app: Flask, client: FlaskClient):
    membership = join(app, client, somebody())
    plan_month(app, TODAY)
    relative, desk = signed_in(app, "relative@example.org"), signed_in(app, "desk@example.org")
    assert report(relative, picture()).location == "/me/reports"
    assert "核对中" in said(relative.get("/me/reports"))
    with app.app_context():
        found, proof = db.session.scalars(db.select(Report)).one(), db.session.scalars(db.select(Evidence)).one()
        address, document = f"/review/reports/{found.ref}", proof.ref
    page = said(desk.get(address))
    assert membership in page
    assert ("****5678" in page, "6222020200012345678" in page) == (True, False)
    unread = desk.post(f"{address}/confirm", data={"csrf_token": token(desk, address)})
    assert (unread.status_code, "请先打开全部证明材料再确认" in said(unread)) == (409, True)
    assert f'href="{address}/proof/{document}"' in desk.get(f"{address}/proof/{document}/pages").text
    with app.app_context():
        outbox.sweep(clock.now())
    assert desk.get(f"{address}/proof/{document}/pages/1").mimetype == "image/jpeg"
    assert send(desk, address, action=f"{address}/confirm").location == address
    late = desk.post(f"{address}/confirm", data={"csrf_token": token(desk, address)})
    assert late.status_code == 409 or "已获确认" in said(late)
    assert "已获确认" in said(relative.get("/me/messages"))
    assert "因身故" in said(client.get(f"/me/{membership}"))
    with app.app_context():
        assert db.session.scalars(db.select(Membership.ends_as)).all() == ["died"]
        deeds = db.session.scalars(db.select(Audit.deed).where(Audit.role == "caseworker")).all()
        assert {"report.opened", "evidence.pages_opened", "confirm-report"} <= set(deeds)


def test_a_dismissed_report_says_why_and_a_stranger_of_the_desk_finds_nothing(app: Flask):
    relative, desk = signed_in(app, "relative@example.org"), signed_in(app, "desk@example.org")
    assert report(relative, picture()).location == "/me/reports"
    with app.app_context():
        address = f"/review/reports/{db.session.scalars(db.select(Report.ref)).one()}"
    assert "这里没有人使用这一证件" in said(desk.get(address))
    assert desk.post(f"{address}/dismiss", data={"csrf_token": token(desk, address)}).status_code == 422
    assert send(desk, address, {"reason": "请补交户口簿。"}, action=f"{address}/dismiss").location == address
    assert "请补交户口簿。" in said(relative.get("/me/reports")) + said(relative.get("/me/messages"))
    assert desk.get("/review/reports/0123456789AB").status_code == 404
    assert desk.get(f"{address}/proof/0123456789AB").status_code == 404
    assert relative.get(address).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "至少附上一份证明材料"),
        ({"proof": b"MZ\x90\x00 this is a program"}, "证明.jpg"),
        ({"proof": b""}, "空"),
        ({"year": "2027", "proof": b"x"}, "还没有到"),
        ({"number": resident_number(BORN)[:-1] + "0", "proof": b"x"}, "末位"),
        ({"account": "12", "proof": b"x"}, "8 至 30 位"),
        ({"kind": "", "relation": "", "proof": b"x"}, "发生了什么"),
    ],
    ids=["no proof", "a program", "empty", "to come", "checksum", "account", "nothing chosen"],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(app: Flask, wrong: dict[str, Any], sentence: str):
    relative = signed_in(app, "relative@example.org")
    answer = report(relative, **wrong)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert 'value="周宁"' in answer.text
    with app.app_context():
        assert db.session.query(Report).count() == db.session.query(Evidence).count() == 0


def test_nobody_answers_the_own_report(app: Flask):
    desk = signed_in(app, "desk@example.org")
    report(desk, picture())
    with app.app_context():
        ref = db.session.scalars(db.select(Report.ref)).one()
    assert ref not in desk.get("/review/reports").text
    assert desk.get(f"/review/reports/{ref}").status_code == 403


def test_an_account_is_handed_over_when_a_second_caseworker_confirms(app: Flask, client: FlaskClient):
    join(app, client, somebody())
    open_account(app, "second@example.org", name="许梅", roles=("caseworker",))
    relative, desk = signed_in(app, "relative@example.org"), signed_in(app, "desk@example.org")
    second = signed_in(app, "second@example.org")
    report(relative, picture(), kind="incapacity")
    with app.app_context():
        ref, document = (
            db.session.scalars(db.select(Report.ref)).one(),
            db.session.scalars(db.select(Evidence.ref)).one(),
        )
    address = f"/review/reports/{ref}"
    for one in (desk, second):
        one.get(f"{address}/proof/{document}")
    early = desk.post(f"{address}/confirm", data={"csrf_token": token(desk, address)})
    assert (early.status_code, "另一名审核员确认" in said(early)) == (409, True)
    assert send(desk, address, action=f"{address}/propose").location == address
    again = desk.post(f"{address}/confirm", data={"csrf_token": token(desk, address)})
    assert (again.status_code, "这是您自己提出的" in said(again)) == (403, True)
    assert send(second, address, action=f"{address}/confirm").location == address
    assert client.get("/account").status_code == 303, "the sessions of the account have ended"


def test_an_auditor_reads_no_whole_name_no_account_and_no_proof(app: Flask, client: FlaskClient):
    join(app, client, somebody())
    open_account(app, "auditor@example.org", name="秦川", roles=("auditor",))
    report(signed_in(app, "relative@example.org"), picture())
    with app.app_context():
        address = f"/review/reports/{db.session.scalars(db.select(Report.ref)).one()}"
    page = said(signed_in(app, "auditor@example.org").get(address))
    assert "林**" in page
    assert [hidden for hidden in ("林岚", "中国银行", "6222020200012345678", "5678", "周宁") if hidden in page] == []
    with app.app_context():
        assert "report.opened" not in db.session.scalars(db.select(Audit.deed)).all()


def test_whoever_reports_has_a_confirmed_address_and_stays_until_the_answer(app: Flask):
    relative = signed_in(app, "relative@example.org")
    typed = token(relative, "/me/reports/new")
    of_relative = db.update(Account).where(Account.email == "relative@example.org")
    with app.app_context(), transaction():
        db.session.execute(of_relative.values(email_confirmed_at=None))
    assert relative.get("/me/reports/new").status_code == 403
    assert relative.post("/me/reports/new", data={"csrf_token": typed}).status_code == 403
    with app.app_context(), transaction():
        db.session.execute(of_relative.values(email_confirmed_at=AT))
    assert report(relative, picture()).location == "/me/reports"
    closing = relative.post("/account/closing", data={"csrf_token": token(relative, "/account"), "password": PASSWORD})
    assert (closing.status_code, "您为亲属提交的报告正在等待答复" in said(closing)) == (409, True)


def test_a_proof_may_be_larger_than_other_forms(app: Flask):
    large = picture() + bytes(2 * MEBIBYTE)
    answer = report(signed_in(app, "relative@example.org"), large)
    assert answer.status_code != 413
    with app.app_context():
        assert db.session.scalars(db.select(Evidence.size_bytes)).one() == len(large)


def test_who_reports_too_often_is_told_when_and_keeps_what_was_typed(app: Flask):
    relative = signed_in(app, "relative@example.org")
    with app.app_context():
        ref = db.session.scalars(db.select(Account.ref).where(Account.email == "relative@example.org")).one()
        for _one in range(limits.KINDS["report-account"].at_once):
            limits.take("report-account", ref, at=noon(TODAY))
    answer = report(relative, picture())
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (429, True)
    assert 'value="周宁"' in answer.text
    with app.app_context():
        assert db.session.query(Report).count() == db.session.query(Evidence).count() == 0
