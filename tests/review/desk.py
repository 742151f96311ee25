"""Caseworkers, and claims in every state they meet, moved there by the deeds of the house."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from app.db import db
from app.domain.claim_questions import Item, due_day
from app.models import Account, Claim, StaffRole
from app.review import actions
from app.review.actions import DecisionValue, RecommendationValue
from app.services import claims
from tests.claims.builders import NOW, account, claim, membership

FULL_FEN = 30_000_000
"""What a malignant tumour at 28 receives in the young-cancer plan."""
PAY = RecommendationValue("approve", FULL_FEN, "4.2", "")
PAID = DecisionValue("approve", FULL_FEN, "4.2", "病理报告", "")
ASKED = (Item("line", "Unreadable.", line="bank_card"),)
DUE = due_day(NOW.date())
REFUSE = RecommendationValue("refuse", 0, "5.1", "病理报告为原位癌。")
REFUSED = DecisionValue("refuse", 0, "5.1", "病理报告", "病理报告为原位癌。", "显示浸润的新病理报告")


def caseworker(name: str = "shen") -> Account:
    """Somebody of the review room."""
    row = account(f"{name}@example.org")
    db.session.add(StaffRole(account_id=row.id, role="caseworker", appointed_at=NOW))
    db.session.flush()
    return row


def handed_in(owner: Account | None = None, *, event_on: dt.date = dt.date(2026, 10, 20)) -> Claim:
    """A claim that was just handed in; of 林岚 unless somebody else is named."""
    person = {"number": owner.email} if owner else {}
    return claim(membership((owner or account()).id, **person), state="submitted", event_on=event_on)


def recommended(owner: Account | None = None, *, first: Account, value: RecommendationValue = PAY) -> Claim:
    """A claim with its first review done."""
    one = handed_in(owner)
    actions.begin(one, by=first, at=NOW)
    actions.recommend(one, value, by=first, at=NOW)
    return one


def appealed(owner: Account | None = None, *, first: Account, second: Account) -> Claim:
    """A claim that was refused and whose claimant appealed."""
    one = recommended(owner, first=first, value=REFUSE)
    actions.decide(one, REFUSED, by=second, at=NOW)
    claims.move(one, "appeal", by=one.account_id, role="member", at=NOW)
    return one


def me(email: str = "shen.desk@example.org") -> Account:
    """The caseworker who sits at the desk."""
    return db.session.scalars(db.select(Account).where(Account.email == email)).one()


def state_of(app: Flask, ref: str) -> str:
    """Where a claim is now."""
    with app.app_context():
        return str(db.session.scalar(db.select(Claim.state).where(Claim.ref == ref)))
