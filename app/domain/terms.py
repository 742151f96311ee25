"""The parameters of a plan, as values: what a rule version says, once it has been read and found sound.

A rule version has two parts. `MemberTerms` are pinned to a membership and change only when that member
acknowledges a newer version. `PoolTerms` hold for everybody who shares and change with a lock.
Money is integer fen, rates are basis points, ages are completed years, days are calendar days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ANSWER_WITHIN_DAYS: Final = 30
"""Days a claimant is given to answer a question where a plan says nothing else (chosen by us)."""

Event = Literal["illness", "accident"]
Shortfall = Literal["reserve", "operator"]


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in the two languages every plan text is written in."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a plan's periods: the n-th publication day of a month belongs to the n-th settle day.

    The pool is locked at 00:00 local time of the publication day. Objections are open on that day and the days after
    it, `objection_days` in all, to 24:00 of the last. A settle day is never before the objections are over.
    """

    publish_days: tuple[int, ...]
    settle_days: tuple[int, ...]
    objection_days: int
    pay_within_days: int


@dataclass(frozen=True, slots=True)
class Closing:
    """What was written down on day one about closing the plan."""

    ahead_days: int
    """The closing day is announced so many days ahead at least."""
    run_off_days: int
    """For so many days after the closing day claims for earlier events may still be made."""
    remainder_to: Words
    """To whom what is left goes in the end; never to the operator."""


@dataclass(frozen=True, slots=True)
class PoolTerms:
    """What holds for the whole pool. `None` in a cap means: no such cap; `glide_bp` None means: no glide."""

    fee_bp: int
    cap_case_fen: int | None
    cap_year_fen: int | None
    glide_bp: int | None
    floor_fen: int
    remind_below_fen: int
    comfortable_fen: int
    join_least_fen: int
    join_proposed_fen: int
    grace_days: int
    notice_days: int
    shortfall_order: tuple[Shortfall, ...]
    reserve_target_fen: int | None
    """What the reserve should hold, filled from outside alone; None: no target."""
    stated_in: tuple[str, ...]
    """The numbers of the clauses that put these terms in words; they change with them, for everybody."""
    calendar: Calendar
    closing: Closing


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered sentence of the rules, e.g. number "3.1"; decisions cite it by that number."""

    number: str
    text: Words


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a case of one severity receives at one age (both ends included, completed years on the event date)."""

    key: str
    name: Words
    clause: str
    age_from: int
    age_to: int
    amount_fen: int
    full: bool
    """True when a lump sum of this benefit ends the membership after it is paid (the person was *helped*)."""


@dataclass(frozen=True, slots=True)
class DeclarationItem:
    """One question of the health declaration; answering yes means the person may not join this plan."""

    key: str
    clause: str
    question: Words
    explanation: Words


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """One document the checklist asks for; kinds that share a non-empty `alternative` replace each other."""

    key: str
    name: Words
    why: Words
    clause: str
    required: bool
    alternative: str


@dataclass(frozen=True, slots=True)
class Cited:
    """The numbers of the clauses that a finding of the machine cites, so that each plan may number its own text."""

    joining: str
    """Membership begins on the joining day; ages of entry."""
    waiting: str
    ending: str
    reporting: str
    bills: str | None
    """How a total is paid in parts, against bills; None where nothing follows bills."""


@dataclass(frozen=True, slots=True)
class MemberTerms:
    """What one member agreed to, and what a claim of that member is judged by."""

    event: Event
    kind: Literal["lump_sum", "reimbursement"]
    entry_age_from_days: int
    """The youngest entry age in days (30 for a newborn plan); 0 when `entry_age_from` alone decides."""
    entry_age_from: int
    entry_age_to: int
    leaves_at_age: int | None
    moves_to: str | None
    """Slug of the plan the member moves to at `leaves_at_age`; None: the membership ends there, or stays for ever."""
    prerequisite: str | None
    waiting_days: int
    report_within_days: int
    appeal_within_days: int
    first_look_days: int
    decision_days: int
    at_once_bp: int
    """What is paid at once of an approved total; the rest follows bills. A lump sum is paid whole: 10,000."""
    bills_before_days: int
    """A bill counts from this many days before the event on; 0 where nothing follows bills."""
    bills_within_days: int
    """Bills are taken until this many days after the approval; 0 where nothing follows bills."""
    top_fen: int
    """The highest payout of the plan; for reimbursement, of a lifetime."""
    benefits: tuple[Benefit, ...]
    declaration: tuple[DeclarationItem, ...]
    checklist: tuple[EvidenceKind, ...]
    exclusions: tuple[Clause, ...]
    clauses: tuple[Clause, ...]
    cited: Cited
    answer_within_days: int = ANSWER_WITHIN_DAYS
    """How long a claimant has to answer a question, when the caseworker names no other day. A version that does not say
    it means the default, and has the fingerprint it always had."""

    def clause(self, number: str) -> Clause:
        """The clause (or exclusion) with this number; `KeyError` when the version has none."""
        for clause in (*self.clauses, *self.exclusions):
            if clause.number == number:
                return clause
        raise KeyError(number)


@dataclass(frozen=True, slots=True)
class Rules:
    """One whole rule version of one plan, as published."""

    slug: str
    number: int
    name: Words
    summary: Words
    helps_with: Words
    member: MemberTerms
    pool: PoolTerms
