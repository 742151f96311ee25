"""Who is to join: a person named and found sound, found again, and told early when the rules do not allow it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.models import Application, Person
from tests.memberships.walk import (
    draft_of,
    join,
    name_person,
    resident_number,
    somebody,
)
from tests.web.gate import send, words


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "请填写这个人的姓名。"),
        ({"name": "林" * 61}, "姓名最多 60 个字符。"),
        ({"relation": "cousin"}, "请选择这个人是您的什么人。"),
        ({"relation": "member"}, "请选择这个人是您的什么人。"),
        ({"day": "32"}, "请按年、月、日填写出生日期，例如 1996、3、12。"),
        ({"year": "九八"}, "请按年、月、日填写出生日期，例如 1996、3、12。"),
        ({"year": "99999999999999999999"}, "请按年、月、日填写出生日期，例如 1996、3、12。"),
        ({"year": "2023", "month": "2", "day": "29"}, "请按年、月、日填写出生日期，例如 1996、3、12。"),
        ({"month": "2", "day": "30"}, "请按年、月、日填写出生日期，例如 1996、3、12。"),
        ({"year": "1996", "month": "2", "day": "29"}, "1998 年 5 月 2 日"),
        ({"year": "2027"}, "这个出生日期不可能是对的，请检查年份。"),
        ({"year": "2026", "month": "10", "day": "2"}, "这个出生日期不可能是对的，请检查年份。"),
        ({"province": "99"}, "请选择这个人居住的省份。"),
        ({"document_type": "library card"}, "请选择证件类型。"),
        ({"number": ""}, "请填写证件号码。"),
        ({"number": "33010619980502"}, "号码"),
        ({"number": "330106199805020120"}, "号码"),
        ({"number": resident_number(dt.date(1998, 5, 3))}, "1998 年 5 月 3 日"),
        ({"document_type": "passport", "number": "ABCDEFG"}, "号码"),
    ],
)
def test_a_person_that_cannot_be_right_is_said_so_and_what_was_typed_is_kept(
    app: Flask, client: FlaskClient, wrong: dict[str, str], said: str
):
    typed = somebody(**wrong)
    answer = name_person(client, typed)
    assert answer.status_code == 422
    text = words(answer).replace("\N{NO-BREAK SPACE}", " ")
    assert said in text
    for field in ("year", "number"):
        assert typed[field] in answer.text
    assert count(app, Person) == 0


def test_the_same_person_again_is_the_one_the_account_knows(app: Flask, client: FlaskClient):
    name_person(client, somebody())
    name_person(client, somebody(name="林  岚", relation="spouse"))
    assert count(app, Person) == 1
    assert count(app, Application) == 1


def test_somebody_else_cannot_be_oneself_too(app: Flask, client: FlaskClient):
    name_person(client, somebody())
    answer = name_person(client, somebody(dt.date(1970, 1, 1)), "senior-cancer")
    assert answer.status_code == 422
    assert "您已经填写过本人" in words(answer)


def test_whoever_is_a_member_already_is_led_to_the_membership(app: Flask, client: FlaskClient):
    ref = join(app, client, somebody())
    answer = name_person(client, somebody())
    assert answer.status_code == 409
    assert f"/me/{ref}" in answer.text
    with app.app_context():
        person = db.session.scalars(db.select(Person.ref)).one()
    answer = send(client, "/join/young-cancer", {"person": person})
    assert answer.status_code == 409
    assert f"/me/{ref}" in answer.text


def test_who_is_to_join_must_be_chosen_among_the_own_people(app: Flask, client: FlaskClient):
    name_person(client, somebody())
    assert send(client, "/join/accident").status_code == 422
    assert send(client, "/join/accident", {"person": "000000000000"}).status_code == 422
    assert send(client, "/join/accident", {"person": "new"}).location == "/join/accident/person"


@pytest.mark.parametrize(
    ("born", "slug", "said"),
    [
        (dt.date(2009, 10, 2), "young-cancer", "2027 年 10 月 2 日"),
        (dt.date(1974, 9, 30), "young-cancer", "2025 年 9 月 29 日"),
        (dt.date(1998, 5, 2), "lifelong-million", "中青年抗癌互助"),
        (dt.date(2026, 9, 20), "child-health", "2026 年 10 月 20 日"),
        (dt.date(2008, 2, 29), "child-health", "2026 年 2 月 28 日"),
        (dt.date(2012, 2, 29), "young-cancer", "2030 年 3 月 1 日"),
    ],
)
def test_who_may_not_join_hears_it_early_with_the_day_or_the_plan_it_depends_on(
    app: Flask, client: FlaskClient, born: dt.date, slug: str, said: str
):
    answer = name_person(client, somebody(born, relation="child"), slug)
    base = f"/join/{slug}/{draft_of(app, slug)}"
    assert answer.location == base
    told = client.get(base)
    assert said in words(told).replace("\N{NO-BREAK SPACE}", " ")
    for step in ("declaration", "consents", "top-up", "check"):
        assert client.get(f"{base}/{step}").location == base


def test_the_lifelong_plan_opens_to_members_of_its_prerequisite(app: Flask, client: FlaskClient):
    join(app, client, somebody())
    answer = name_person(client, somebody(), "lifelong-million")
    assert client.get(answer.location).location.endswith("/declaration")
