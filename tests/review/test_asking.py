"""Asking the claimant: a list with reasons and one due day, answered item by item, taken back, or gone on without."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.claims import actions as claiming
from app.db import db, transaction
from app.domain import claim_questions
from app.domain.claim_questions import DueDayOutOfRange, Item, ItemUnclear, NotOverdue, SameItemTwice, StillOpen
from app.domain.moves import MoveNotAllowed
from app.models import Account, Arrival, Claim, ClaimQuestion, Message, Notice, QuestionItem
from app.review import actions
from app.review.asking.forms import question_form
from app.services import claim_file, claim_letters, questions
from app.services.arrivals import beginning, ending
from app.services.arrivals.beginning import Announced
from app.services.arrivals.ending import BeingChecked
from app.services.claims import ClaimMoved
from app.services.decisions import Incomplete
from app.web.clock import at_instant
from tests.claims.builders import NOW
from tests.review.desk import ASKED, DUE, PAID, caseworker, handed_in, recommended, state_of
from tests.web.gate import send, token, words

DAY = dt.timedelta(days=1)
LIST = (
    Item("line", "第 2 页看不清。", line="pathology_report"),
    Item("document", "出院小结没有写手术日期。", title="手术记录"),
    Item("words", "两份材料的日期不同。", title="您是哪一天住院的？"),
)


def owner_of(one: Claim) -> Account:
    return db.session.get_one(Account, one.account_id)


def test_the_rules_of_a_plan_say_how_long_an_answer_may_take(app: Flask) -> None:
    with app.test_request_context():
        form = question_form((), asked_on=NOW.date(), answer_within_days=14)
        assert form.due_on.data == form.day() == NOW.date() + 14 * DAY


def test_a_question_is_a_list_with_reasons_clauses_and_one_day(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    actions.ask(one, LIST, DUE, by=desk[0], at=NOW)
    assert one.state == "evidence_asked"
    asked = questions.open_question(one)
    assert asked is not None
    assert (asked.number, asked.due_on, asked.open_numbers) == (1, DUE, (1, 2, 3))
    assert [item.title.zh for item in asked.items] == ["病理报告", "手术记录", "您是哪一天住院的？"]
    assert [bool(item.clause) for item in asked.items] == [True, False, False]
    extra = claim_file.checklist(one)[-1]
    assert (extra.wanted.name.zh, extra.number, extra.is_missing) == ("手术记录", asked.items[1].line, False)
    message = db.session.scalars(db.select(Message)).one()
    assert (message.values["items"], message.values["due_on"]) == (3, DUE.isoformat())
    assert db.session.scalars(db.select(Notice.kind)).all() == ["question"]


@pytest.mark.parametrize(
    ("items", "due_on", "wrong"),
    [
        ((), DUE, claim_questions.NothingAsked),
        ((Item("line", " ", line="bank_card"),), DUE, ItemUnclear),
        ((Item("words", "x", title=" "),), DUE, ItemUnclear),
        ((*ASKED, *ASKED), DUE, SameItemTwice),
        (ASKED, NOW.date() - DAY, DueDayOutOfRange),
        (ASKED, NOW.date() + 181 * DAY, DueDayOutOfRange),
        (tuple(Item("words", "x", title=str(n)) for n in range(13)), DUE, claim_questions.TooManyItems),
    ],
)
def test_a_question_that_is_not_clear_is_not_asked(
    desk: tuple[Account, Account], items: tuple[Item, ...], due_on: dt.date, wrong: type[Exception]
) -> None:
    one = handed_in()
    with pytest.raises(wrong):
        actions.ask(one, items, due_on, by=desk[0], at=NOW)
    assert one.state == "submitted"


def test_everything_is_answered_or_explained_before_it_is_handed_in(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    actions.ask(one, LIST, DUE, by=desk[0], at=NOW)
    owner = owner_of(one)
    claiming.reply(one, {1: "医院病案室下周才给。", 3: "三月二日"}, by=owner, at=NOW + DAY)
    with pytest.raises(StillOpen) as still:
        claiming.answer(one, "", by=owner, at=NOW + DAY)
    assert still.value.numbers == (2,)
    claiming.reply(one, {2: "没有做手术。", 3: "三月三日"}, by=owner, at=NOW + 2 * DAY)
    claiming.answer(one, "", by=owner, at=NOW + 2 * DAY)
    assert one.state == "submitted"
    asked = questions.of_claim(one)[0]
    assert [item.said for item in asked.items] == ["医院病案室下周才给。", "没有做手术。", "三月三日"]
    assert asked.ended is not None
    with pytest.raises(ClaimMoved):
        claiming.reply(one, {3: "三月四日"}, by=owner, at=NOW + 3 * DAY)


def test_a_question_that_is_not_needed_any_more_is_withdrawn_with_a_reason(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    actions.ask(one, ASKED, DUE, by=desk[0], at=NOW)
    with pytest.raises(Incomplete):
        actions.drop_question(one, " ", by=desk[1], at=NOW)
    actions.drop_question(one, "医院已直接提供。", by=desk[1], at=NOW + DAY)
    assert one.state == "in_review"
    with pytest.raises(MoveNotAllowed):
        claiming.answer(one, "", by=owner_of(one), at=NOW + DAY)
    assert "claim-drop-question" in db.session.scalars(db.select(Message.kind)).all()


def test_while_a_file_is_being_checked_the_desk_waits_and_what_only_begins_to_arrive_is_let_go(
    desk: tuple[Account, Account],
) -> None:
    one = handed_in()
    actions.ask(one, LIST, DUE, by=desk[0], at=NOW)
    row = beginning.begin(one, Announced("pathology_report", "a.jpg", 10), by=owner_of(one), at=NOW)
    db.session.execute(db.update(Arrival).values(state="checking", received_bytes=10, expires_at=None))
    db.session.expire_all()
    with pytest.raises(BeingChecked):
        actions.drop_question(one, "不需要了。", by=desk[0], at=NOW)
    with pytest.raises(BeingChecked):
        actions.go_on(one, by=desk[0], at=NOW + 40 * DAY)
    ending.drop(row, by="member", at=NOW)
    late = beginning.begin(one, Announced("pathology_report", "b.jpg", 10), by=owner_of(one), at=NOW)
    actions.drop_question(one, "不需要了。", by=desk[0], at=NOW)
    assert (one.state, late.state) == ("in_review", "dropped")


def test_nobody_goes_on_without_the_answer_before_its_day_is_over(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    actions.ask(one, ASKED, DUE, by=desk[0], at=NOW)
    with pytest.raises(NotOverdue):
        actions.go_on(one, by=desk[0], at=NOW + 30 * DAY)
    asked = questions.open_question(one)
    assert asked is not None
    assert [asked.overdue_days(DUE), asked.overdue_days(DUE + 2 * DAY)] == [0, 2]
    actions.go_on(one, by=desk[0], at=NOW + 31 * DAY)
    assert one.state == "in_review"


def test_a_claim_withdrawn_meanwhile_is_asked_nothing(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    claiming.withdraw(one, by=owner_of(one), at=NOW)
    with pytest.raises(MoveNotAllowed):
        actions.ask(one, ASKED, DUE, by=desk[0], at=NOW)
    assert db.session.scalar(db.select(db.func.count(ClaimQuestion.id))) == 0


def test_a_question_is_put_together_and_withdrawn_at_the_desk(app: Flask, shen: FlaskClient, waiting: str) -> None:
    bench, page = f"/review/{waiting}", f"/review/{waiting}/question"
    assert page in shen.get(bench).text
    due = (dt.datetime.now(dt.UTC).date() + 20 * DAY).isoformat()
    bare = {"line_bank_card": "y", "line_bank_card_why": "", "due_on": due}
    for wrong, said in (
        ({}, "Say why it is needed."),
        ({"line_bank_card_why": "看不清。", "due_on": "2020-01-01"}, "Choose a day from"),
        ({"line_bank_card_why": "看不清。", "words_1_why": "日期不同。"}, "Say what is wanted, in words"),
        (
            {
                "line_bank_card_why": "看不清。",
                "words_1": "哪天？",
                "words_1_why": "a",
                "words_2": "哪天？",
                "words_2_why": "b",
            },
            "This is asked for twice in one question. Once is enough.",
        ),
    ):
        refused = send(shen, page, bare | wrong)
        assert refused.status_code == 422
        assert said in words(refused)
    good = bare | {"line_bank_card_why": "看不清。", "document_1": "手术记录", "document_1_why": "缺日期。"}
    assert send(shen, page, good).status_code == 303
    assert state_of(app, waiting) == "evidence_asked"
    shown = words(shen.get(bench))
    for part in ("has the next step", "To be answered by", "手术记录", "缺日期。", "still open"):
        assert part in shown
    seen = re.findall(r'name="seen" value="(\d+)"', shen.get(bench).text)[-1]
    early = shen.post(f"{page}/going-on", data={"csrf_token": token(shen, "/account"), "seen": seen})
    assert early.status_code == 409
    assert "Wait until that day is over." in words(early)
    assert send(shen, bench, {"drop_reason": ""}, action=f"{page}/withdrawal").status_code == 422
    assert send(shen, bench, {"drop_reason": "不需要了。"}, action=f"{page}/withdrawal").status_code == 303
    assert state_of(app, waiting) == "in_review"
    assert "不需要了。" in words(shen.get(bench))
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(QuestionItem.id))) == 2


def test_whoever_asks_twice_is_told_and_keeps_every_word(app: Flask, shen: FlaskClient, waiting: str) -> None:
    page = f"/review/{waiting}/question"
    due = (dt.datetime.now(dt.UTC).date() + 20 * DAY).isoformat()
    data = {"line_bank_card": "y", "line_bank_card_why": "看不清，请重拍。", "due_on": due, "seen": "0"}
    opened = shen.get(page)
    assert opened.status_code == 200
    with app.app_context(), transaction():
        one = db.session.scalars(db.select(Claim).where(Claim.ref == waiting)).one()
        actions.ask(one, ASKED, one.created_at.date() + 30 * DAY, by=caseworker("ruan"), at=NOW)
    slower = shen.post(page, data=data | {"csrf_token": token(shen, "/account")})
    assert slower.status_code == 409
    for said in ("was faster", "看不清，请重拍。", "What you had written:"):
        assert said in words(slower)
    assert shen.get(page).status_code == 409


def test_what_is_late_stands_on_the_desk_until_it_has_happened(app: Flask, shen: FlaskClient, waiting: str) -> None:
    with at_instant(NOW + 5 * DAY):
        listed = words(shen.get("/review/late"))
        assert f"{waiting} Young Adult Cancer Mutual Aid" in listed
        assert "first look" in listed
        assert "not yet" in listed
        with app.app_context(), transaction():
            one = db.session.scalars(db.select(Claim).where(Claim.ref == waiting)).one()
            actions.begin(one, by=caseworker("ruan"), at=NOW + 5 * DAY)
        assert "Every promised day was kept." in words(shen.get("/review/late"))


def test_the_letter_that_is_read_beforehand_works_out_the_benefit_that_is_decided(
    desk: tuple[Account, Account],
) -> None:
    one = recommended(first=desk[0])
    table = {row.key: row.amount_fen for row in claim_file.terms_of(one).benefits if row.age_from <= 28 <= row.age_to}
    lower = min(table, key=table.__getitem__)
    assert lower != one.benefit
    value = dataclasses.replace(PAID, amount_fen=table[lower], clause="5.1", benefit=lower, reason="轻度。")
    read = claim_letters.preview(one, value, at=NOW).working
    sent = claim_letters.decision(actions.decide(one, value, by=desk[1], at=NOW), "林岚").working
    assert read == sent
    assert read is not None
    assert (read.benefit.key, read.less_fen) == (lower, 0)


def test_the_letter_is_read_before_it_is_sent_and_nothing_is_decided_yet(
    app: Flask, shen: FlaskClient, reviewed: str
) -> None:
    page = f"/review/{reviewed}"
    data = {"verdict": "refuse", "clause": "5.1", "evidence": "record", "reason": "原位癌。", "preview": "y"}
    composed = send(shen, page, data, action=f"{page}/decide")
    assert composed.status_code == 422
    sentence = "如有进一步的报告证明不属于第 5.1 条所列的除外情形，请随申诉提交。"
    assert sentence in composed.text.replace("\N{NO-BREAK SPACE}", " ")
    shown = send(shen, page, data | {"would_change": sentence}, action=f"{page}/decide")
    assert shown.status_code == 200
    for part in ("Nothing is decided yet.", "原位癌。", sentence, "您可以在"):
        assert part in words(shown).replace("\N{NO-BREAK SPACE}", " ")
    assert state_of(app, reviewed) == "recommended"
    back = send(shen, page, {**data, "would_change": sentence, "preview": "", "change": "y"}, action=f"{page}/decide")
    assert back.status_code == 200
    assert sentence in back.text.replace("\N{NO-BREAK SPACE}", " ")
    assert state_of(app, reviewed) == "recommended"
