"""Corrections of people: the province at once, who somebody is with a proof; ages worked out anew, documents unique."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.models import Account, Audit, CorrectionPaper, Membership, Person, PersonCorrection
from app.services import erasure, renditions, vault
from app.services.person_corrections import values
from tests.claims.builders import picture
from tests.memberships.walk import TODAY, it_is, join, noon, plan_month, publish_plans, resident_number, said, somebody
from tests.web.gate import enter, open_account, signed_in, token

BORN, OTHER = dt.date(1998, 5, 2), dt.date(1997, 5, 2)


@pytest.fixture(autouse=True)
def house(app: Flask, client: FlaskClient) -> Iterator[None]:
    publish_plans(app)
    open_account(app)
    open_account(app, "desk@example.org", name="方宁", roles=("caseworker",))
    with it_is(app, TODAY):
        enter(client)
        plan_month(app, TODAY)
        join(app, client, somebody(BORN))
        yield


def the_person(app: Flask) -> Person:
    with app.app_context():
        return db.session.scalars(db.select(Person).join(Account).where(Account.email == "lin@example.org")).one()


def asked(app: Flask, client: FlaskClient, proof: bytes | None = None, **other: str) -> TestResponse:
    address = f"/account/people/{the_person(app).ref}/correction"
    page = client.get(address)
    assert page.status_code == 200
    data: dict[str, Any] = {
        "csrf_token": token(client, address), "name": "林岚", "year": "1998", "month": "5", "day": "2",
        "province": "33", "document_type": "resident", "number": "", **other,
    }  # fmt: skip
    if proof:
        data["proofs"] = (io.BytesIO(proof), "身份证.jpg")
    return client.post(address, data=data, content_type="multipart/form-data")


def born(day: dt.date, serial: int = 12) -> dict[str, str]:
    return {"year": str(day.year), "number": resident_number(day, serial)}


def waiting(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(db.select(PersonCorrection.ref).order_by(PersonCorrection.id.desc()).limit(1)).one()


def answered(app: Flask, desk: FlaskClient, deed: str, **data: str) -> TestResponse:
    address = f"/review/corrections/{waiting(app)}"
    with app.app_context():
        papers = db.session.scalars(
            db.select(CorrectionPaper.ref).join(PersonCorrection).where(PersonCorrection.ref == waiting(app))
        ).all()
    for paper in papers:
        looked = desk.get(f"{address}/paper/{paper}/pages")
        assert f'href="{address}/paper/{paper}"' in looked.text, "the whole file stays one step away"
        with app.app_context(), transaction():
            renditions.draw({"document": paper, "first": 1}, noon(TODAY))
        assert desk.get(f"{address}/paper/{paper}/pages/1").mimetype == "image/jpeg"
        assert desk.get(f"{address}/paper/{paper}/pages/9").status_code == 404
    return desk.post(f"{address}/{deed}", data={"csrf_token": token(desk, address), **data})


def test_the_province_changes_at_once_and_nothing_else_does_without_a_proof(app: Flask, client: FlaskClient):
    assert "林岚" in said(client.get("/account/people"))
    same = asked(app, client)
    assert (same.status_code, "没有区别" in said(same)) == (422, True)
    moved = asked(app, client, province="31")
    assert "已更正" in said(client.get(moved.location))
    assert the_person(app).province == "31"
    renamed = asked(app, client, name="林澜", province="31")
    assert (renamed.status_code, "请一并上传" in said(renamed), 'value="林澜"' in renamed.text) == (422, True, True)
    differs = asked(app, client, picture(), year="1997", province="31")
    assert (differs.status_code, "1998 年 5 月 2 日" in said(differs)) == (422, True)
    with app.app_context():
        assert db.session.query(PersonCorrection).count() == 1


def test_a_birth_date_is_corrected_by_a_caseworker_and_the_age_is_worked_out_anew(app: Flask, client: FlaskClient):
    own = asked(app, client, picture(), **born(OTHER)).location
    twice = asked(app, client, picture(), **born(OTHER, 13))
    assert (twice.status_code, "等待答复" in said(twice)) == (409, True)
    desk = signed_in(app, "desk@example.org")
    address = f"/review/corrections/{waiting(app)}"
    page = said(desk.get(address))
    assert ("2048 年 5 月 2 日" in page, "330***********" in page, resident_number(OTHER) in page) == (
        True,
        True,
        False,
    )
    early = desk.post(f"{address}/accept", data={"csrf_token": token(desk, address)})
    assert (early.status_code, "还有 1 份" in said(early)) == (409, True)
    assert answered(app, desk, "accept").location == address
    assert "2048 年 5 月 2 日" in said(client.get("/me/messages"))
    assert "保持原样" in said(client.get(own))
    with app.app_context():
        person = the_person(app)
        membership = db.session.scalars(db.select(Membership)).one()
        assert (person.birth_on, membership.age_out_on) == (OTHER, dt.date(2048, 5, 2))
        assert membership.identity_hash == person.identity_hash == vault.keyed_hash("resident", resident_number(OTHER))
        row = db.session.scalars(db.select(PersonCorrection)).one()
        before = values.before_of(row)
        assert before is not None
        assert (before.birth_on, before.number) == (BORN, resident_number(BORN))
        assert all("1997" not in str(deed.detail) for deed in db.session.scalars(db.select(Audit)))
    late = desk.post(f"{address}/accept", data={"csrf_token": token(desk, address)})
    assert late.status_code == 409


def test_a_number_somebody_else_is_a_member_with_is_refused_in_words_that_tell_nothing(app: Flask, client: FlaskClient):
    open_account(app, "zhou@example.org", name="周宁")
    join(app, signed_in(app, "zhou@example.org"), somebody(BORN, 77, name="周宁"))
    own = asked(app, client, picture(), number=resident_number(BORN, 77)).location
    desk = signed_in(app, "desk@example.org")
    assert "只能不予接受" in said(desk.get(f"/review/corrections/{waiting(app)}"))
    assert answered(app, desk, "accept").status_code == 409
    assert answered(app, desk, "refuse", reason="这个号码是周宁的。").status_code == 303
    page = said(client.get(own))
    assert ("从材料中无法确认" in page, "周宁" in page) == (True, False)


def test_a_refusal_says_why_and_a_correction_may_be_withdrawn(app: Flask, client: FlaskClient):
    own = asked(app, client, picture(), name="林澜").location
    desk = signed_in(app, "desk@example.org")
    assert answered(app, desk, "refuse").status_code == 422
    assert answered(app, desk, "refuse", reason="照片看不清，请重拍。").status_code == 303
    assert "照片看不清" in said(client.get(own))
    again = asked(app, client, picture(), name="林澜").location
    assert client.post(f"{again}/withdrawal", data={"csrf_token": token(client, again)}).location == again
    assert answered(app, desk, "accept").status_code == 409
    assert signed_in(app, "desk@example.org").get(own).status_code == 404
    with app.app_context():
        with transaction():
            account = db.session.scalars(db.select(Account).where(Account.email == "lin@example.org")).one()
            erasure.close(account, at=noon(TODAY), on_the_wall=noon(TODAY))
        assert {row.after_sealed for row in db.session.scalars(db.select(PersonCorrection))} == {None}
        assert {row.wrapped_key for row in db.session.scalars(db.select(CorrectionPaper))} == {b""}
