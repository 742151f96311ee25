"""The bad days of a claim: the same event twice, two drafts at once, an answer that never comes, days that refuse."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from app.claims import actions
from app.claims.forms import Event
from app.db import db, transaction
from app.domain.claim_states import reminders_due
from app.jobs import daily
from app.models import Account, Claim, Membership, Message
from app.services import claims
from tests.claims.builders import EVENT, NOW, account, claim, membership
from tests.claims.walk import EVENT as TYPED
from tests.claims.walk import begin, claimant, hand_in, the_claim, today
from tests.web.gate import send, words

__all__ = ["claimant", "today"]
DAY = dt.timedelta(days=1)


def test_a_second_claim_for_the_same_event_leads_to_the_first(app: Flask, claimant: FlaskClient) -> None:
    first = hand_in(app, claimant)
    claimant.get("/account?lang=en")
    with app.app_context():
        ref = db.session.scalars(db.select(Membership.ref)).one()
    second = str(send(claimant, "/claims/new", {"membership": ref}).location)
    assert second != first
    answer = send(claimant, f"{second}/event", {**TYPED, "story": "又写了一遍。"})
    assert answer.status_code == 409
    assert "There is a claim for this event already" in words(answer)
    assert f'href="{first}"' in answer.text
    assert "又写了一遍。" in answer.text, "nothing typed is lost"
    assert send(claimant, f"{second}/event", {**TYPED, "event_on": "2026-10-21"}).status_code == 303
    assert send(claimant, f"{first}/withdrawal").status_code == 303
    assert send(claimant, f"{second}/event", TYPED).status_code == 303, "a withdrawn claim makes room"


def test_one_membership_has_one_draft_and_an_event_one_open_claim_at_rest(app: Flask) -> None:
    with app.app_context():
        with transaction():
            of = membership(account().id)
            claim(of)
            claim(of, state="submitted")
        for state in ("draft", "in_review"):
            with pytest.raises(IntegrityError), transaction():
                claim(db.session.get_one(Membership, of.id), state=state)


def test_of_two_drafts_for_one_event_handed_in_at_once_one_is_told_of_the_other(app: Flask) -> None:
    with app.app_context(), transaction():
        owner = account()
        draft = claim(membership(owner.id), event_on=None)
        number, who = draft.id, owner.id
    event = Event(EVENT, "thyroid", "malignant_tumour", "33", "")
    barrier = threading.Barrier(2)

    def tell(_turn: int) -> str:
        with app.app_context():
            barrier.wait(timeout=20)
            try:
                with transaction():
                    one = db.session.get_one(Claim, number)
                    actions.tell_event(one, event, by=db.session.get_one(Account, who), at=NOW)
                    claims.move(one, "submit", by=who, role="member", at=NOW)
            except claims.ClaimMoved as moved:
                return moved.state
            return "won"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(tell, range(2))) == ["submitted", "won"]


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-11-23", "This date lies in the future"),
        ("1998-05-01", "This date lies before the person was born"),
    ],
)
def test_a_day_that_cannot_be_is_said_at_its_field(app: Flask, claimant: FlaskClient, day: str, sentence: str) -> None:
    draft = begin(app, claimant)
    claimant.get("/account?lang=en")
    answer = send(claimant, f"{draft}/event", {**TYPED, "event_on": day})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert TYPED["story"] in answer.text


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-01-09", "It is older than the membership"),
        ("2026-03-01", "It lies in the waiting period"),
    ],
)
def test_a_day_that_the_rules_refuse_is_said_early_and_may_be_handed_in(
    app: Flask, claimant: FlaskClient, day: str, sentence: str
) -> None:
    draft = begin(app, claimant)
    claimant.get("/account?lang=en")
    assert send(claimant, f"{draft}/event", {**TYPED, "event_on": day}).status_code == 303
    shown = words(claimant.get(draft))
    assert sentence in shown
    assert "You may hand the claim in all the same" in shown


@pytest.mark.parametrize(("event_on", "refused"), [("2026-10-20", False), ("2026-10-31", True)])
def test_a_lapsed_membership_is_claimed_on_for_what_happened_before(
    app: Flask, claimant: FlaskClient, event_on: str, *, refused: bool
) -> None:
    draft = begin(app, claimant)
    claimant.get("/account?lang=en")
    with app.app_context(), transaction():
        of = db.session.scalars(db.select(Membership)).one()
        of.state, of.ended_at, of.end_seq = "lapsed", NOW - 25 * DAY, 0
    assert send(claimant, f"{draft}/event", {**TYPED, "event_on": event_on}).status_code == 303
    assert ("It came after the membership had ended" in words(claimant.get(draft))) is refused


def test_evidence_that_never_comes_is_reminded_of_and_the_claim_stays_open(app: Flask) -> None:
    with app.app_context():
        with transaction():
            one = claim(membership(account().id), state="submitted")
            claims.move(one, "ask_evidence", by=None, role="caseworker", at=NOW, note="病理报告\n请补充")
        told = [len(daily.do(NOW + days * DAY)) for days in (1, 7, 8, 21, 22, 51, 52)]
        assert told == [0, 1, 0, 1, 0, 1, 0]
        letters = db.session.scalars(db.select(Message).where(Message.kind == "claim-remind-evidence")).all()
        assert [letter.values["days"] for letter in letters] == [7, 21, 51]
        assert db.session.scalars(db.select(Claim.state)).one() == "evidence_asked"


def test_reminders_come_after_a_week_after_three_and_then_every_month() -> None:
    asked = dt.date(2026, 11, 1)
    assert [reminders_due(asked, asked + days * DAY) for days in (0, 6, 7, 20, 21, 50, 51, 81)] == [
        0,
        0,
        1,
        1,
        2,
        2,
        3,
        4,
    ]


def test_a_foreign_claim_does_not_exist(app: Flask, claimant: FlaskClient) -> None:
    with app.app_context(), transaction():
        other = claim(membership(account("wang@example.org").id, number="110105199003070011"), state="refused")
        ref = other.ref
    for path in ("", "/event", "/appeal", "/answer", "/withdrawal", "/documents/1"):
        assert claimant.get(f"/claims/{ref}{path}").status_code == 404, path
    assert the_claim(app).ref == ref
