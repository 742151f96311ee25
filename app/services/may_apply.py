"""May I apply? What the rules say about an event before anything is filed; nothing of it is kept.

The dates are judged by the same law as a claim (`claim_file.judge_dates`, `domain.eligibility.judge_event`): the answer
here and the notes on a draft can never disagree. What a document proves is left to the caseworkers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import select

from app.db import db
from app.domain.calendar import completed_years
from app.domain.eligibility import Deadline, Finding, benefits_for, judge_event, report_deadline
from app.domain.event_groups import event_group
from app.domain.terms import Benefit, MemberTerms, Rules
from app.models import Membership
from app.services import claim_file, closings, pins, rulebook
from app.services.days import day_of

Verdict = Literal["another_plan", "refused", "no_amount", "late", "yes"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks about: which group of illnesses or accidents, on which day."""

    group: str
    event_on: dt.date
    by_accident: bool
    """An accident directly caused the illness, as whoever asks says."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rules say about an event, with the terms it was judged by."""

    rules: Rules
    terms: MemberTerms
    asked: Asked
    age: int
    """Completed years on the day of the event."""
    findings: tuple[Finding, ...]
    benefits: tuple[Benefit, ...]
    """What the table names at this age: at most one of them, and only if what it describes is proved."""
    deadline: Deadline
    elsewhere: Membership | None = None
    """The membership of the plan before or after, when the person was a member there on that day."""

    @property
    def verdict(self) -> Verdict:
        """The answer in one word; what refuses comes before what is merely late."""
        if event_group(self.asked.group).event != self.terms.event:
            return "another_plan"
        if any(finding.refuses for finding in self.findings):
            return "refused"
        if not self.benefits:
            return "no_amount"
        return "late" if self.deadline.days_left < 0 else "yes"

    @property
    def named(self) -> list[tuple[str, Finding]]:
        """The findings with their names, as the pages of a claim show them."""
        return [(type(finding).__name__, finding) for finding in self.findings]

    @property
    def most_fen(self) -> int:
        """The highest amount the table names at this age; 0 when it names none."""
        return max((benefit.amount_fen for benefit in self.benefits), default=0)


def for_membership(membership: Membership, asked: Asked, *, on: dt.date) -> Answer:
    """The answer for a membership, by the terms pinned on the day of the event. ValueError for a day to come."""
    row = pins.terms_on(membership, asked.event_on)
    terms = rulebook.member_terms(row)
    findings = claim_file.judge_dates(
        membership, terms, event_on=asked.event_on, reported_on=on, accident=asked.by_accident
    )
    found = _answer(rulebook.rules_of(row.version), terms, asked, membership.person.birth_on, findings, on=on)
    return replace(found, elsewhere=_elsewhere(membership, asked.event_on))


def _elsewhere(membership: Membership, event_on: dt.date) -> Membership | None:
    """Where a membership that moved between plans was on a day, when not here."""
    if event_on < membership.joined_on:
        return db.session.get(Membership, membership.moved_from_id) if membership.moved_from_id else None
    if membership.ended_at is None or event_on < day_of(membership.ended_at):
        return None
    return db.session.scalar(select(Membership).where(Membership.moved_from_id == membership.id))


def for_visitor(  # noqa: PLR0913 -- a plan, two dates of a life, and an event
    rules: Rules, plan_id: int, asked: Asked, *, birth_on: dt.date, joined_on: dt.date, on: dt.date
) -> Answer:
    """The answer for somebody who joined a plan on a day, by these rules. ValueError for a day to come."""
    findings = judge_event(
        rules.member,
        joined_on=joined_on,
        last_day=closings.last_event_day(plan_id),
        event_on=asked.event_on,
        reported_on=on,
        accident=asked.by_accident,
    )
    return _answer(rules, rules.member, asked, birth_on, findings, on=on)


def _answer(  # noqa: PLR0913 -- all of it belongs to the answer
    rules: Rules, terms: MemberTerms, asked: Asked, birth_on: dt.date, findings: list[Finding], *, on: dt.date
) -> Answer:
    age = completed_years(birth_on, asked.event_on)
    return Answer(
        rules=rules,
        terms=terms,
        asked=asked,
        age=age,
        findings=tuple(findings),
        benefits=benefits_for(terms, age),
        deadline=report_deadline(terms, asked.event_on, on=on),
    )
