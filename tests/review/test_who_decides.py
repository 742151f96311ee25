"""Who may decide a claim, and in which state: the second person, the third of an appeal, never the own."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest

from app.db import db
from app.domain.claim_states import SamePerson
from app.domain.moves import MoveNotAllowed
from app.models import Account, Claim, Decision, Recommendation
from app.review import actions, queries
from app.review.desk.queries import Wanted, claims_waiting
from app.services import claim_file, claims, hands
from app.services.claims import ClaimMoved
from app.services.decisions import Incomplete
from tests.claims.builders import NOW, account, claim, membership
from tests.review.desk import (
    ASKED,
    DUE,
    PAID,
    PAY,
    REFUSE,
    REFUSED,
    appealed,
    caseworker,
    handed_in,
    recommended,
)

LATER = NOW + dt.timedelta(days=2)
DAYS = [dt.date(2026, 10, day) for day in (20, 21, 22)]


def test_a_claim_sent_back_is_recommended_anew_and_decided_by_another(desk: tuple[Account, Account]) -> None:
    one = recommended(first=desk[0])
    with pytest.raises(Incomplete):
        actions.send_back(one, " ", by=desk[1], at=NOW)
    actions.send_back(one, "请核对病理分期。", by=desk[1], at=NOW)
    assert (one.state, one.steps[-1].note) == ("in_review", "请核对病理分期。")
    actions.recommend(one, REFUSE, by=desk[1], at=NOW)
    assert [made.round for made in one.recommendations] == [1, 2]
    with pytest.raises(SamePerson):
        actions.decide(one, REFUSED, by=desk[1], at=NOW)
    assert actions.decide(one, REFUSED, by=desk[0], at=NOW).round == 2


def test_who_recommended_before_begins_again_after_an_answer_and_looks_after_it_no_more(
    desk: tuple[Account, Account],
) -> None:
    one = recommended(first=desk[0])
    actions.send_back(one, "请核对病理分期。", by=desk[1], at=NOW)
    actions.ask(one, ASKED, DUE, by=desk[0], at=NOW)
    claims.move(one, "answer", by=one.account_id, role="member", at=NOW)
    actions.begin(one, by=desk[0], at=NOW)
    assert (one.state, one.assigned_to) == ("in_review", None)


def test_an_appeal_is_decided_by_somebody_who_had_no_hand_in_it(desk: tuple[Account, Account]) -> None:
    one = appealed(first=desk[0], second=desk[1])
    for before in desk:
        with pytest.raises(SamePerson):
            actions.decide(one, REFUSED, by=before, at=LATER)
    third = caseworker("ruan")
    decision = actions.decide(one, REFUSED, by=third, at=LATER)
    assert (one.state, decision.round) == ("refused_finally", 2)
    assert decision.appeal_until == dt.date(2026, 12, 22), "there is one appeal: the day that was is repeated"
    assert db.session.scalar(db.select(db.func.count()).select_from(Recommendation)) == 2


def test_an_appeal_can_succeed(desk: tuple[Account, Account]) -> None:
    one = appealed(first=desk[0], second=desk[1])
    value = dataclasses.replace(PAID, reason="新病理报告显示浸润。")
    assert actions.decide(one, value, by=caseworker("ruan"), at=LATER).verdict == "approve"
    assert one.state == "approved"


def test_nobody_decides_the_own_claim(desk: tuple[Account, Account]) -> None:
    one = handed_in(desk[1])
    with pytest.raises(actions.OwnClaim):
        actions.begin(one, by=desk[1], at=NOW)
    with pytest.raises(actions.OwnClaim):
        actions.ask(one, ASKED, DUE, by=desk[1], at=NOW)
    actions.begin(one, by=desk[0], at=NOW)
    actions.recommend(one, PAY, by=desk[0], at=NOW)
    with pytest.raises(actions.OwnClaim):
        actions.decide(one, PAID, by=desk[1], at=NOW)


def test_nobody_touches_a_claim_about_the_own_illness_made_from_another_account(desk: tuple[Account, Account]) -> None:
    other, ill = account("yu@example.org"), desk[1]
    membership(ill.id, "child-health", number="E1")
    helped = membership(other.id, number="E1")
    one, fresh, more = (claim(helped, state="submitted", event_on=day) for day in DAYS)
    assert [hands.is_own(one, who) for who in (desk[0], ill, other)] == [False, True, True]
    deeds: list[Callable[[], object]] = [
        lambda: actions.begin(fresh, by=ill, at=NOW),
        lambda: actions.ask(one, ASKED, DUE, by=ill, at=NOW),
        lambda: actions.recommend(more, PAY, by=ill, at=NOW),
        lambda: actions.send_back(one, "x", by=ill, at=NOW),
        lambda: actions.decide(one, PAID, by=ill, at=NOW),
    ]
    for step in (actions.begin, lambda of, by, at: actions.recommend(of, REFUSE, by=by, at=at)):
        step(one, by=desk[0], at=NOW)
    actions.begin(more, by=desk[0], at=NOW)
    third = caseworker("ruan")
    assert hands.left_to_decide(one) == [third]
    for deed in deeds:
        with pytest.raises(actions.OwnClaim):
            deed()
    actions.decide(one, REFUSED, by=third, at=NOW)
    claims.move(one, "appeal", by=other.id, role="member", at=NOW)
    with pytest.raises(actions.OwnClaim):
        actions.decide(one, REFUSED, by=ill, at=LATER)
    waiting = [claims_waiting(Wanted(), by=who, today=LATER.date()).total for who in (ill, third)]
    assert waiting == [0, 3]
    assert [len(queries.decided_lately(by=who)) for who in (ill, third)] == [0, 1]


@pytest.mark.parametrize("state", ["withdrawn", "submitted", "in_review", "approved", "paid"])
def test_only_what_was_recommended_or_appealed_is_decided(desk: tuple[Account, Account], state: str) -> None:
    one = recommended(first=desk[0])
    db.session.execute(db.update(Claim).where(Claim.id == one.id).values(state=state))
    with pytest.raises(MoveNotAllowed):
        actions.decide(one, PAID, by=desk[1], at=NOW)
    assert db.session.scalar(db.select(db.func.count()).select_from(Decision)) == 0


def test_what_went_back_and_forth_is_not_the_claim_that_was_read(desk: tuple[Account, Account]) -> None:
    one = recommended(first=desk[0])
    seen = len(one.steps)
    actions.check_unmoved(one, steps_seen=seen)
    actions.send_back(one, "x", by=desk[1], at=NOW)
    actions.recommend(one, PAY, by=desk[0], at=NOW)
    with pytest.raises(ClaimMoved):
        actions.check_unmoved(one, steps_seen=seen)


def test_asking_for_evidence_stops_the_clock_of_the_decision(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    before = claim_file.promises(one, on=LATER.date()).decision_by
    actions.ask(one, ASKED, DUE, by=desk[0], at=NOW)
    claims.move(one, "answer", by=one.account_id, role="member", at=NOW + dt.timedelta(days=5))
    assert claim_file.promises(one, on=LATER.date()).decision_by == before + dt.timedelta(days=5)
