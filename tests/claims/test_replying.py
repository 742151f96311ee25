"""A question answered by its claimant, the clock that stands still meanwhile, promises that break, and the letters."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.claims import actions as claiming
from app.claims import queries
from app.db import db, transaction
from app.domain.claim_questions import Item
from app.jobs import daily
from app.models import Account, Claim, Message, Notice
from app.review import actions
from app.services import broken_promises, claim_clock, claims, questions
from app.web.clock import at_instant
from tests.claims.builders import NOW, account, claim, membership, paper
from tests.claims.walk import bring, claimant, hand_in, the_claim, today
from tests.notices.paper import text_of
from tests.review.desk import DUE, REFUSE, REFUSED, caseworker, handed_in
from tests.web.gate import send, token, words

__all__ = ["claimant", "today"]
pytestmark = pytest.mark.usefixtures("today")
DAY = dt.timedelta(days=1)
LIST = (
    Item("line", "第 2 页看不清。", line="pathology_report"),
    Item("document", "出院小结没有写手术日期。", title="手术记录"),
    Item("words", "两份材料的日期不同。", title="您是哪一天住院的？"),
)


def ask(app: Flask, *, at: dt.datetime = NOW) -> None:
    with app.app_context(), transaction():
        actions.ask(db.session.scalars(db.select(Claim)).one(), LIST, DUE, by=caseworker("qiao"), at=at)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_list_is_answered_item_by_item_and_handed_in_at_once(app: Flask, claimant: FlaskClient) -> None:
    one = hand_in(app, claimant)
    ask(app)
    with at_instant(NOW + 4 * DAY):
        shown = plain(words(claimant.get(one)))
        for part in ("审核员需要您补充材料", "请在 2026 年 12 月 22 日 前回答", "手术记录", "到今天共 4 天"):
            assert part in shown, part
        page = plain(words(claimant.get(f"{one}/answer")))
        assert "共 3 项，还有 3 项未完成" in page
        assert "第 2 页看不清。" in page
        kept = send(claimant, f"{one}/answer", {"item_3": "三月二日", "keep": "y"})
        assert kept.status_code == 303
        brings = send(claimant, f"{one}/answer", {"bring": "7"})
        assert brings.location.endswith("/documents/7")
        still = send(claimant, f"{one}/answer", {"item_1": "医院不给。"})
        assert still.status_code == 422
        assert "请提供材料，或说明为什么无法取得" in words(still)
        assert "三月二日" in still.text
        stale = send(claimant, f"{one}/answer", {"number": "9", "item_3": "旧页面上的话"})
        assert (stale.status_code, the_claim(app).state) == (409, "evidence_asked")
        assert "旧页面上的话" in words(stale)
        named = plain(words(claimant.get(f"{one}/documents/7")))
        assert "手术记录" in named
        assert "出院小结没有写手术日期。" in named
        assert bring(claimant, one, 7, (paper(1), "surgery.pdf")).status_code == 303
        assert "共 3 项，还有" not in words(claimant.get(f"{one}/answer"))
        assert send(claimant, f"{one}/answer", {"words": "都在这里了。"}).status_code == 303
        assert the_claim(app).state == "submitted"
        late = claimant.post(f"{one}/answer", data={"csrf_token": token(claimant, "/account"), "item_3": "又想起来"})
    assert late.status_code == 409
    assert "又想起来" in words(late)


def test_an_answer_after_the_question_was_withdrawn_is_kept_to_be_copied(app: Flask, claimant: FlaskClient) -> None:
    one = hand_in(app, claimant)
    ask(app)
    with app.app_context(), transaction():
        asked = db.session.scalars(db.select(Claim)).one()
        actions.drop_question(asked, "医院已直接提供。", by=caseworker("ruan"), at=NOW)
    late = claimant.post(f"{one}/answer", data={"csrf_token": token(claimant, "/account"), "item_3": "三月二日"})
    assert late.status_code == 409
    for said in ("审核员已撤回提问", "医院已直接提供。", "三月二日"):
        assert said in words(late)


def test_after_the_day_both_sides_read_overdue_and_the_claim_stays_open(app: Flask, claimant: FlaskClient) -> None:
    one = hand_in(app, claimant)
    ask(app)
    with at_instant(NOW + 33 * DAY):
        assert "已过 3 天" in plain(words(claimant.get(f"{one}/answer")))
        assert the_claim(app).state == "evidence_asked"
    with app.app_context():
        for days in (7, 21, 51):
            daily.do(NOW + days * DAY)
        told = db.session.scalars(db.select(Message).where(Message.kind == "claim-remind-evidence")).all()
        assert [(one.values["due_on"], one.values["overdue"]) for one in told] == [
            ("2026-12-22", 0),
            ("2026-12-22", 0),
            ("2026-12-22", 21),
        ]


def test_the_clock_stands_still_while_we_wait_and_says_since_when(app: Flask) -> None:
    with app.app_context(), transaction():
        one = handed_in()
        actions.ask(one, LIST, DUE, by=caseworker("qiao"), at=NOW + 2 * DAY)
        on = NOW.date() + 6 * DAY
        still = claim_clock.standstill(one, on=on)
        assert still is not None
        assert (still.since, still.days) == (NOW.date() + 2 * DAY, 4)
        decision = claim_clock.promises_of(one, on=on)[1]
        assert decision.by == NOW.date() + 34 * DAY
        claiming.reply(one, {1: "a", 2: "b", 3: "c"}, by=db.session.get_one(Account, one.account_id), at=NOW + 6 * DAY)
        claiming.answer(one, "", by=db.session.get_one(Account, one.account_id), at=NOW + 6 * DAY)
        assert claim_clock.standstill(one, on=on) is None
        assert claim_clock.promises_of(one, on=on + 20 * DAY)[1].by == NOW.date() + 34 * DAY


def test_a_broken_promise_is_told_once_and_stands_on_the_page(app: Flask, claimant: FlaskClient) -> None:
    one = hand_in(app, claimant)
    with app.app_context():
        assert [len(broken_promises.due(NOW + days * DAY)) for days in (3, 4)] == [0, 1]
        told = [line for days in (3, 4, 5) for line in daily.do(NOW + days * DAY) if "promised" in line]
        assert told == ["claims: 1 told that a promised day has passed"]
        message = db.session.scalars(db.select(Message).where(Message.kind == "claim-promise-broken")).one()
        assert (message.values["promise"], message.values["by"]) == ("first_look", "2026-11-25")
    with at_instant(NOW + 5 * DAY):
        page = claimant.get(one)
        assert "我们承诺在 2026 年 11 月 25 日 前初步查看，已逾期 2 天。" in plain(words(page))
        assert "/help/complaints" in page.text
        assert "我们逾期了" in words(claimant.get("/me/messages"))
    with app.app_context(), transaction():
        actions.begin(db.session.scalars(db.select(Claim)).one(), by=caseworker("qiao"), at=NOW + 6 * DAY)
        assert broken_promises.broken(NOW + 7 * DAY) == []
    with at_instant(NOW + 7 * DAY):
        assert "承诺 2026 年 11 月 25 日 前，晚了 3 天" in plain(words(claimant.get(one)))


def test_the_clock_of_an_appeal_begins_anew_and_its_first_look_stays(app: Flask) -> None:
    with app.app_context(), transaction():
        one, first, second = handed_in(), caseworker("qiao"), caseworker("ruan")
        actions.begin(one, by=first, at=NOW + DAY)
        actions.recommend(one, REFUSE, by=first, at=NOW + DAY)
        actions.decide(one, REFUSED, by=second, at=NOW + 40 * DAY)
        late = claim_clock.promises_of(one, on=NOW.date() + 40 * DAY)[1]
        assert (late.kept_on, late.late_days(NOW.date() + 60 * DAY)) == (NOW.date() + 40 * DAY, 10)
        claiming.appeal(one, "新报告。", by=db.session.get_one(Account, one.account_id), at=NOW + 50 * DAY)
        first_look, decision = claim_clock.promises_of(one, on=NOW.date() + 55 * DAY)
        assert (first_look.by, first_look.kept_on) == (NOW.date() + 3 * DAY, NOW.date() + DAY)
        assert (decision.by, decision.kept_on, decision.round) == (NOW.date() + 80 * DAY, None, 1)
        assert queries.appeal_days(one, on=NOW.date() + 50 * DAY)["days_left"] == 20


def test_receipt_and_question_are_letters_in_both_languages(app: Flask, claimant: FlaskClient) -> None:
    one = hand_in(app, claimant)
    ask(app)
    with app.app_context():
        refs = {row.kind: row.ref for row in db.session.scalars(db.select(Notice))}
    assert set(refs) == {"receipt", "question"}
    chinese = text_of(claimant.get(f"/notices/{refs['receipt']}.pdf?lang=zh").data)
    english = text_of(claimant.get(f"/notices/{refs['question']}.pdf?lang=en").data)
    assert "我们已收到您的互助申请" in chinese
    assert one.rpartition("/")[2] in chinese
    for part in ("A question about your claim", "手术记录", "22 December 2026"):
        assert part in plain(english), part
    listed = words(claimant.get("/notices"))
    assert "收件通知" in listed
    assert "补充材料通知" in listed


def test_a_decision_without_the_answer_says_so_in_its_letter(app: Flask, claimant: FlaskClient) -> None:
    one = hand_in(app, claimant)
    ask(app)
    assert claimant.get(f"{one}/decision").status_code == 404
    with app.app_context(), transaction():
        row, first, second = db.session.scalars(db.select(Claim)).one(), caseworker("ruan"), caseworker("meng")
        actions.go_on(row, by=first, at=NOW + 31 * DAY)
        actions.recommend(row, REFUSE, by=first, at=NOW + 31 * DAY)
        actions.decide(row, REFUSED, by=second, at=NOW + 32 * DAY)
        assert questions.open_question(row) is None
    with at_instant(NOW + 33 * DAY):
        page = plain(words(claimant.get(f"{one}/decision")))
        appeal = plain(words(claimant.get(f"{one}/appeal")))
    for part in ("未收到的回答", "手术记录", "本决定按现有材料作出", "显示浸润的新病理报告", "还剩 29 天", "第 5.1 条"):
        assert part in page, part
    assert "还剩 29 天" in appeal
    assert "阅读完整的决定书" in appeal


def test_a_question_asked_by_a_step_alone_is_answered_in_words(app: Flask) -> None:
    with app.app_context(), transaction():
        one = claim(membership(account().id), state="submitted")
        claims.move(one, "ask_evidence", by=None, role="caseworker", at=NOW, note="请补充原件")
        asked = questions.open_question(one)
        assert asked is not None
        assert (asked.items, asked.note, asked.due_on) == ((), "请补充原件", DUE)
        claiming.answer(one, "原件已寄出。", by=db.session.get_one(Account, one.account_id), at=NOW + DAY)
        assert one.state == "submitted"
