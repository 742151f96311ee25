"""What the review room asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.db import db
from app.domain.calendar import completed_years
from app.domain.claim_states import SamePerson
from app.domain.masking import document_masked, family_name_masked
from app.domain.terms import Clause, MemberTerms, Rules, Words
from app.models import Account, Claim, Decision, Evidence, Membership, Plan, Recommendation
from app.services import claim_file, decisions, hands, rule_checklist, rulebook, vault
from app.services.days import day_of
from app.services.rule_checklist import Amount, Check
from app.web.clock import local

WAITING: Final = ("submitted", "in_review", "recommended", "appealed")
"""The states in which a claim waits for a caseworker, in the order of its way."""
PAGE_ROWS: Final = 20
_LATELY: Final = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims of the queue to show: of one plan, in one state, after one claim."""

    plan: str | None = None
    state: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One claim of the queue."""

    claim: Claim
    plan: Words
    age_days: int
    """Days since it was handed in."""
    due_on: dt.date
    """The day promised for the next step."""
    late_days: int
    needs_another: bool
    """This caseworker had a hand in it and may not decide it."""
    left: tuple[str, ...]
    """When it needs another: the names of those who may decide it; empty when everybody had a hand in it."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue, how many claims it has in all, and the claim the next page comes after."""

    rows: tuple[Waiting, ...]
    total: int
    next_after: str | None


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
    """What the first reviewer judged: point and answer, and whether an accident caused the illness."""

    points: dict[str, str]
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


def plans() -> tuple[tuple[str, Words], ...]:
    """Every plan with its name, in their order."""
    rows = db.session.scalars(db.select(Plan).order_by(Plan.position)).all()
    named = ((plan.slug, rulebook.newest_version(plan.id)) for plan in rows)
    return tuple((slug, rulebook.rules_of(version).name) for slug, version in named if version is not None)


def claims_waiting(wanted: Wanted, *, by: Account, today: dt.date, limit: int = PAGE_ROWS) -> Queue:
    """The claims that wait for a caseworker, longest first; own ones are not among them."""
    asked = (
        db.select(Claim)
        .join(Membership, Claim.membership_id == Membership.id)
        .join(Plan, Membership.plan_id == Plan.id)
        .where(Claim.state.in_(WAITING), hands.of_others(by.id))
    )
    if wanted.plan:
        asked = asked.where(Plan.slug == wanted.plan)
    if wanted.state:
        asked = asked.where(Claim.state == wanted.state)
    total = db.session.scalar(db.select(db.func.count()).select_from(asked.subquery())) or 0
    before = claim_for_review(wanted.after) if wanted.after else None
    if before is not None:
        same_moment = (Claim.submitted_at == before.submitted_at) & (Claim.id > before.id)
        asked = asked.where((Claim.submitted_at > before.submitted_at) | same_moment)
    found = db.session.scalars(asked.order_by(Claim.submitted_at, Claim.id).limit(limit + 1)).all()
    people = hands.caseworkers()
    rows = tuple(_waiting(claim, by=by, today=today, people=people) for claim in found[:limit])
    return Queue(rows, total, rows[-1].claim.ref if len(found) > limit else None)


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
        lines=claim_file.checklist(claim),
        checks=rule_checklist.checks_of(claim, on=today),
        amounts=rule_checklist.amounts_of(claim),
        may_be_accident=rule_checklist.may_be_accident(claim, on=today),
        waiting=_waiting(claim, by=by, today=today, people=hands.caseworkers()),
        history=_history(claim, reads=reads),
    )


def judged(claim: Claim) -> Judged | None:
    """What the first reviewer judged with the last recommendation; not what the one of an appeal found alone."""
    alone = {made.recommendation_id for made in claim.decisions if made.recommendation.by == made.by}
    last = next((made for made in reversed(claim.recommendations) if made.id not in alone), None)
    if last is None:
        return None
    return Judged({one.point: one.answer for one in last.judgements}, last.caused_by_accident)


def _waiting(claim: Claim, *, by: Account, today: dt.date, people: Sequence[Account]) -> Waiting:
    handed_in = day_of(claim.submitted_at) if claim.submitted_at else today
    due_on = _due_on(claim, today=today)
    needs_another = _needs_another(claim, by)
    return Waiting(
        claim=claim,
        plan=rulebook.rules_of(claim.member_terms.version).name,
        age_days=(today - handed_in).days,
        due_on=due_on,
        late_days=max((today - due_on).days, 0) if claim.state in WAITING else 0,
        needs_another=needs_another,
        left=tuple(one.name for one in hands.left_to_decide(claim, people)) if needs_another else (),
    )


def _needs_another(claim: Claim, by: Account) -> bool:
    if claim.state not in {"recommended", "appealed"}:
        return False
    try:
        decisions.check_may_decide(claim, by)
    except SamePerson:
        return True
    return False


def _due_on(claim: Claim, *, today: dt.date) -> dt.date:
    """The first look is promised until somebody looked, the decision afterwards, and anew from an appeal on."""
    appealed = next((step for step in reversed(claim.steps) if step.move == "appeal"), None)
    if claim.state == "appealed" and appealed is not None:
        return day_of(appealed.at) + dt.timedelta(days=claim_file.terms_of(claim).decision_days)
    promised = claim_file.promises(claim, on=today)
    looked = any(step.role == "caseworker" for step in claim.steps)
    return promised.decision_by if looked or claim.state != "submitted" else promised.first_look_by


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
