"""What the review room asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.db import db
from app.domain.calendar import completed_years
from app.domain.masking import document_masked, family_name_masked
from app.domain.terms import Clause, MemberTerms, Rules
from app.models import Account, Claim, Decision, Evidence, JudgementNote, Recommendation
from app.review.desk.queries import Waiting, rows_of
from app.services import claim_file, filed, hands, rule_checklist, rulebook, vault
from app.services.claim_conditions import Check
from app.services.rule_checklist import Amount
from app.web.clock import local

_LATELY: Final = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of a claim as the desk reads it; `name` is the caseworker's, empty for everybody else."""

    at: dt.datetime
    time: str
    """The hour and minute people here read on the wall."""
    role: str
    name: str
    move: str
    note: str
    verdict: str = ""
    amount_fen: int = 0
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the first reviewer judged: points with answers and notes, and whether an accident caused the illness."""

    points: dict[str, str]
    notes: dict[str, str]
    caused_by_accident: bool


@dataclass(frozen=True, slots=True)
class Workbench:
    """Everything a caseworker sees of one claim besides its evidence."""

    claim: Claim
    rules: Rules
    name: str
    document: str
    age: int
    story: str
    """In the claimant's words; empty for who does not read."""
    reads: bool
    """Whether what was said is unsealed: story, reasons and notes. Otherwise states, times, roles and clauses stay."""
    filed: filed.Filed
    lines: tuple[claim_file.Line, ...]
    checks: tuple[Check, ...]
    amounts: tuple[Amount, ...]
    """What the table gives at this age, the benefit asked for first."""
    may_be_accident: bool
    waiting: Waiting
    history: tuple[Entry, ...]

    @property
    def terms(self) -> MemberTerms:
        """The member terms the claim is judged by."""
        return self.rules.member

    @property
    def clauses(self) -> list[Clause]:
        """Every clause and exclusion in the order of their numbers."""
        every = (*self.terms.clauses, *self.terms.exclusions)
        return sorted(every, key=lambda one: [int(part) for part in one.number.split(".")])


def claim_for_review(ref: str) -> Claim | None:
    """The claim with this reference once it was handed in: drafts are nobody's but the claimant's."""
    return db.session.scalar(db.select(Claim).where(Claim.ref == ref, Claim.submitted_at.is_not(None)))


def document_of(claim: Claim, ref: str) -> Evidence | None:
    """A document of this claim, also one that was taken back."""
    return db.session.scalar(db.select(Evidence).where(Evidence.ref == ref, Evidence.claim_id == claim.id))


def decided_lately(*, by: Account) -> Sequence[tuple[Decision, Claim, str]]:
    """The last decisions, newest first, with the claim and the name of who decided; none of own claims."""
    rows = db.session.execute(
        db.select(Decision, Claim, Account.name)
        .join(Claim, Decision.claim_id == Claim.id)
        .join(Account, Decision.by == Account.id)
        .where(hands.of_others(by.id))
        .order_by(Decision.id.desc())
        .limit(_LATELY)
    )
    return [(decision, claim, name) for decision, claim, name in rows]


def workbench(claim: Claim, *, by: Account, today: dt.date, reads: bool) -> Workbench:
    """The claim, its membership, its rules and what follows from them; what was said is unsealed for who `reads`."""
    person = claim.membership.person
    rules = rulebook.rules_of(claim.member_terms.version)
    age = completed_years(person.birth_on, claim.event_on or today)
    return Workbench(
        claim=claim,
        rules=rules,
        name=family_name_masked(vault.unseal(person.name_sealed, purpose="person.name")),
        document=document_masked(vault.unseal(person.document_sealed, purpose="person.document")),
        age=age,
        story=claim_file.story_of(claim) if reads else "",
        reads=reads,
        filed=filed.filed(claim, reads=reads),
        lines=claim_file.checklist(claim),
        checks=rule_checklist.checks_of(claim, on=today),
        amounts=rule_checklist.amounts_of(claim),
        may_be_accident=rule_checklist.may_be_accident(claim, on=today),
        waiting=rows_of((claim,), by=by, today=today)[0],
        history=_history(claim, reads=reads),
    )


def judged(claim: Claim) -> Judged | None:
    """What the first reviewer judged with the last recommendation; not what the one of an appeal found alone."""
    alone = {made.recommendation_id for made in claim.decisions if made.recommendation.by == made.by}
    last = next((made for made in reversed(claim.recommendations) if made.id not in alone), None)
    if last is None:
        return None
    notes = db.session.scalars(db.select(JudgementNote).where(JudgementNote.recommendation_id == last.id))
    return Judged(
        {one.point: one.answer for one in last.judgements},
        {one.point: one.note for one in notes},
        last.caused_by_accident,
    )


def _history(claim: Claim, *, reads: bool) -> tuple[Entry, ...]:
    """Every step, with what was recommended or decided in it; notes and reasons stay sealed for who does not read."""
    who = {step.account_id for step in claim.steps if step.role not in {"member", "system"}}
    named = db.session.scalars(db.select(Account).where(Account.id.in_(who))).all()
    names = {account.id: account.name for account in named}
    decided: Iterator[Recommendation | Decision] = iter(claim.decisions)
    findings_of_appeals = {made.recommendation_id for made in claim.decisions if made.recommendation.by == made.by}
    recommended = (made for made in claim.recommendations if made.id not in findings_of_appeals)
    sources: dict[str, Iterator[Recommendation | Decision]] = {
        "recommend": recommended,
        "approve": decided,
        "refuse": decided,
    }
    entries = []
    for step in claim.steps:
        made = next(sources[step.move], None) if step.move in sources else None
        name, time = names.get(step.account_id or 0, ""), f"{local(step.at):%H:%M}"
        if made is None:
            note = step.note or "" if reads else ""
            entries.append(Entry(step.at, time, step.role, name, step.move, note))
        else:
            reason = made.reason if reads else ""
            entries.append(
                Entry(step.at, time, step.role, name, step.move, reason, made.verdict, made.amount_fen, made.clause)
            )
    return tuple(entries)
