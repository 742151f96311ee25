"""The moves of a claim through HTTP: what is kept, what a form that does not fit gets, and who was faster."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Claim, Decision, Notice
from app.review import actions
from app.services import claims
from tests.claims.builders import NOW
from tests.review.desk import FULL_FEN, PAY, REFUSE, appealed, caseworker, handed_in, recommended, state_of
from tests.web.gate import enter, open_account, send, token, words

FITS = {f"judge_{point}": "fits" for point in ("identity", "event", "severity", "exclusions", "declaration")}


def test_a_claim_goes_from_the_queue_to_its_decision(app: Flask, shen: FlaskClient, waiting: str) -> None:
    page = f"/review/{waiting}"
    assert send(shen, page, action=f"{page}/begin").status_code == 303
    assert f'value="{"300,000.00"}"' in shen.get(page).text
    answer = send(shen, page, FITS | {"verdict": "approve"}, action=f"{page}/recommend")
    assert answer.status_code == 303, words(answer)
    open_account(app, "ruan@example.org", name="阮", roles=("caseworker",))
    ruan = app.test_client()
    enter(ruan, "ruan@example.org")
    ruan.get("/account?lang=en")
    assert "Judged by the first reviewer" in words(ruan.get(page))
    answer = send(ruan, page, {"verdict": "approve", "evidence": "record"}, action=f"{page}/decide")
    assert answer.status_code == 303, words(answer)
    assert state_of(app, waiting) == "approved"
    with app.app_context():
        decision = db.session.scalars(db.select(Decision)).one()
        assert (decision.amount_fen, decision.clause, decision.evidence) == (FULL_FEN, "4.2", "互助申请与会员记录")
    text = words(shen.get(page))
    assert "caseworker 沈 : recommend, approve ¥300,000.00, clause 4.2" in text
    assert "caseworker 阮 : approve, approve ¥300,000.00, clause 4.2" in text
    assert waiting in words(shen.get("/review")).partition("Decided lately")[2]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"verdict": ""}, "Choose one of the two."),
        ({"amount": "lots"}, "Enter an amount in yuan, for example 300,000.00."),
        ({"amount": "0"}, "Enter an amount in yuan, for example 300,000.00."),
        ({"amount": "300,000.01"}, "The rules give at most ¥300,000.00 here."),
        ({"amount": "299,999.99", "reason": ""}, "This differs from the table"),
        ({"judge_exclusions": "open"}, "To recommend paying, this point must fit: “None of the exclusions applies”."),
        ({"verdict": "refuse", "clause": ""}, "Choose the clause the refusal rests on."),
        ({"verdict": "refuse", "clause": "99.9"}, "Choose the clause the refusal rests on."),
        ({"verdict": "refuse", "clause": "5.1", "reason": " "}, "A refusal gives its reason."),
        ({"reason": "x" * 2001}, "At most 2000 characters, please."),
    ],
)
def test_a_recommendation_that_does_not_fit_is_said_and_kept(
    app: Flask, shen: FlaskClient, waiting: str, wrong: dict[str, str], said: str
) -> None:
    page = f"/review/{waiting}"
    send(shen, page, action=f"{page}/begin")
    good = FITS | {"verdict": "approve", "amount": "300,000.00", "reason": "见病理报告第 1 页。"}
    answer = send(shen, page, good | wrong, action=f"{page}/recommend")
    assert answer.status_code == 422
    assert said in words(answer)
    kept = (good | wrong)["reason"].strip()
    assert kept in words(answer)
    assert f'value="{(good | wrong)["amount"]}"' in answer.text
    assert state_of(app, waiting) == "in_review"


def test_the_rules_refuse_what_lies_in_the_waiting_period(app: Flask, shen: FlaskClient) -> None:
    with app.app_context(), transaction():
        one = handed_in(event_on=dt.date(2026, 7, 1))
        actions.begin(one, by=caseworker("qiao"), at=NOW)
        page = f"/review/{one.ref}"
    answer = send(shen, page, FITS | {"verdict": "approve"}, action=f"{page}/recommend")
    assert answer.status_code == 422
    assert "Clause 3.1 rules this claim out" in words(answer)
    accident = FITS | {"verdict": "approve", "caused_by_accident": "y"}
    assert send(shen, page, accident, action=f"{page}/recommend").status_code == 303


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"clause": ""}, "Choose the clause the refusal rests on."),
        ({"would_change": ""}, "Say what would lead to another decision."),
        ({"evidence": "nothing of ours"}, "Choose what the decision rests on."),
        ({"verdict": "approve", "amount": "300,000.00", "reason": ""}, "This differs from the table"),
    ],
)
def test_a_decision_that_does_not_fit_is_said_and_kept(
    app: Flask, shen: FlaskClient, wrong: dict[str, str], said: str
) -> None:
    with app.app_context(), transaction():
        ref = recommended(first=caseworker("qiao"), value=REFUSE).ref
    page = f"/review/{ref}"
    good = {
        "verdict": "refuse",
        "clause": "5.1",
        "evidence": "record",
        "reason": "原位癌。",
        "would_change": "新报告。",
    }
    answer = send(shen, page, good | wrong, action=f"{page}/decide")
    assert answer.status_code == 422
    assert said in words(answer)
    assert state_of(app, ref) == "recommended"
    assert send(shen, page, good, action=f"{page}/decide").status_code == 303
    assert state_of(app, ref) == "refused"


def test_the_slower_of_two_sees_the_decision_of_the_faster(app: Flask, shen: FlaskClient, reviewed: str) -> None:
    page = f"/review/{reviewed}"
    shen.get(page)
    data = {"csrf_token": token(shen, "/account"), "seen": "2", "verdict": "refuse", "evidence": "record"}
    data |= {"clause": "5.1", "reason": "我写了很久的理由。", "would_change": "新报告。"}
    with app.app_context(), transaction():
        one = db.session.scalars(db.select(Claim).where(Claim.ref == reviewed)).one()
        value = actions.DecisionValue("approve", FULL_FEN, "4.2", "病理报告", "")
        actions.decide(one, value, by=caseworker("ruan"), at=NOW)
    answer = shen.post(f"{page}/decide", data=data)
    assert answer.status_code == 409
    for said in ("came too late", "This claim is now “approved”", "¥300,000.00", "我写了很久的理由。"):
        assert said in words(answer)
    with app.app_context():
        assert db.session.scalars(db.select(Decision.verdict)).all() == ["approve"]


def test_a_claim_that_went_back_and_forth_is_read_again_before_it_is_decided(
    app: Flask, shen: FlaskClient, reviewed: str
) -> None:
    data = {"csrf_token": token(shen, "/account"), "seen": "2", "verdict": "approve", "amount": "300,000.00"}
    with app.app_context(), transaction():
        one = db.session.scalars(db.select(Claim).where(Claim.ref == reviewed)).one()
        ruan = caseworker("ruan")
        actions.send_back(one, "请再看分期。", by=ruan, at=NOW)
        actions.recommend(one, PAY, by=ruan, at=NOW)
    answer = shen.post(f"/review/{reviewed}/decide", data=data | {"evidence": "record", "benefit": "malignant_tumour"})
    assert answer.status_code == 409
    assert state_of(app, reviewed) == "recommended"


def test_a_withdrawn_claim_is_not_decided(app: Flask, shen: FlaskClient, reviewed: str) -> None:
    data = {"csrf_token": token(shen, "/account"), "seen": "2", "verdict": "approve", "amount": "300,000.00"}
    with app.app_context(), transaction():
        one = db.session.scalars(db.select(Claim).where(Claim.ref == reviewed)).one()
        claims.move(one, "withdraw", by=one.account_id, role="member", at=NOW)
    answer = shen.post(f"/review/{reviewed}/decide", data=data | {"evidence": "record", "benefit": "malignant_tumour"})
    assert answer.status_code == 409
    assert "The claimant withdrew this claim" in words(answer)


def test_a_claim_can_be_sent_back(app: Flask, shen: FlaskClient, reviewed: str) -> None:
    page = f"/review/{reviewed}"
    assert send(shen, page, {"back_reason": " "}, action=f"{page}/send-back").status_code == 422
    assert send(shen, page, {"back_reason": "请核对分期。"}, action=f"{page}/send-back").status_code == 303
    assert state_of(app, reviewed) == "in_review"
    assert "请核对分期。" in words(shen.get(page))


def test_an_appeal_waits_in_the_queue_and_is_decided_once(app: Flask, shen: FlaskClient) -> None:
    with app.app_context(), transaction():
        ref = appealed(first=caseworker("qiao"), second=caseworker("ruan")).ref
    page = f"/review/{ref}"
    assert ref in shen.get("/review?state=appealed").text
    assert "a refusal now is final" in words(shen.get(page))
    data = {"verdict": "refuse", "clause": "5.1", "evidence": "record", "reason": "维持。", "would_change": "新报告。"}
    assert send(shen, page, data, action=f"{page}/decide").status_code == 303
    assert state_of(app, ref) == "refused_finally"


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(app: Flask, reviewed: str) -> None:
    page = f"/review/{reviewed}"
    visitors = []
    for name in ("ruan", "meng"):
        open_account(app, f"{name}.desk@example.org", roles=("caseworker",))
        visitor = app.test_client()
        enter(visitor, f"{name}.desk@example.org")
        visitors.append((visitor, token(visitor, "/account")))
    start = threading.Barrier(2)

    def decide(visitor: FlaskClient, csrf_token: str) -> int:
        data = {"csrf_token": csrf_token, "seen": "2", "verdict": "approve", "amount": "300,000.00"}
        start.wait()
        return visitor.post(f"{page}/decide", data=data | {"evidence": "record"}).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(lambda one: decide(*one), visitors))
    assert answers == [303, 409]
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Decision)) == 1
        assert db.session.scalar(db.select(db.func.count()).select_from(Notice)) == 1
