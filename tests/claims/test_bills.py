"""The pages of a claim that is paid in parts: bringing bills, what is refused, and what the desk does with them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.models import Bill, Decision, Recommendation
from app.services import claims
from tests.claims.builders import NOW, claim, membership, picture
from tests.claims.walk import today
from tests.web.gate import open_account, send, signed_in, token

__all__ = ["today"]

TOTAL_FEN = 20_000_000
BILL: dict[str, Any] = {
    "hospital": "浙江省人民医院",
    "number": "NO-0012345",
    "day": "2026-11-02",
    "incurred": "62,300.00",
    "paid_by_others": "22300",
}


@pytest.fixture
def ours(app: Flask, client: FlaskClient, today: None) -> str:
    """The page of an approved claim of 林岚, who is signed in, in English."""
    assert today is None
    number = open_account(app)
    for name in ("shen", "qiao"):
        open_account(app, f"{name}@example.org", name=name, roles=("caseworker",))
    with app.app_context(), transaction():
        one = claim(membership(number, "lifelong-million"), state="recommended")
        one.benefit = "documented_costs"
        who = {
            "claim_id": one.id,
            "round": 1,
            "at": NOW,
            "verdict": "approve",
            "amount_fen": TOTAL_FEN,
            "clause": "4.2",
        }
        first = Recommendation(**who, by=number + 1)
        first.reason = "按治疗方案估算。"
        db.session.add(first)
        db.session.flush()
        last = Decision(**who, by=number + 2, recommendation_id=first.id, evidence="治疗方案")
        db.session.add(last)
        claims.move(one, "approve", by=number + 2, role="caseworker", at=NOW)
        ref = one.ref
    return f"/claims/{ref}"


@pytest.fixture
def claimant(app: Flask, ours: str) -> FlaskClient:
    """林岚 in a browser."""
    assert ours
    browser = signed_in(app, "lin@example.org")
    browser.get("/account?lang=en")
    return browser


def bring(browser: FlaskClient, ours: str, *files: tuple[bytes, str], **other: str) -> TestResponse:
    """Send one bill, the way a browser does."""
    data: dict[str, Any] = {**BILL, **other, "csrf_token": token(browser, f"{ours}/bills/new")}
    data["papers"] = [(io.BytesIO(content), name) for content, name in files or ((picture(), "发票.jpg"),)]
    return browser.post(f"{ours}/bills/new", data=data)


def only(app: Flask) -> tuple[str, str]:
    """Reference and state of the only bill."""
    with app.app_context():
        bill = db.session.scalars(db.select(Bill)).one()
        return bill.ref, bill.state


def judge(app: Flask, who: str, ref: str, deed: str, verdict: Mapping[str, str]) -> TestResponse:
    """What a caseworker does with a bill, on its page."""
    desk = signed_in(app, f"{who}@example.org")
    desk.get("/account?lang=en")
    return send(
        desk, f"/review/bills/{ref}", {"reason": "", "clause": "", **verdict}, action=f"/review/bills/{ref}/{deed}"
    )


def test_a_bill_is_brought_judged_by_two_and_counts(app: Flask, claimant: FlaskClient, ours: str) -> None:
    page = claimant.get(ours).text
    assert "Approved in all" in page
    assert "¥200,000.00" in page
    assert "of ¥40,000.00" in page, "the advance"
    answer = bring(claimant, ours)
    assert (answer.status_code, answer.location) == (303, f"{ours}/bills")
    ref, state = only(app)
    assert state == "submitted"
    listed = claimant.get(f"{ours}/bills").text
    assert "waits for a caseworker" in listed
    assert "40,000.00" in listed
    desk = signed_in(app, "shen@example.org")
    desk.get("/account?lang=en")
    assert "1 bill waits" in desk.get("/review").text
    assert ref in desk.get("/review/bills").text
    opened = desk.get(f"/review/bills/{ref}").text
    assert "浙江省人民医院" in opened
    assert judge(app, "shen", ref, "recommend", {"verdict": "accept"}).status_code == 303
    assert "This needs another person." in desk.get(f"/review/bills/{ref}").text
    assert judge(app, "qiao", ref, "decide", {"verdict": "refuse"}).status_code == 422
    assert judge(app, "qiao", ref, "decide", {"verdict": "accept"}).status_code == 303
    assert only(app)[1] == "accepted"
    assert "Accepted: ¥40,000.00 count." in claimant.get(f"{ours}/bills/{ref}").text
    assert "A bill was accepted: ¥40,000.00" in claimant.get("/me/messages").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "2026-09-19"}, "Bills of this claim count from"),
        ({"day": "2026-11-23"}, "This day has not come yet."),
        ({"paid_by_others": "62,300.00"}, "Others have paid back all of this bill"),
        ({"incurred": "many"}, "Enter the amount in yuan"),
        ({"number": " - "}, "Enter the number printed on the bill."),
    ],
)
def test_what_cannot_count_is_refused_with_a_sentence_and_kept(
    app: Flask, claimant: FlaskClient, ours: str, typed: dict[str, str], said: str
) -> None:
    answer = bring(claimant, ours, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert BILL["hospital"] in answer.text
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(Bill.id))) == 0


def test_a_refused_file_leaves_its_neighbours_and_the_same_bill_counts_once(
    app: Flask, claimant: FlaskClient, ours: str
) -> None:
    answer = bring(claimant, ours, (picture(), "发票.jpg"), (b"#!/bin/sh", "x.sh"))
    assert answer.status_code == 422
    assert "The other file was kept." in answer.text
    assert "x.sh" in answer.text
    twice = bring(claimant, ours, number="no 0012345")
    assert twice.status_code == 409
    assert "This bill was brought before" in twice.text
    ref, _state = only(app)
    back = send(claimant, f"{ours}/bills/{ref}", action=f"{ours}/bills/{ref}/withdrawal")
    assert back.status_code == 303
    assert bring(claimant, ours).status_code == 303
    gone = claimant.post(f"{ours}/bills/{ref}/withdrawal", data={"csrf_token": token(claimant, f"{ours}/bills/new")})
    assert gone.status_code == 409
    assert "This bill is “taken back” by now." in gone.text


def test_who_says_that_was_all_brings_no_more_and_strangers_see_nothing(
    app: Flask, claimant: FlaskClient, ours: str
) -> None:
    assert "less than the ¥40,000.00 paid at once" in claimant.get(f"{ours}/bills/all").text
    typed = {"csrf_token": token(claimant, f"{ours}/bills/new"), **BILL}
    assert send(claimant, f"{ours}/bills/all").status_code == 303
    late = claimant.post(f"{ours}/bills/new", data=typed)
    assert late.status_code == 409
    assert "You have said that there are no more bills." in late.text
    assert BILL["number"] in late.text
    assert "You have said that there are no more bills." in claimant.get(f"{ours}/bills").text
    open_account(app, "stranger@example.org")
    stranger = signed_in(app, "stranger@example.org")
    assert {stranger.get(f"{ours}/bills{page}").status_code for page in ("", "/new", "/all")} == {404}
