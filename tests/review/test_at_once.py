"""Two caseworkers in the same moment: one wins, the other is shown what won and keeps every typed word."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.models import Account, Claim, ClaimStep
from app.services import claims
from tests.claims.builders import NOW, account, claim, membership
from tests.review.desk import appealed, caseworker
from tests.web.gate import enter, open_account, token, words

FITS = {f"judge_{point}": "fits" for point in ("identity", "event", "severity", "exclusions", "declaration")}
DUE = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)).isoformat()
TYPED = "我写了很久，不想丢掉这些字。"


def handed_in() -> Claim:
    return claim(membership(account("owner@example.org").id), state="submitted")


def in_review() -> Claim:
    one = handed_in()
    claims.move(one, "begin_review", by=caseworker("first").id, role="caseworker", at=NOW)
    return one


def under_appeal() -> Claim:
    return appealed(account("owner@example.org"), first=caseworker("first"), second=caseworker("second"))


DEEDS: dict[str, tuple[Callable[[], Claim], str, dict[str, object], str]] = {
    "begin": (handed_in, "begin", {}, "begin_review"),
    "ask": (handed_in, "question", {"line_bank_card": "y", "line_bank_card_why": TYPED, "due_on": DUE}, "ask_evidence"),
    "recommend": (
        in_review,
        "recommend",
        {"verdict": "refuse", "clause": "5.1", "amount": "", "reason": TYPED, **FITS},
        "recommend",
    ),
    "appeal": (
        under_appeal,
        "decide",
        {"verdict": "refuse", "clause": "5.1", "evidence": "record", "reason": TYPED, "would_change": "新报告"},
        "refuse",
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_of_two_at_once_one_wins_and_the_other_loses_no_word(app: Flask, deed: str) -> None:
    made, path, typed, move = DEEDS[deed]
    with app.app_context(), transaction():
        one = made()
        ref, seen = one.ref, len(db.session.scalars(db.select(ClaimStep).where(ClaimStep.claim_id == one.id)).all())
    visitors = []
    for name in ("ruan", "meng"):
        open_account(app, f"{name}.desk@example.org", name=name, roles=("caseworker",))
        visitor = app.test_client()
        enter(visitor, f"{name}.desk@example.org")
        visitor.get("/account?lang=en")
        visitors.append((visitor, token(visitor, "/account")))
    start = threading.Barrier(2)

    def act(visitor: FlaskClient, csrf_token: str) -> TestResponse:
        start.wait(timeout=30)
        return visitor.post(f"/review/{ref}/{path}", data={"csrf_token": csrf_token, "seen": str(seen), **typed})

    with ThreadPoolExecutor(2) as pool:
        won, lost = sorted(pool.map(lambda one: act(*one), visitors), key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (303, 409)
    assert "was faster" in words(lost)
    assert (TYPED in lost.text) is (TYPED in typed.values())
    with app.app_context():
        moves = db.select(db.func.count()).select_from(ClaimStep).where(ClaimStep.move == move)
        before = 1 if deed == "appeal" else 0
        assert db.session.scalar(moves) == before + 1
        assert db.session.scalar(db.select(db.func.count()).select_from(Account)) >= 3
