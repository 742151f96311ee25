"""May I apply? One sentence with its clause before anything is filed, for members and for visitors."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.domain.terms import Rules
from app.models import Claim, Membership
from app.services import claim_file, examples, may_apply
from app.services.may_apply import Asked
from tests.claims.builders import JOINED, membership
from tests.claims.walk import claimant, the_claim, today
from tests.domain.plan_files import plan as rules_of
from tests.web.gate import enter, open_account, send, token, words

__all__ = ["claimant", "today"]

pytestmark = pytest.mark.usefixtures("today")

ASK = "/claims/may-i-apply"
VISIT = {"plan": "young-cancer", "birth_on": "1998-05-02", "joined_on": "2026-01-10", "group": "thyroid"}


def the_ref(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(db.select(Membership.ref)).one()


def begin(client: FlaskClient, asked: dict[str, str]) -> TestResponse:
    """Press the button below the answer."""
    return client.post(f"{ASK}/draft", data={"csrf_token": token(client, "/account"), **asked})


def plain(answer: object) -> str:
    return words(answer).replace("\N{NO-BREAK SPACE}", " ")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("event_on", "more", "said"),
    [
        (
            "2026-10-20",
            {},
            ("可以，您能申请。", "还有 147 天，截止到 2027 年 4 月 18 日", "第 6.1 条", "最多 ¥300,000.00", "病理报告"),
        ),
        (
            "2026-03-01",
            {},
            ("按条款，不能。", "具有受助资格的第一天是 2026 年 7 月 9 日", "第 3.1 条", "您仍然可以提交"),
        ),
        ("2026-03-01", {"by_accident": "y"}, ("可以，但算逾期。", "由意外直接引起的疾病不受等待期限制")),
        ("2026-01-01", {}, ("按条款，不能。", "2026 年 1 月 10 日")),
        ("2026-10-20", {"group": "traffic"}, ("不在这个计划的互助范围内。", "恶性肿瘤")),
    ],
    ids=["yes", "waiting", "by accident", "before joining", "another plan"],
)
def test_a_member_reads_one_sentence_with_the_clause(
    app: Flask, claimant: FlaskClient, event_on: str, more: dict[str, str], said: tuple[str, ...]
) -> None:
    asked = {"membership": the_ref(app), "group": "thyroid", "event_on": event_on, **more}
    answer = send(claimant, ASK, asked)
    assert answer.status_code == 200
    page = plain(answer)
    assert [words for words in said if words not in page] == []
    with app.app_context():
        assert db.session.query(Claim).count() == 0, "nothing is kept"


def test_the_answer_leads_to_a_draft_that_says_the_same(app: Flask, claimant: FlaskClient) -> None:
    asked = {"membership": the_ref(app), "group": "thyroid", "event_on": "2026-03-01"}
    begun = begin(claimant, asked)
    assert begun.status_code == 303
    row = the_claim(app)
    assert (row.event_on, row.disease_group, row.province) == (dt.date(2026, 3, 1), "thyroid", "33")
    with app.app_context():
        held = db.session.scalars(db.select(Membership)).one()
        answer = may_apply.for_membership(held, Asked("thyroid", dt.date(2026, 3, 1), False), on=dt.date(2026, 11, 22))
        assert list(answer.findings) == claim_file.findings(the_claim(app), on=dt.date(2026, 11, 22))
    draft = plain(claimant.get(begun.location))
    assert "具有受助资格的第一天是 2026 年 7 月 9 日" in draft
    again = begin(claimant, {**asked, "event_on": "2026-10-20"})
    assert again.location == begun.location
    assert "里面的内容没有改动" in words(claimant.get(begun.location))
    assert the_claim(app).event_on == dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"event_on": "2026-12-01"}, "这个日期还没有到"),
        ({"event_on": "1990-01-01"}, "早于互助成员的出生日期"),
        ({"group": "hiccups"}, "请选择是什么情况"),
        ({"membership": "0123456789AB"}, "请选择您要查询的会员资格"),
    ],
    ids=["to come", "before birth", "no group", "not mine"],
)
def test_what_cannot_be_asked_is_said_and_kept(
    app: Flask, claimant: FlaskClient, wrong: dict[str, str], sentence: str
) -> None:
    asked = {"membership": the_ref(app), "group": "thyroid", "event_on": "2026-10-20", **wrong}
    for answer in (send(claimant, ASK, asked), begin(claimant, asked)):
        assert (answer.status_code, sentence in words(answer)) == (422, True)
    assert f'value="{asked["event_on"]}"' in answer.text


def test_a_visitor_asks_without_being_known(app: Flask, client: FlaskClient) -> None:
    owner = open_account(app)
    with app.app_context(), transaction():
        membership(owner)
    page = "/plans/may-i-apply"
    assert client.get(page).status_code == 200
    answer = client.get(f"{page}?{urlencode({**VISIT, 'event_on': '2026-10-20'})}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Set-Cookie" not in answer.headers
    assert "可以，您能申请。" in words(answer)
    assert "没有人承诺这个金额" in words(answer)
    waits = client.get(f"{page}?{urlencode({**VISIT, 'event_on': '2026-03-01'})}")
    assert "具有受助资格的第一天是 2026 年 7 月 9 日" in plain(waits)
    too_old = client.get(f"{page}?{urlencode({**VISIT, 'birth_on': '1950-01-01', 'event_on': '2026-10-20'})}")
    assert "条款对 76 周岁没有规定金额" in plain(too_old)
    wrong = client.get(f"{page}?{urlencode({**VISIT, 'joined_on': '1990-01-01', 'event_on': '2026-10-20'})}")
    assert (wrong.status_code, "加入日期早于出生日期" in words(wrong)) == (422, True)


def test_a_late_event_is_counted_in_days_and_blocks_nothing(app: Flask, client: FlaskClient) -> None:
    owner = open_account(app)
    with app.app_context(), transaction():
        membership(owner, joined=JOINED.replace(year=2025))
    enter(client)
    asked = {"membership": the_ref(app), "group": "thyroid", "event_on": "2026-01-20"}
    page = plain(send(client, ASK, asked))
    assert "可以，但算逾期。" in page
    assert "180 天的报告期限已过 126 天" in page
    begun = begin(client, asked)
    assert "180 天的报告期限已过 126 天" in plain(client.get(begun.location))
    assert "126 天" in plain(client.get("/claims"))


def test_after_a_move_between_plans_the_answer_leads_to_the_membership_of_that_day(
    app: Flask, client: FlaskClient
) -> None:
    owner = open_account(app)
    with app.app_context(), transaction():
        before = membership(owner, "child-health", born=dt.date(2008, 3, 10))
        before.state, before.end_seq, before.ended_at = "aged_out", 0, dt.datetime(2026, 4, 6, 16, tzinfo=dt.UTC)
        db.session.flush()
        after = membership(owner, joined=dt.datetime(2026, 4, 6, 16, tzinfo=dt.UTC), born=dt.date(2008, 3, 10))
        after.moved_from_id, after.waits_from = before.id, before.joined_on
        refs = before.ref, after.ref
    enter(client)
    for asked_of, event_on, other in ((refs[0], "2026-10-20", refs[1]), (refs[1], "2026-03-20", refs[0])):
        answer = send(client, ASK, {"membership": asked_of, "group": "leukaemia", "event_on": event_on})
        assert "当天互助成员在我们的另一个计划中" in words(answer)
        assert f"{ASK}?membership={other}" in answer.text
    here = send(client, ASK, {"membership": refs[1], "group": "leukaemia", "event_on": "2026-10-20"})
    assert "可以，您能申请。" in words(here), "waiting that was brought along counts"


@pytest.mark.parametrize("slug", ["child-health", "young-cancer", "senior-cancer", "accident", "lifelong-million"])
def test_every_paper_of_every_plan_has_its_example(slug: str) -> None:
    rules: Rules = rules_of(slug)
    known = examples.every()
    for wanted in rules.member.checklist:
        example = known[wanted.key]
        assert len(example.shows) >= 2
        assert all(text.zh and text.en for text in (example.pages, *example.shows))
