"""The own memberships through HTTP: how they stand, their statements, topping up, and the messages."""

from __future__ import annotations

import datetime as dt
import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.models import Account, Membership, Message, Plan
from app.services import enrolment, lapses, pools, selfcheck
from app.services.days import midnight
from app.web.inbox import _CLAIM_STEPS
from tests.fixtures.pages import named, parse
from tests.memberships.walk import (
    TODAY,
    approve_claim,
    draft_of,
    it_is,
    join,
    lock,
    name_person,
    noon,
    pay,
    plan_month,
    pool_of,
    resident_number,
    said,
    settle,
    somebody,
)
from tests.web.gate import enter, open_account, send

MOTHER = somebody(dt.date(1996, 3, 12), 44, relation="parent", name="周桂芬")
OCTOBER_1, OCTOBER_2 = "young-cancer-2026-10-1", "young-cancer-2026-10-2"
AFTER_LOCK, SETTLED = dt.date(2026, 10, 8), dt.date(2026, 10, 14)


def settled(
    app: Flask, client: FlaskClient, amount_fen: int = 5_00, *, choice: str = "3000", cases: int = 1
) -> tuple[str, str]:
    """Two members of one account, and one period settled among them: each pays half of each amount, up to the cap."""
    first = join(app, client, somebody(), choice=choice)
    second = join(app, client, MOTHER)
    plan_month(app, TODAY)
    for _ in range(cases):
        approve_claim(app, second, amount_fen, TODAY)
    lock(app, OCTOBER_1)
    settle(app, OCTOBER_1)
    return first, second


def test_a_stranger_is_sent_to_sign_in_and_who_has_nothing_is_led_to_the_plans(app: Flask, client: FlaskClient):
    assert "您还没有会员资格" in said(client.get("/me"))
    for path in ("/me", "/me/messages", "/me/000000000000", "/me/000000000000/top-up"):
        assert app.test_client().get(path).location.startswith("/sign-in?next=/me")


def test_the_status_is_one_sentence_with_the_next_charge_while_a_period_is_locked(app: Flask, client: FlaskClient):
    join(app, client, somebody())
    mother = join(app, client, MOTHER)
    plan_month(app, TODAY)
    approve_claim(app, mother, 5_00, TODAY)
    lock(app, OCTOBER_1)
    with it_is(app, AFTER_LOCK):
        page = client.get("/me")
    text = said(page)
    assert "有效 ，自 2026 年 10 月 1 日起；余额约够 11 期 。" in text
    assert "下次扣款 10 月 14 日 ，最多 ¥2.50 。" in text
    assert "等待期至 2027-03-30" in text
    assert "合计" in text
    assert "60.00" in text
    assert f"/disclosures/{OCTOBER_1}" in page.text
    assert "互助金，1 例" in text


def test_before_anything_was_shared_nothing_is_forecast(app: Flask, client: FlaskClient):
    join(app, client, somebody())
    assert "下次扣款日 10 月 14 日 ；至今还没有发生分摊。" in said(client.get("/me"))


def test_after_settlements_the_next_charge_is_the_average(app: Flask, client: FlaskClient):
    settled(app, client)
    with it_is(app, SETTLED):
        assert "下次扣款 10 月 28 日 ，按近期平均约 ¥2.50 。" in said(client.get("/me"))


def test_the_statement_tells_every_payment_and_every_share_with_the_running_balance(app: Flask, client: FlaskClient):
    first, _second = settled(app, client)
    with it_is(app, dt.date(2026, 10, 20)):
        send(client, f"/me/{first}/top-up", {"choice": "other", "other": "12.50"})
        key = client.get(f"/me/{first}/top-up/check?amount=1250")
        send(client, f"/me/{first}/top-up/check?amount=1250", action=f"/me/{first}/top-up/check")
        page = client.get(f"/me/{first}")
    assert key.status_code == 200
    assert rows_of(page) == [
        ("2026 年 10 月 20 日", "存入", "+12.50", "40.00"),
        ("2026 年 10 月 14 日", "分摊，2026 年 10 月第 1 期 您是第 1 片叶子，共 2 片", "\N{MINUS SIGN}2.50", "27.50"),
        ("2026 年 10 月 1 日", "存入", "+30.00", "30.00"),
    ]
    assert f'href="/disclosures/{OCTOBER_1}"' in page.text
    assert "今年已分摊 ¥2.50。" in said(page)
    with app.app_context():
        assert [question.name for question in selfcheck.check() if question.rows] == []


def rows_of(page: TestResponse) -> list[tuple[str, ...]]:
    """The cells of the statement."""
    body = named(parse(page.text), "tbody")[-1]
    cells = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in named(body, "tr")]
    return [tuple(cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row) for row in cells]


def test_the_certificate_and_the_pinned_rules_are_linked(app: Flask, client: FlaskClient):
    page = client.get(f"/me/{join(app, client, somebody())}")
    assert re.search(r'href="/notices/[0-9A-Z]{12}\.pdf"', page.text)
    assert 'href="/plans/young-cancer/rules/1"' in page.text


def test_a_pending_membership_says_when_it_begins_to_share_and_can_be_topped_up(app: Flask, client: FlaskClient):
    join(app, client, somebody())
    plan_month(app, TODAY)
    lock(app, OCTOBER_1)
    with it_is(app, AFTER_LOCK):
        ref = join(app, client, MOTHER)
        assert "已缴，待分摊 。2026 年 10 月 14 日本期结算之后开始分摊。" in said(client.get(f"/me/{ref}"))
        pay(client, ref, 900)
        assert rows_of(client.get(f"/me/{ref}"))[0][2:] == ("+9.00", "39.00")
    settle(app, OCTOBER_1)
    with it_is(app, SETTLED):
        assert "有效" in said(client.get(f"/me/{ref}"))
        assert len(rows_of(client.get(f"/me/{ref}"))) == 2
    with app.app_context():
        assert [question.name for question in selfcheck.check() if question.rows] == []


def test_what_belongs_to_somebody_else_does_not_exist(app: Flask, client: FlaskClient):
    ref = join(app, client, somebody())
    open_account(app, "wang@example.org", name="王")
    stranger = app.test_client()
    enter(stranger, "wang@example.org")
    for path in (f"/me/{ref}", f"/me/{ref}/top-up", f"/me/{ref}/top-up/check?amount=3000"):
        assert stranger.get(path).status_code == 404
    assert "林岚" not in stranger.get("/me").text.replace("林岚</a>", "")


def test_a_low_balance_is_the_first_thing_said_with_what_to_do_and_until_when(app: Flask, client: FlaskClient):
    first, _second = settled(app, client, 6_00, choice="900")
    with it_is(app, SETTLED):
        page = client.get("/me")
    text = said(page)
    assert "林岚的余额快不够了" in text
    assert "中青年抗癌互助余额 ¥6.00。10 月 28 日预计扣 ¥3.00。" in text
    assert f'href="/me/{first}/top-up"' in page.text


def test_in_grace_the_last_day_and_the_least_top_up_are_named_and_paying_ends_it(app: Flask, client: FlaskClient):
    first, _second = settled(app, client, 6_00, choice="900")
    for day, name in ((dt.date(2026, 10, 16), OCTOBER_2), (dt.date(2026, 11, 1), "young-cancer-2026-11-1")):
        approve_claim(app, first, 5_20, day)
        lock(app, name)
        settle(app, name)
    with it_is(app, dt.date(2026, 11, 14)):
        text = said(client.get(f"/me/{first}"))
        assert "宽限期内 ：余额低于 ¥1.00。请在 2026 年 11 月 29 日 24:00 前至少存入 ¥0.20 ，否则会员资格失效。" in text
        pay(client, first, 900)
        assert "有效 ，自 2026 年 10 月 1 日起" in said(client.get(f"/me/{first}"))


def test_an_ended_membership_takes_no_money_and_says_when_it_ended(app: Flask, client: FlaskClient):
    first, _second = settled(app, client, 6_00, choice="900", cases=3)
    late = dt.date(2026, 10, 30)
    with it_is(app, late):
        answer = client.get(f"/me/{first}/top-up")
        assert answer.status_code == 409
        assert "已于 2026 年 10 月 29 日结束" in said(answer)
    with app.app_context(), transaction():
        pool = pool_of("young-cancer")
        at = midnight(late)
        assert pools.lapse_due(pool, lapses.least_limit_fen(pool, at=at), at=at) == 1
    with it_is(app, late):
        assert client.get(f"/me/{first}/top-up").status_code == 409
        page = client.get(f"/me/{first}")
        assert "已结束" in said(page)
        assert rows_of(page)[0][3] == "0.00"


def test_messages_are_read_in_the_language_of_the_page_and_marked_by_hand(app: Flask, client: FlaskClient):
    join(app, client, somebody())
    assert "欢迎加入中青年抗癌互助" in said(client.get("/me/messages"))
    assert "Welcome to Young Adult Cancer Mutual Aid" in said(client.get("/me/messages?lang=en"))
    assert "1 new" in said(client.get("/me"))
    send(client, "/me/messages", {})
    with app.app_context():
        assert db.session.scalars(db.select(Message)).one().read_at == noon(TODAY)
    assert client.get("/me/messages?page=2").status_code == 404


def test_every_kind_of_message_has_words_of_its_own(app: Flask, client: FlaskClient):
    settled(app, client, 60_00)
    with app.app_context(), transaction():
        owner = db.session.scalars(db.select(Account.id).where(Account.email == "lin@example.org")).one()
        for step in (*_CLAIM_STEPS, "ask-evidence", "of-another-kind"):
            db.session.add(
                Message(account_id=owner, key=step, kind=f"claim-{step}", values={"claim": "0" * 12}, at=noon(TODAY))
            )
        db.session.add(Message(account_id=owner, key="x", kind="unheard-of", values={}, at=noon(TODAY)))
    text = said(client.get("/me/messages"))
    settled_or_published = ("您的案例已结算：¥6.00", "您的案例已经公示")
    for title in (*settled_or_published, "您的互助申请还需要补充", "您的互助申请有了进展", "您的账户有变动"):
        assert title in text


def test_an_organiser_of_many_sees_them_page_by_page(app: Flask, client: FlaskClient):
    with app.app_context(), transaction():
        organiser = db.session.scalars(db.select(Account)).one()
        plan = db.session.scalars(db.select(Plan).where(Plan.slug == "young-cancer")).one()
        born = dt.date(1990, 1, 1)
        people = [
            enrolment.Row(line, f"会员{line}", born, "33", "resident", resident_number(born, line), 9_00)
            for line in range(1, 46)
        ]
        assert enrolment.enrol(plan, people, account=organiser, at=noon(TODAY)).members == 45
    first, last = client.get("/me"), client.get("/me?page=3")
    assert len(rows_of(first)) == 20
    assert len(rows_of(last)) == 5
    assert "共 45 份" in said(first)
    for page in ("0", "4", "x", "-1", "9" * 30):
        assert client.get(f"/me?page={page}").status_code == 404
    name_person(client, somebody())
    assert "会员1" not in client.get("/join/accident").text
    assert draft_of(app)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(Membership.id))) == 45
