"""What a caseworker does with a claim: begin, ask, recommend, send back, decide.

Every deed holds the claim's row first and reads it anew, so that of two people at once one wins and the other is told
(`ClaimMoved`, `MoveNotAllowed`). Nobody touches an own claim (`hands.is_own`). What a verdict must hold to stands in
app/services/decisions.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Final

from app.db import db
from app.domain import claim_questions, claim_states
from app.domain.claim_questions import Item
from app.domain.terms import Words
from app.models import Account, Claim, ClaimQuestion, ClaimStep, Decision, Judgement, JudgementNote, Recommendation
from app.services import assignments, audit, claim_file, claims, decisions, facts, hands, messages, notices, questions
from app.services.arrivals import ending as arrivals
from app.services.claims import ClaimMoved
from app.services.days import day_of
from app.services.decisions import DecisionValue, Incomplete, RecommendationValue

__all__ = [
    "DecisionValue",
    "OwnClaim",
    "RecommendationValue",
    "ask",
    "begin",
    "check_unmoved",
    "decide",
    "drop_question",
    "go_on",
    "in_claimants_language",
    "recommend",
    "send_back",
]

_ROLE: Final = "caseworker"


class OwnClaim(PermissionError):
    """The claim is the caseworker's own, or of somebody of the own account."""


def check_unmoved(claim: Claim, *, steps_seen: int) -> None:
    """What somebody decides is what that person saw. Holds the claim; raises `ClaimMoved` when it was moved since.

    A claim that went back and forth is in the state it was in, but not the claim that was read.
    """
    db.session.refresh(claim, with_for_update={"of": Claim})
    if len(claim.steps) != steps_seen:
        raise ClaimMoved(claim.state)


def begin(claim: Claim, *, by: Account, at: dt.datetime) -> None:
    """Take up a claim that was handed in. Whoever had a hand in it may begin; somebody else looks after it then."""
    _hold(claim, by)
    if claim.assigned_to is None and hands.may_decide(claim, by):
        assignments.take(claim, by=by, at=at)
    step = claims.move(claim, "begin_review", by=by.id, role=_ROLE, at=at)
    _note("claim.review_begun", claim, by=by, at=at)
    _tell(claim, step, at=at)


def ask(claim: Claim, items: Sequence[Item], due_on: dt.date, *, by: Account, at: dt.datetime) -> ClaimQuestion:
    """Ask the claimant for a list of things until a day. The decision's clock stands still meanwhile.

    Raises what `claim_questions.check_question` raises, KeyError for a document the checklist does not know.
    """
    claim_questions.check_question(items, due_on, asked_on=day_of(at))
    _hold(claim, by)
    known = {kind.key: kind.name for kind in claim_file.terms_of(claim).checklist}
    lines = [known[item.line].en for item in items if item.kind == "line"]
    step = claims.move(claim, "ask_evidence", by=by.id, role=_ROLE, at=at)
    question = questions.write(claim, step, items, due_on, by=by, at=at)
    notice = notices.issue("question", question.id, account_id=claim.account_id, at=at)
    detail = f"question {question.number}: {len(items)} items, {len(lines)} of the checklist, until {due_on}"
    _note("claim.evidence_asked", claim, by=by, at=at, detail=detail)
    _tell(claim, step, at=at, items=len(items), due_on=due_on.isoformat(), notice=notice.ref)
    return question


def drop_question(claim: Claim, reason: str, *, by: Account, at: dt.datetime) -> None:
    """What was asked for is not needed any more, and the review goes on.

    Raises `Incomplete` without a reason, and `BeingChecked` while a file of the claimant is here and not read yet.
    """
    if not reason.strip():
        raise Incomplete("reason")
    _hold(claim, by)
    arrivals.let_go(claim, at=at)
    step = claims.move(claim, "drop_question", by=by.id, role=_ROLE, at=at, note=reason.strip())
    _note("claim.question_dropped", claim, by=by, at=at)
    _tell(claim, step, at=at)


def go_on(claim: Claim, *, by: Account, at: dt.datetime) -> None:
    """Go on with what is there, once the due day of the question is over. Raises `NotOverdue` and `BeingChecked`."""
    _hold(claim, by)
    question = questions.open_question(claim)
    if question is not None:
        claim_questions.check_may_go_on(question.due_on, day_of(at))
    arrivals.let_go(claim, at=at)
    step = claims.move(claim, "go_on", by=by.id, role=_ROLE, at=at)
    _note("claim.gone_on_without_answer", claim, by=by, at=at)
    _tell(claim, step, at=at)


def recommend(claim: Claim, verdict: RecommendationValue, *, by: Account, at: dt.datetime) -> Recommendation:
    """The first reviewer's recommendation. Raises `AdmittedIt` and what `decisions.check_recommendation` raises.

    A benefit other than the one asked for becomes that of the claim. The claimant is told that it was done, not which
    way it goes: that is decided by somebody else.
    """
    _hold(claim, by)
    claim_states.after(claim.state, "recommend", by=_ROLE)
    decisions.check_did_not_admit(claim, by)
    decisions.check_recommendation(claim, verdict)
    _name_benefit(claim, verdict)
    step = claims.move(claim, "recommend", by=by.id, role=_ROLE, at=at)
    recommendation = _written(claim, verdict, by=by, at=at)
    db.session.add_all(
        Judgement(recommendation_id=recommendation.id, point=point, answer=answer) for point, answer in verdict.judged
    )
    db.session.add_all(
        JudgementNote(recommendation_id=recommendation.id, claim_id=claim.id, point=point, note=note, at=at)
        for point, note in verdict.notes
    )
    assignments.follow(claim, at=at)
    _note("claim.recommended", claim, by=by, at=at, detail=f"round {recommendation.round}")
    _tell(claim, step, at=at)
    return recommendation


def send_back(claim: Claim, reason: str, *, by: Account, at: dt.datetime) -> None:
    """The second reviewer asks for another look. Raises `Incomplete` without a reason, and `SamePerson`."""
    if not reason.strip():
        raise Incomplete("reason")
    _hold(claim, by)
    claim_states.after(claim.state, "send_back", by=_ROLE)
    claim_states.check_second_reviewer(claim.recommendations[-1].by, by.id)
    step = claims.move(claim, "send_back", by=by.id, role=_ROLE, at=at, note=reason.strip())
    _note("claim.sent_back", claim, by=by, at=at)
    _tell(claim, step, at=at)


def decide(claim: Claim, verdict: DecisionValue, *, by: Account, at: dt.datetime) -> Decision:
    """The decision, by somebody who did not recommend and did not decide this claim before.

    Raises `SamePerson` and what `decisions.check_decision` raises. The claimant is told, the notice issued, and the
    public log gets a commitment that names nobody.
    """
    _hold(claim, by)
    claim_states.after(claim.state, verdict.verdict, by=_ROLE)
    decisions.check_may_decide(claim, by)
    decisions.check_decision(claim, verdict, at=at)
    is_appeal = claim.state == "appealed"
    last_day = decisions.appeal_until(claim, at=at)
    _name_benefit(claim, verdict)
    step = claims.move(claim, verdict.verdict, by=by.id, role=_ROLE, at=at)
    # The one caseworker of an appeal recommends to nobody; the finding is kept as that round's own recommendation.
    recommendation = _written(claim, verdict, by=by, at=at) if is_appeal else claim.recommendations[-1]
    decision = _decided(claim, recommendation, verdict, last_day, by=by, at=at)
    plan = claim.membership.pool.plan.slug
    facts.state("decision", plan, at=at, plan=plan, commitment=decisions.commitment_of(decision, claim))
    notice = notices.issue("decision", decision.id, account_id=claim.account_id, at=at)
    _note("claim.decided", claim, by=by, at=at, detail=f"round {decision.round}, {decision.verdict}")
    _tell(claim, step, at=at, amount_fen=decision.amount_fen, notice=notice.ref)
    return decision


def in_claimants_language(claim: Claim, names: Collection[Words]) -> str:
    """A list of names as the claimant reads it: in the language of the claimant's account."""
    language = db.session.get_one(Account, claim.account_id).language
    return "、".join(name.zh for name in names) if language == "zh" else ", ".join(name.en for name in names)


def _hold(claim: Claim, by: Account) -> None:
    """Read the claim as it is now and let nobody else move it meanwhile.

    Raises `OwnClaim`, and `SamePerson` for who was an investigator of this claim before.
    """
    if hands.is_own(claim, by):
        raise OwnClaim
    if hands.investigated(claim, by):
        raise claim_states.SamePerson
    db.session.refresh(claim, with_for_update={"of": Claim})


def _name_benefit(claim: Claim, value: RecommendationValue | DecisionValue) -> None:
    """What is approved decides whether the membership goes on, so the claim is from now on for that benefit."""
    if value.verdict == "approve" and value.benefit:
        claim.benefit = value.benefit


def _written(
    claim: Claim, value: RecommendationValue | DecisionValue, *, by: Account, at: dt.datetime
) -> Recommendation:
    """The row of a recommendation, in the round after the last."""
    recommendation = Recommendation(
        claim_id=claim.id,
        round=1 + max((made.round for made in claim.recommendations), default=0),
        by=by.id,
        at=at,
        verdict=value.verdict,
        amount_fen=value.amount_fen,
        clause=value.clause,
        reason=value.reason.strip(),
        caused_by_accident=value.caused_by_accident,
        computed_fen=decisions.computed_fen(claim, value),
    )
    db.session.add(recommendation)
    db.session.flush()
    db.session.refresh(claim)
    return recommendation


def _decided(  # noqa: PLR0913 -- a decision is made of this much
    claim: Claim,
    recommendation: Recommendation,
    value: DecisionValue,
    last_day: dt.date,
    *,
    by: Account,
    at: dt.datetime,
) -> Decision:
    """The row of a decision."""
    refused = value.verdict == "refuse"
    decision = Decision(
        claim_id=claim.id,
        recommendation_id=recommendation.id,
        round=recommendation.round,
        by=by.id,
        at=at,
        verdict=value.verdict,
        amount_fen=value.amount_fen,
        clause=value.clause,
        evidence=value.evidence.strip(),
        reason=value.reason.strip(),
        would_change=value.would_change.strip() if refused else "",
        appeal_until=last_day if refused else None,
        caused_by_accident=value.caused_by_accident,
        computed_fen=decisions.computed_fen(claim, value),
    )
    db.session.add(decision)
    db.session.flush()
    db.session.refresh(claim)
    return decision


def _note(deed: str, claim: Claim, *, by: Account, at: dt.datetime, detail: str | None = None) -> None:
    audit.note(deed, "claim", claim.ref, by=by.id, role=_ROLE, at=at, detail=detail)
    db.session.flush()


def _tell(claim: Claim, step: ClaimStep, *, at: dt.datetime, **values: object) -> None:
    kind = f"claim-{step.move.replace('_', '-')}"
    messages.tell(claim.account_id, kind, key=f"claim-step:{step.id}", at=at, claim=claim.ref, **values)
