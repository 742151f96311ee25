"""What the letters of a claim tell: that it was received, what is asked, and what was decided or is about to be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.db import db
from app.domain.calendar import completed_years
from app.domain.claim_states import PromisedDates
from app.domain.eligibility import NoSuchBenefit, benefit_for
from app.domain.reimbursement import at_once_fen, last_day_for_bills
from app.domain.terms import Benefit, Clause, PoolTerms, Rules
from app.models import Account, Claim, ClaimQuestion, Decision, Recommendation, RuleVersion
from app.services import claim_file, decisions, questions, rulebook, vault
from app.services.days import day_of
from app.services.decisions import DecisionValue
from app.services.questions import Question


@dataclass(frozen=True, slots=True)
class Receipt:
    """A claim that was handed in, and the days promised for it."""

    claim: Claim
    to: str
    name: str
    version: RuleVersion
    rules: Rules
    promised: PromisedDates
    papers: tuple[tuple[str, str, int], ...]
    """What was handed in: the name of each kind of document in Chinese and English, and how many pages."""


@dataclass(frozen=True, slots=True)
class QuestionLetter:
    """What a claimant is asked for, and until when."""

    claim: Claim
    to: str
    name: str
    version: RuleVersion
    rules: Rules
    question: Question


@dataclass(frozen=True, slots=True)
class Working:
    """How the amount of a decision follows from the table of the rules."""

    benefit: Benefit
    age: int
    """In completed years, on the day of the event."""
    less_fen: int
    """How much less than the table was decided; 0 when it is the table's."""


@dataclass(frozen=True, slots=True)
class DecisionLetter:
    """A decision with everything it rests on."""

    decision: Decision
    recommended_on: dt.date
    claim: Claim
    to: str
    name: str
    version: RuleVersion
    rules: Rules
    pool: PoolTerms
    """The pool's terms on the day of the decision: the calendar that publication follows."""
    clause: Clause | None
    after_appeal: bool
    commitment: str
    """Empty while it is not decided."""
    at_once_fen: int | None
    """What of the approved total is paid at once; None for a lump sum."""
    bills_until: dt.date
    """The last day on which bills are taken."""
    working: Working | None
    """None for a refusal."""
    unanswered: Question | None
    """The question whose answer never came, when it was decided on what was there."""


def receipt(claim: Claim, to: str) -> Receipt:
    """The letter that a claim was received. Raises LookupError for a draft."""
    if claim.submitted_at is None:
        raise LookupError(f"claim {claim.ref} was not handed in")
    handed_in = day_of(claim.submitted_at)
    calendar = rulebook.rules_of(rulebook.version_on(claim.membership.plan_id, handed_in)).pool.calendar
    lines = claim_file.checklist(claim)
    came = [(line, [one for one in line.documents if one.uploaded_at <= claim.submitted_at]) for line in lines]
    return Receipt(
        claim=claim,
        to=to,
        name=name_of(claim),
        version=claim.member_terms.version,
        rules=rulebook.rules_of(claim.member_terms.version),
        promised=claim_file.promised_on_submission(claim, handed_in, calendar),
        papers=tuple(
            (line.wanted.name.zh, line.wanted.name.en, sum(one.pages for one in papers))
            for line, papers in came
            if papers
        ),
    )


def question(row: ClaimQuestion, to: str) -> QuestionLetter:
    """The letter of a question, as it was asked."""
    claim = db.session.get_one(Claim, row.claim_id)
    return QuestionLetter(
        claim=claim,
        to=to,
        name=name_of(claim),
        version=claim.member_terms.version,
        rules=rulebook.rules_of(claim.member_terms.version),
        question=next(one for one in questions.of_claim(claim) if one.number == row.number),
    )


def decision(made: Decision, to: str) -> DecisionLetter:
    """The letter of a decision, with its commitment."""
    claim = db.session.get_one(Claim, made.claim_id)
    refused_before = any(one.id < made.id and one.verdict == "refuse" for one in claim.decisions)
    # An appeal alone is decided without somebody else's recommendation.
    after_appeal = refused_before and made.recommendation.by == made.by
    return _decision(
        made, claim, to, made.recommendation, after_appeal=after_appeal, commitment=decisions.commitment_of(made, claim)
    )


def preview(claim: Claim, value: DecisionValue, *, at: dt.datetime) -> DecisionLetter:
    """The very letter a decision would send, before it is made; nothing is written."""
    refused = value.verdict == "refuse"
    made = Decision(
        claim_id=claim.id,
        at=at,
        verdict=value.verdict,
        amount_fen=value.amount_fen,
        clause=value.clause,
        evidence=value.evidence.strip(),
        reason=value.reason.strip(),
        would_change=value.would_change.strip() if refused else "",
        appeal_until=decisions.appeal_until(claim, at=at) if refused else None,
    )
    to = db.session.get_one(Account, claim.account_id).name
    after_appeal = claim.state == "appealed"
    recommended = claim.recommendations[-1]
    return _decision(made, claim, to, recommended, after_appeal=after_appeal, commitment="", benefit=value.benefit)


def _decision(  # noqa: PLR0913 -- a letter rests on this much
    made: Decision,
    claim: Claim,
    to: str,
    recommended: Recommendation,
    *,
    after_appeal: bool,
    commitment: str,
    benefit: str | None = None,
) -> DecisionLetter:
    terms = claim_file.terms_of(claim)
    version = claim.member_terms.version
    today = rulebook.version_on(claim.membership.plan_id, day_of(made.at))
    return DecisionLetter(
        decision=made,
        recommended_on=day_of(recommended.at),
        claim=claim,
        to=to,
        name=name_of(claim),
        version=version,
        rules=rulebook.rules_of(version),
        pool=rulebook.rules_of(today).pool,
        clause=next((one for one in (*terms.clauses, *terms.exclusions) if one.number == made.clause), None),
        after_appeal=after_appeal,
        commitment=commitment,
        at_once_fen=at_once_fen(made.amount_fen, terms.at_once_bp) if terms.kind == "reimbursement" else None,
        bills_until=last_day_for_bills(day_of(made.at), terms.bills_within_days),
        working=_working(claim, made, benefit or str(claim.benefit)),
        unanswered=_unanswered(claim, made.at),
    )


def _working(claim: Claim, made: Decision, key: str) -> Working | None:
    if made.verdict == "refuse" or claim.event_on is None:
        return None
    terms, age = claim_file.terms_of(claim), completed_years(claim.membership.person.birth_on, claim.event_on)
    here = [one for one in terms.benefits if one.clause == made.clause and one.age_from <= age <= one.age_to]
    try:
        benefit = here[0] if len(here) == 1 else benefit_for(terms, age, key)
    except NoSuchBenefit:
        return None
    return Working(benefit, age, max(benefit.amount_fen - made.amount_fen, 0))


def _unanswered(claim: Claim, before: dt.datetime) -> Question | None:
    """The last question before an instant, when the review went on without its answer."""
    asked = [one for one in questions.of_claim(claim) if one.ended is not None and one.ended.at <= before]
    return asked[-1] if asked and asked[-1].ended is not None and asked[-1].ended.move == "go_on" else None


def name_of(claim: Claim) -> str:
    """The name of the person who may receive."""
    return vault.unseal(claim.membership.person.name_sealed, purpose="person.name")
