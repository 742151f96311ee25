"""Joining a plan through HTTP: the whole way, each way it goes wrong, and what is kept in between."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import (
    Application,
    Consent,
    Deposit,
    Membership,
    Message,
    Notice,
    Payment,
)
from app.payment_settings import PaymentSettings
from app.services import rulebook, vault
from tests.domain.plan_files import plan as rules_of
from tests.memberships.walk import (
    TODAY,
    agree,
    declare,
    draft_of,
    it_is,
    join,
    join_on_the_site,
    lock,
    name_person,
    noon,
    plan_month,
    somebody,
    up_to_check,
)
from tests.web.gate import enter, open_account, send, words


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(model)) or 0


def test_a_stranger_is_sent_to_sign_in_and_comes_back(app: Flask):
    answer = app.test_client().get("/join/young-cancer")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/join/young-cancer"


def test_a_plan_that_does_not_exist_cannot_be_joined(client: FlaskClient):
    assert client.get("/join/no-such-plan").status_code == 404


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("zh", ("林岚已加入", "2027 年 3 月 30 日", "会员证（PDF）")),
        ("en", ("林岚 has joined", "30 March 2027", "Membership certificate (PDF)")),
    ],
)
def test_the_whole_way_ends_with_a_membership_and_its_certificate(
    app: Flask, client: FlaskClient, language: str, says: tuple[str, ...]
):
    client.get(f"/join/young-cancer?lang={language}")
    ref = join_on_the_site(app, client, somebody())
    done = client.get(f"/join/young-cancer/{draft_of(app)}/done")
    text = words(done).replace("\N{NO-BREAK SPACE}", " ")
    for said in (*says, ref):
        assert said in text
    with app.app_context():
        member = db.session.scalars(db.select(Membership)).one()
        assert (member.state, member.paid_net_fen, member.joined_on) == ("sharing", 3000, TODAY)
        application = db.session.scalars(db.select(Application)).one()
        assert application.state == "accepted"
        agreed = {row.text_version for row in application.consents}
        assert agreed == {f"joining-1-{language}", f"declaration-1-{language}"}
        assert len(application.answers) == 5
        mark = {"zh": "？", "en": "?"}[language]
        assert all(answer.language == language and mark in answer.asked for answer in application.answers)
        assert vault.unseal(member.person.name_sealed, purpose="person.name") == "林岚"
    assert f"/notices/{certificate(app)}.pdf" in done.text


def certificate(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(db.select(Notice.ref).where(Notice.kind == "certificate")).one()


def test_nothing_is_chosen_beforehand_and_every_question_wants_its_answer(app: Flask, client: FlaskClient):
    name_person(client, somebody())
    base = f"/join/young-cancer/{draft_of(app)}"
    assert " checked" not in client.get(f"{base}/declaration").text
    answer = send(client, f"{base}/declaration", {"item_symptoms": "no", "item_precancerous": "maybe"})
    assert answer.status_code == 422
    assert "第 1 题" in words(answer)
    assert answer.text.count(" checked") == 1
    assert client.get(f"{base}/consents").location == f"{base}/declaration"


def test_a_yes_ends_the_way_says_what_follows_and_can_be_corrected(app: Flask, client: FlaskClient):
    name_person(client, somebody())
    base = f"/join/young-cancer/{draft_of(app)}"
    answer = declare(client, base, "young-cancer", "precancerous")
    assert answer.location == base
    told = client.get(base)
    assert "综合意外互助" in words(told)
    assert "百万终身" not in words(told)
    assert client.get(f"{base}/check").location == base
    declare(client, base, "young-cancer")
    assert client.get(base).location == f"{base}/consents"


def test_each_consent_is_given_by_hand_and_by_itself(app: Flask, client: FlaskClient):
    name_person(client, somebody())
    base = f"/join/young-cancer/{draft_of(app)}"
    declare(client, base, "young-cancer")
    assert " checked" not in client.get(f"{base}/consents").text
    for given in ({}, {"consent_joining": "y"}, {"consent_declaration": "y"}):
        assert send(client, f"{base}/consents", given).status_code == 422
    assert count(app, Consent) == 0
    agree(client, base)
    agree(client, base)
    assert count(app, Consent) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"choice": "other", "other": "8.99"}, "这里最少 ¥9.00。"),
        ({"choice": "other", "other": "ten"}, "请填写以元为单位的金额，例如 30 或 12.50。"),
        ({"choice": "other", "other": "10000.01"}, "一次最多 ¥10,000.00。"),
        ({"choice": "-5"}, "请选择金额。"),
    ],
)
def test_an_amount_that_cannot_be_taken_is_said_so(app: Flask, client: FlaskClient, typed: dict[str, str], said: str):
    base = up_to_check(app, client, somebody())
    answer = send(client, f"{base}/top-up", typed)
    assert answer.status_code == 422
    assert said in words(answer)
    assert typed.get("other", "") in answer.text


def test_any_amount_from_the_least_on_can_be_paid_in(app: Flask, client: FlaskClient):
    base = up_to_check(app, client, somebody(), choice="900")
    send(client, f"{base}/top-up", {"choice": "other", "other": "１２．５"})
    assert "¥12.50" in words(client.get(f"{base}/check"))
    send(client, f"{base}/check")
    with app.app_context():
        assert db.session.scalars(db.select(Deposit.amount_fen)).all() == [1250]


def test_sent_twice_it_is_one_membership_and_one_payment(app: Flask, client: FlaskClient):
    base = up_to_check(app, client, somebody())
    page = client.get(f"{base}/check")
    token = page.text.split('name="csrf_token" type="hidden" value="')[-1].split('"')[0]
    first = client.post(f"{base}/check", data={"csrf_token": token})
    second = client.post(f"{base}/check", data={"csrf_token": token})
    assert first.location == second.location == f"{base}/done"
    assert (count(app, Membership), count(app, Payment), count(app, Deposit)) == (1, 1, 1)


def test_a_draft_is_found_again_where_it_stopped(app: Flask, client: FlaskClient):
    name_person(client, somebody())
    base = f"/join/young-cancer/{draft_of(app)}"
    declare(client, base, "young-cancer")
    assert base in client.get("/me").text
    assert base in client.get("/join/young-cancer").text
    other = app.test_client()
    enter(other)
    assert other.get(base).location == f"{base}/consents"


def test_what_belongs_to_somebody_else_does_not_exist(app: Flask, client: FlaskClient):
    base = up_to_check(app, client, somebody())
    open_account(app, "wang@example.org", name="王")
    stranger = app.test_client()
    enter(stranger, "wang@example.org")
    for step in ("", "/declaration", "/consents", "/top-up", "/check", "/done"):
        assert stranger.get(base + step).status_code == 404
    assert client.get(base.replace("young-cancer", "accident")).status_code == 404
    assert client.get("/join/young-cancer/000000000000").status_code == 404


def test_a_person_known_under_another_account_is_checked_in_the_words_of_any_check(app: Flask, client: FlaskClient):
    join(app, client, somebody())
    open_account(app, "wang@example.org", name="王")
    other = app.test_client()
    enter(other, "wang@example.org")
    base = up_to_check(app, other, somebody(relation="spouse"))
    assert send(other, f"{base}/check").location == f"{base}/done"
    told = words(other.get(f"{base}/done"))
    assert "由人工核对" in told
    assert "已经是" not in told
    assert other.get(base).location == f"{base}/done"
    assert (count(app, Membership), count(app, Payment), count(app, Deposit)) == (1, 2, 1)
    with app.app_context():
        assert db.session.scalars(db.select(Message.kind).order_by(Message.id)).all() == [
            "joined",
            "application-to-be-checked",
        ]
    assert "由人工核对" in words(other.get("/me/messages"))


def test_while_a_period_is_locked_whoever_joins_waits_to_share(app: Flask, client: FlaskClient):
    join(app, client, somebody())
    plan_month(app, TODAY)
    lock(app, "young-cancer-2026-10-1")
    with it_is(app, dt.date(2026, 10, 8)):
        base = up_to_check(app, client, somebody(dt.date(1996, 3, 12), 44, relation="spouse"))
        assert "2026 年 10 月 14 日" in words(client.get(f"{base}/check")).replace("\N{NO-BREAK SPACE}", " ")
        send(client, f"{base}/check")
        assert "已缴，待分摊" in words(client.get(f"{base}/done"))
        assert "已缴，待分摊" in words(client.get("/me"))
    with app.app_context():
        assert db.session.scalars(db.select(Membership.state).order_by(Membership.id)).all() == ["sharing", "pending"]


def test_without_a_payment_service_the_draft_is_kept_and_nothing_is_paid(app: Flask, client: FlaskClient):
    base = up_to_check(app, client, somebody())
    page = client.get(f"{base}/check")
    token = page.text.split('name="csrf_token" type="hidden" value="')[-1].split('"')[0]
    app.config["PAYMENTS"] = PaymentSettings("")
    answer = client.post(f"{base}/check", data={"csrf_token": token})
    assert answer.status_code == 503
    assert "草稿已保留" in words(answer)
    assert (count(app, Membership), count(app, Payment)) == (0, 0)
    assert client.get(base).location == f"{base}/check"


def test_new_rules_ask_anew_and_the_membership_is_pinned_to_them(app: Flask, client: FlaskClient):
    base = up_to_check(app, client, somebody())
    with app.app_context(), transaction():
        later = dataclasses.replace(rules_of("young-cancer"), number=2)
        rulebook.publish(later, valid_from=dt.date(2026, 12, 1), by=None, at=noon(TODAY))
    assert client.get(f"{base}/check").status_code == 200
    with it_is(app, dt.date(2026, 12, 1)):
        assert client.get(f"{base}/check").location == f"{base}/declaration"
        assert "条款已经更新" in words(client.get(f"{base}/declaration"))
        declare(client, base, "young-cancer")
        agree(client, base)
        send(client, f"{base}/check")
    with app.app_context():
        assert db.session.scalars(db.select(Membership)).one().member_terms.version.number == 2
