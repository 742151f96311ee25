"""The deeds of the review room: what each writes, and what it refuses."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from app.db import db
from app.domain.claim_states import RefusalIncomplete, SamePerson
from app.domain.eligibility import AlreadyEnded, StillWaiting
from app.models import Account, Audit, Decision, Fact, Message, Notice
from app.review import actions
from app.services import decisions
from app.services.decisions import GivenOnce, Incomplete, MoreThanTheRulesGive, NoSuchClause, RuledOut
from tests.claims.builders import NOW, account, claim, membership
from tests.review.desk import (
    FULL_FEN,
    PAID,
    PAY,
    REFUSE,
    REFUSED,
    handed_in,
    recommended,
)

LATER = NOW + dt.timedelta(days=2)


def deeds() -> list[str]:
    return list(db.session.scalars(db.select(Audit.deed).where(Audit.about_kind == "claim").order_by(Audit.id)))


def told() -> list[str]:
    return list(db.session.scalars(db.select(Message.kind).order_by(Message.id)))


def test_a_claim_is_taken_up_and_the_claimant_is_told(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    actions.begin(one, by=desk[0], at=LATER)
    assert one.state == "in_review"
    assert (one.steps[-1].role, one.steps[-1].account_id) == ("caseworker", desk[0].id)
    assert deeds() == ["claim.assigned", "claim.review_begun"]
    assert told() == ["claim-begin-review"]


def test_a_recommendation_is_kept_with_what_was_judged(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    actions.begin(one, by=desk[0], at=NOW)
    judged = dataclasses.replace(PAY, judged=(("event", "fits"), ("exclusions", "open")))
    made = actions.recommend(one, judged, by=desk[0], at=LATER)
    assert (made.round, made.verdict, made.amount_fen, made.clause) == (1, "approve", FULL_FEN, "4.2")
    assert one.state == "recommended"
    assert [(row.point, row.answer) for row in made.judgements] == [("event", "fits"), ("exclusions", "open")]
    assert not made.caused_by_accident
    assert db.session.scalars(db.select(Audit.detail).where(Audit.deed == "claim.recommended")).one() == "round 1"
    message = db.session.scalars(db.select(Message).order_by(Message.id.desc())).first()
    assert message is not None
    assert (message.kind, message.values) == ("claim-recommend", {"claim": one.ref}), "not which way it goes"


def test_the_first_reviewer_never_decides(desk: tuple[Account, Account]) -> None:
    one = recommended(first=desk[0])
    for deed in (
        lambda: actions.decide(one, PAID, by=desk[0], at=NOW),
        lambda: actions.decide(one, REFUSED, by=desk[0], at=NOW),
        lambda: actions.send_back(one, "请再看一遍。", by=desk[0], at=NOW),
    ):
        with pytest.raises(SamePerson):
            deed()
    assert one.state == "recommended"


def test_an_approval_is_decided_told_noticed_and_committed_to(desk: tuple[Account, Account]) -> None:
    one = recommended(first=desk[0])
    decision = actions.decide(one, PAID, by=desk[1], at=LATER)
    assert one.state == "approved"
    assert (decision.round, decision.by, decision.amount_fen) == (1, desk[1].id, FULL_FEN)
    assert decision.recommendation.by == desk[0].id
    assert (decision.would_change, decision.appeal_until) == ("", None)
    notice = db.session.scalars(db.select(Notice)).one()
    assert (notice.kind, notice.about, notice.account_id) == ("decision", decision.id, one.account_id)
    assert told() == ["claim-begin-review", "claim-recommend", "claim-approve"]
    assert deeds()[-1] == "claim.decided"
    fact = db.session.scalars(db.select(Fact).where(Fact.type == "decision")).one()
    assert decisions.commitment_of(decision, one) in fact.body
    for secret in (one.ref, "approve", str(FULL_FEN), "4.2", "病理报告", decision.salt):
        assert secret not in fact.body


def test_a_commitment_opens_for_one_decision_only(desk: tuple[Account, Account]) -> None:
    first = recommended(first=desk[0])
    decision = actions.decide(first, PAID, by=desk[1], at=LATER)
    before = decisions.commitment_of(decision, first)
    db.session.expunge(decision)
    decision.amount_fen -= 1
    assert decisions.commitment_of(decision, first) != before


def test_a_line_that_moves_from_the_evidence_to_the_reason_is_another_decision(desk: tuple[Account, Account]) -> None:
    one = recommended(first=desk[0], value=REFUSE)
    decision = actions.decide(one, dataclasses.replace(REFUSED, reason="第一行\n第二行"), by=desk[1], at=LATER)
    same = {name: getattr(decision, name) for name in ("salt", "round", "verdict", "amount_fen", "clause")}
    same |= {"would_change": decision.would_change, "appeal_until": decision.appeal_until}
    words = {"evidence": decision.evidence, "reason": decision.reason}
    assert decisions.commitment_of(Decision(**same, **words), one) == decisions.commitment_of(decision, one)
    moved = Decision(**same, evidence=f"{decision.evidence}\n第一行", reason="第二行")
    assert decisions.commitment_of(moved, one) != decisions.commitment_of(decision, one)


def test_a_refusal_says_until_when_to_appeal(desk: tuple[Account, Account]) -> None:
    one = recommended(first=desk[0], value=REFUSE)
    decision = actions.decide(one, REFUSED, by=desk[1], at=LATER)
    assert one.state == "refused"
    assert decision.appeal_until == dt.date(2026, 12, 24)
    assert decision.amount_fen == 0


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [({"clause": ""}, "clause"), ({"evidence": " "}, "evidence"), ({"would_change": ""}, "would_change_it")],
)
def test_a_refusal_that_does_not_say_all_it_must_is_refused(
    desk: tuple[Account, Account], lacking: dict[str, str], missing: str
) -> None:
    one = recommended(first=desk[0], value=REFUSE)
    with pytest.raises(RefusalIncomplete) as refused:
        actions.decide(one, dataclasses.replace(REFUSED, **lacking), by=desk[1], at=NOW)
    assert refused.value.missing == (missing,)
    assert one.state == "recommended"


def test_a_refusal_needs_its_reason_and_a_clause_of_these_rules(desk: tuple[Account, Account]) -> None:
    one = recommended(first=desk[0], value=REFUSE)
    with pytest.raises(Incomplete):
        actions.decide(one, dataclasses.replace(REFUSED, reason=""), by=desk[1], at=NOW)
    with pytest.raises(NoSuchClause):
        actions.decide(one, dataclasses.replace(REFUSED, clause="99.9"), by=desk[1], at=NOW)


def test_a_decision_that_differs_says_why(desk: tuple[Account, Account]) -> None:
    one = recommended(first=desk[0], value=REFUSE)
    with pytest.raises(Incomplete) as refused:
        actions.decide(one, PAID, by=desk[1], at=NOW)
    assert refused.value.missing == ("reason",)
    actions.decide(one, dataclasses.replace(PAID, reason="会诊后确认为浸润癌。"), by=desk[1], at=NOW)
    assert one.state == "approved"


def test_an_amount_above_the_table_is_refused_and_one_below_it_says_why(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    actions.begin(one, by=desk[0], at=NOW)
    with pytest.raises(MoreThanTheRulesGive) as refused:
        actions.recommend(one, dataclasses.replace(PAY, amount_fen=FULL_FEN + 1, reason="x"), by=desk[0], at=NOW)
    assert refused.value.most_fen == FULL_FEN
    with pytest.raises(Incomplete):
        actions.recommend(one, dataclasses.replace(PAY, amount_fen=1), by=desk[0], at=NOW)
    actions.recommend(one, dataclasses.replace(PAY, amount_fen=1, reason="因逾期无法查清。"), by=desk[0], at=NOW)
    assert one.recommendations[-1].amount_fen == 1


def test_another_benefit_than_the_one_asked_for_becomes_that_of_the_claim(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    actions.begin(one, by=desk[0], at=NOW)
    low = dataclasses.replace(PAY, amount_fen=5_000_000, clause="4.3", benefit="low_grade_tumour")
    with pytest.raises(Incomplete):
        actions.recommend(one, low, by=desk[0], at=NOW)
    actions.recommend(one, dataclasses.replace(low, reason="甲状腺乳头状癌 I 期。"), by=desk[0], at=NOW)
    assert one.benefit == "low_grade_tumour"
    paid = dataclasses.replace(PAID, amount_fen=5_000_000, clause="4.3")
    assert actions.decide(one, paid, by=desk[1], at=NOW).amount_fen == 5_000_000


def test_an_event_in_the_waiting_period_is_refused_by_rule(desk: tuple[Account, Account]) -> None:
    one = handed_in(event_on=dt.date(2026, 7, 8))
    actions.begin(one, by=desk[0], at=NOW)
    with pytest.raises(RuledOut) as refused:
        actions.recommend(one, PAY, by=desk[0], at=NOW)
    assert isinstance(refused.value.findings[0], StillWaiting)
    actions.recommend(one, dataclasses.replace(PAY, caused_by_accident=True), by=desk[0], at=NOW)
    with pytest.raises(RuledOut):
        actions.decide(one, PAID, by=desk[1], at=NOW)
    actions.decide(one, dataclasses.replace(PAID, caused_by_accident=True), by=desk[1], at=NOW)
    assert one.state == "approved"


def test_in_the_accident_plan_every_event_waits(desk: tuple[Account, Account]) -> None:
    of = membership(account().id, "accident", joined=NOW - dt.timedelta(days=20))
    one = claim(of, state="in_review", event_on=dt.date(2026, 11, 20))
    one.benefit = "disability_10"
    db.session.flush()
    value = dataclasses.replace(PAY, amount_fen=1_000_000, clause="4.3", caused_by_accident=True)
    with pytest.raises(RuledOut):
        actions.recommend(one, value, by=desk[0], at=NOW)


def test_an_event_after_the_end_of_the_membership_is_refused_by_rule(desk: tuple[Account, Account]) -> None:
    one = handed_in()
    of = one.membership
    of.state, of.end_seq, of.ended_at = "left", 0, dt.datetime(2026, 10, 19, 16, 0, tzinfo=dt.UTC)
    db.session.flush()
    actions.begin(one, by=desk[0], at=NOW)
    with pytest.raises(RuledOut) as refused:
        actions.recommend(one, PAY, by=desk[0], at=NOW)
    assert isinstance(refused.value.findings[0], AlreadyEnded)


def test_reimbursement_ends_at_the_top_of_a_lifetime(desk: tuple[Account, Account]) -> None:
    of = membership(account().id, "lifelong-million")
    earlier, one = (claim(of, state="in_review", event_on=dt.date(2026, 10, day)) for day in (19, 20))
    earlier.benefit = one.benefit = "documented_costs"
    db.session.flush()
    most = 100_000_000
    value = dataclasses.replace(PAY, amount_fen=most - 100, reason="按单据。")
    actions.recommend(earlier, value, by=desk[0], at=NOW)
    paid = dataclasses.replace(PAID, amount_fen=most - 100, reason="按单据。")
    actions.decide(earlier, paid, by=desk[1], at=NOW)
    with pytest.raises(MoreThanTheRulesGive) as refused:
        actions.recommend(one, value, by=desk[0], at=NOW)
    assert refused.value.most_fen == 100


def test_the_full_benefit_is_given_once(desk: tuple[Account, Account]) -> None:
    one = recommended(first=desk[0])
    other = claim(one.membership, state="in_review", event_on=dt.date(2026, 10, 21))
    actions.recommend(other, PAY, by=desk[0], at=NOW)
    actions.decide(one, PAID, by=desk[1], at=NOW)
    with pytest.raises(GivenOnce) as refused:
        actions.decide(other, PAID, by=desk[1], at=NOW)
    assert refused.value.other == one.ref
    smaller = dataclasses.replace(PAID, benefit="low_grade_tumour", amount_fen=5_000_000, reason="另一处低度肿瘤。")
    actions.decide(other, smaller, by=desk[1], at=NOW)
    assert other.state == "approved"
