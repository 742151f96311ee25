"""An appeal: once, in time, with words and new documents, decided by a third person; and counted in public."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.claims import actions as claiming
from app.db import db, transaction
from app.domain.claim_states import AppealTooLate, SamePerson
from app.domain.moves import MoveNotAllowed
from app.models import Account, Claim, Notice
from app.review import actions
from app.services import appeals, claim_letters, claims, hands
from app.services.days import day_of
from tests.claims.builders import NOW
from tests.claims.walk import claimant, hand_in, refuse, the_claim, today
from tests.review.desk import PAID, REFUSE, REFUSED, appealed, caseworker, me, recommended
from tests.web.gate import send, words

__all__ = ["claimant", "today"]

OVERTURNED = dataclasses.replace(PAID, reason="新的病理报告显示浸润。")


def test_an_appeal_is_possible_once_and_within_its_days(desk: tuple[Account, Account]) -> None:
    one = recommended(first=desk[0], value=REFUSE)
    decision = actions.decide(one, REFUSED, by=desk[1], at=NOW)
    owner = db.session.get_one(Account, one.account_id)
    late = NOW + dt.timedelta(days=1 + (decision.appeal_until - day_of(NOW)).days)
    with pytest.raises(AppealTooLate) as refused:
        claiming.appeal(one, "新的病理报告。", by=owner, at=late)
    assert refused.value.last_day == decision.appeal_until
    claiming.appeal(one, "新的病理报告。", by=owner, at=NOW)
    with pytest.raises(MoveNotAllowed):
        claiming.appeal(one, "再来一次。", by=owner, at=NOW)


def test_the_third_person_alone_decides_and_a_notice_says_so(desk: tuple[Account, Account]) -> None:
    one = appealed(first=desk[0], second=desk[1])
    for hand in desk:
        with pytest.raises(SamePerson):
            actions.decide(one, REFUSED, by=hand, at=NOW)
    third = caseworker("hu")
    assert [left.id for left in hands.left_to_decide(one)] == [third.id]
    decision = actions.decide(one, OVERTURNED, by=third, at=NOW)
    assert one.state == "approved"
    assert db.session.scalars(db.select(Notice).where(Notice.about == decision.id, Notice.kind == "decision")).one()


def test_a_refusal_after_an_admitted_objection_is_no_answer_to_the_appeal_before(desk: tuple[Account, Account]) -> None:
    one, third, fourth = appealed(first=desk[0], second=desk[1]), caseworker("ruan"), caseworker("meng")
    heard = actions.decide(one, OVERTURNED, by=third, at=NOW)
    claims.move(one, "publish", by=None, role="system", at=NOW)
    claims.move(one, "admit_objection", by=fourth.id, role="caseworker", at=NOW)
    actions.recommend(one, REFUSE, by=desk[0], at=NOW)
    last = actions.decide(one, REFUSED, by=fourth, at=NOW)
    assert claim_letters.decision(heard, "林岚").after_appeal
    assert not claim_letters.decision(last, "林岚").after_appeal, "it may be appealed, and its letter says so"


def test_appeals_are_counted_with_their_ends(desk: tuple[Account, Account]) -> None:
    third = caseworker("hu")
    claims = [appealed(caseworker(f"owner-{number}"), first=desk[0], second=desk[1]) for number in range(4)]
    actions.decide(claims[0], OVERTURNED, by=third, at=NOW)
    actions.decide(claims[1], REFUSED, by=third, at=NOW)
    claiming.withdraw(claims[2], by=db.session.get_one(Account, claims[2].account_id), at=NOW)
    counted = appeals.counts(claims[0].membership.plan_id)
    assert counted == {"made": 4, "overturned": 1, "upheld": 1, "withdrawn": 1, "open": 1}
    assert [claim.state for claim in claims] == ["approved", "refused_finally", "refused_finally", "appealed"]


def test_the_desk_says_for_whom_an_appeal_waits_and_when_nobody_is_left(app: Flask, shen: FlaskClient) -> None:
    with app.app_context(), transaction():
        ref = appealed(first=me(), second=caseworker("qiao")).ref
    queue = words(shen.get("/review"))
    assert "nobody is left, the operator must appoint one" in queue
    assert "Nobody is left: every caseworker had a hand in this claim" in words(shen.get(f"/review/{ref}"))
    with app.app_context(), transaction():
        caseworker("hu").name = "胡敏"
    assert "It waits for 胡敏." in words(shen.get(f"/review/{ref}"))


def test_what_was_typed_into_an_appeal_that_comes_too_late_is_kept(app: Flask, claimant: FlaskClient) -> None:
    claim = hand_in(app, claimant)
    refuse(app)
    claimant.get("/account?lang=en")
    form = claimant.get(f"{claim}/appeal")
    assert form.status_code == 200
    with app.app_context(), transaction():
        one = db.session.get_one(Claim, the_claim(app).id)
        claiming.appeal(one, "从另一个窗口。", by=db.session.get_one(Account, one.account_id), at=NOW)
    late = claimant.post(f"{claim}/appeal", data={"words": "我写了很久的理由。", "csrf_token": _token(form.text)})
    assert late.status_code == 409
    assert "the claim is “under appeal”" in words(late)
    assert "我写了很久的理由。" in words(late)
    assert send(claimant, f"{claim}/withdrawal").status_code == 303


def _token(page: str) -> str:
    return page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
