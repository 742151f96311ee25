"""Who is to join: a person named and found sound, found again, and told early when the rules do not allow it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Application, Consent, Membership, Person
from app.services import leaving, pools
from app.services.days import midnight
from app.web.clock import at_instant
from tests.memberships.walk import (
    TODAY,
    draft_of,
    it_is,
    join,
    name_person,
    noon,
    plan_month,
    resident_number,
    somebody,
    up_to_check,
)
from tests.notices import paper
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


def test_what_may_be_is_said_before_anybody_is_chosen(app: Flask, client: FlaskClient):
    name_person(client, somebody(dt.date(2026, 9, 20), relation="child"), "child-health")
    join(app, client, somebody())
    told = words(client.get("/join/young-cancer")).replace("\N{NO-BREAK SPACE}", " ")
    assert "1975 年 10 月 2 日 至 2008 年 10 月 1 日 出生" in told
    assert "已是会员" in told
    assert "2044 年 9 月 20 日" in told, "beside the baby's name"
    assert "须先加入中青年抗癌互助" in words(client.get("/join/lifelong-million"))
    assert "/join/lifelong-million" in client.get(f"/join/young-cancer/{draft_of(app)}/done").text, "what it opens"


def test_coming_back_waits_anew_and_that_is_said_before_paying(app: Flask, client: FlaskClient):
    ref = join(app, client, somebody())
    plan_month(app, TODAY)
    with app.app_context(), transaction():
        held = db.session.scalars(db.select(Membership).where(Membership.ref == ref)).one()
        leaving.leave(held, by=held.account_id, at=noon(TODAY))
        pools.carry_out_ends(held.pool, at=midnight(dt.date(2026, 10, 7)))
    with it_is(app, dt.date(2026, 10, 7)):
        base = up_to_check(app, client, somebody())
        assert "再次加入须重新等待" in words(client.get(f"{base}/check"))


def test_somebody_under_age_joins_through_a_guardian(app: Flask, client: FlaskClient):
    refused = name_person(client, somebody(dt.date(2015, 5, 2)), "accident")
    assert refused.status_code == 422
    assert "未满 18 周岁的人由父母或其他监护人办理" in words(refused)
    base = up_to_check(app, client, somebody(dt.date(2015, 5, 2), relation="child"), "accident")
    assert "我是这位未成年互助成员的监护人" in words(client.get(f"{base}/consents"))
    with app.app_context():
        assert db.session.scalars(db.select(Consent.text_version).order_by(Consent.id)).all() == [
            "joining-guardian-1-zh", "declaration-1-zh",
        ]  # fmt: skip


def test_a_baby_of_thirty_days_with_a_foreign_passport_joins_in_the_first_hour_of_the_day(
    app: Flask, client: FlaskClient
):
    baby = somebody(
        TODAY - dt.timedelta(days=30),
        relation="child",
        name="㛃䶮·阿不都",
        document_type="passport",
        number="EK1234567",
    )
    with app.app_context():
        first_hour = midnight(TODAY) + dt.timedelta(minutes=30)
    with at_instant(first_hour):
        ref = join(app, client, baby, "child-health")
        done = client.get(f"/join/child-health/{draft_of(app, 'child-health')}/done")
        certificate = client.get(re.search(r"/notices/[0-9A-Z]+\.pdf", done.text)[0])
    assert "㛃䶮·阿不都" in paper.characters(certificate.data)
    with app.app_context():
        held = db.session.scalars(db.select(Membership).where(Membership.ref == ref)).one()
        assert held.joined_on == TODAY, "the local day, not that of UTC"
