"""What the claims room asks. A claim is loaded through `filing`: what is with another account does not exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.claims.bills.queries import shown as bills_shown
from app.db import db
from app.domain import claim_states
from app.domain.calendar import period_after
from app.domain.event_groups import event_group
from app.domain.places import province
from app.domain.terms import Rules, Words
from app.models import Audit, Award, Case, Claim, Decision, Evidence, Membership, Notice, Period
from app.services import (
    claim_clock,
    claim_file,
    claim_money,
    decisions,
    evidence,
    filing,
    parts,
    questions,
    rulebook,
    vault,
)
from app.services.days import day_of

FINISHED: Final = ("paid", "closed_unpaid", "refused_finally", "withdrawn")


claim_of, claims_of = filing.claim_of, filing.claims_of
memberships_of, membership_of = filing.memberships_of, filing.membership_of
"""Whose a claim is, and on which memberships somebody may make one: asked in one place for every page."""


def draft_for(membership: Membership) -> Claim | None:
    """The draft of a claim on this membership, if one was begun."""
    return db.session.scalar(
        db.select(Claim)
        .where(Claim.membership_id == membership.id, Claim.state == "draft")
        .order_by(Claim.id.desc())
        .limit(1)
    )


def same_event(claim: Claim, *, on: dt.date) -> Claim | None:
    """Another claim of this membership for the same event, handed in before; None when there is none.

    One event, one claim: whoever disagrees with its answer appeals. A withdrawn claim is none, and where documented
    costs are paid back, one that is over and takes no more bills makes room for the next.
    """
    over = ("draft", "withdrawn", *(("refused_finally",) if claim_file.terms_of(claim).kind == "reimbursement" else ()))
    others = db.session.scalars(
        db.select(Claim)
        .where(
            Claim.membership_id == claim.membership_id,
            Claim.id != claim.id,
            Claim.event_on == claim.event_on,
            Claim.state.not_in(over),
        )
        .order_by(Claim.id)
    ).all()
    return next((other for other in others if not (other.state in FINISHED and _is_over(other, on=on))), None)


def _is_over(claim: Claim, *, on: dt.date) -> bool:
    """Whether a paid claim takes no more bills; a lump sum is never claimed for twice."""
    return parts.is_in_parts(claim) and parts.why_closed(claim, on=on) is not None


def instead_of(claim: Claim, number: int) -> list[Words]:
    """The names of the other documents of which one is enough instead of line `number` of the checklist."""
    wanted = [line.wanted for line in claim_file.checklist(claim)]
    here = wanted[number - 1]
    return [one.name for one in wanted if here.alternative == one.alternative != "" and one.key != here.key]


def document_of(claim: Claim, ref: str) -> Evidence | None:
    """A document of the claim that was not taken back."""
    return db.session.scalar(
        db.select(Evidence).where(Evidence.ref == ref, Evidence.claim_id == claim.id, Evidence.removed_at.is_(None))
    )


def looks_at(line: claim_file.Line) -> Sequence[Audit]:
    """Every opening of a document of this line, the latest first."""
    refs = [document.ref for document in line.documents]
    return db.session.scalars(
        db.select(Audit)
        .where(Audit.about_kind == "evidence", Audit.about_ref.in_(refs), Audit.deed.in_(evidence.OPENINGS))
        .order_by(Audit.id.desc())
    ).all()


def looks_of(claim: Claim) -> Sequence[Audit]:
    """Every opening of any document of the claim, taken back or not, the latest first."""
    refs = db.select(Evidence.ref).where(Evidence.claim_id == claim.id)
    return db.session.scalars(
        db.select(Audit)
        .where(Audit.about_kind == "evidence", Audit.about_ref.in_(refs), Audit.deed.in_(evidence.OPENINGS))
        .order_by(Audit.id.desc())
    ).all()


def rules_behind(membership: Membership) -> Rules:
    """The rule version the membership is pinned to."""
    return rulebook.rules_of(membership.member_terms.version)


def name_of(membership: Membership) -> str:
    """The name of the person who may receive."""
    return vault.unseal(membership.person.name_sealed, purpose="person.name")


def last_decision(claim: Claim) -> Decision | None:
    """The last decision on the claim."""
    return claim.decisions[-1] if claim.decisions else None


def moves_of(claim: Claim, *, on: dt.date) -> tuple[str, ...]:
    """What its claimant may do with a claim on a day: what the table says, but no appeal after its last day."""
    moves = claim_states.moves_from(claim.state, "member")
    if "withdraw_part" in moves:
        moves = (claim_states.withdrawal(claim.state, has_settled_part=parts.has_settled_part(claim)),)
    return tuple(move for move in moves if move != "appeal" or not is_too_late_to_appeal(claim, on=on))


def is_too_late_to_appeal(claim: Claim, *, on: dt.date) -> bool:
    """Whether the days to appeal against the last decision are over."""
    decision = last_decision(claim)
    return decision is not None and decision.appeal_until is not None and on > decision.appeal_until


def appeal_days(claim: Claim, *, on: dt.date) -> dict[str, Any]:
    """How many days are left to appeal after this one, and by when an appeal of this day is decided."""
    decision = last_decision(claim)
    last = decision.appeal_until if decision is not None else None
    decided_by = on + dt.timedelta(days=claim_file.terms_of(claim).decision_days)
    return {"days_left": max(0, (last - on).days) if last else 0, "appeal_decided_by": decided_by}


def notice_about(decision: Decision, account_id: int) -> Notice | None:
    """The notice of a decision, for the account it was sent to."""
    return db.session.scalar(
        db.select(Notice).where(Notice.kind == "decision", Notice.about == decision.id, Notice.account_id == account_id)
    )


def case_of(claim: Claim) -> Case | None:
    """The claim as the public sees it, once it is published: its newest case."""
    return db.session.scalar(
        db.select(Case)
        .join(Award, Case.award_id == Award.id)
        .where(Award.claim_id == claim.id)
        .order_by(Case.id.desc())
        .limit(1)
    )


def about(claim: Claim) -> dict[str, Any]:
    """What every page of a claim shows at its top: claim, person, plan and the terms it is judged by."""
    return {
        "claim": claim,
        "person": name_of(claim.membership),
        "plan": rules_behind(claim.membership).name,
        "terms": claim_file.terms_of(claim),
    }


def whole_file(claim: Claim, *, on: dt.date) -> dict[str, Any]:
    """Everything the claim holds, as its claimant sees it on a day."""
    way = stages(claim, on=on)
    decision = last_decision(claim)
    terms = claim_file.terms_of(claim)
    return {
        **about(claim),
        "moves": moves_of(claim, on=on),
        "clock": clock_of(claim, on=on),
        "question": questions.open_question(claim),
        "on": on,
        "decision": decision,
        "notice": notice_about(decision, claim.account_id) if decision else None,
        "case": case_of(claim),
        "known_clauses": {clause.number for clause in (*terms.clauses, *terms.exclusions)},
        "checklist": claim_file.checklist(claim),
        "stages": way,
        "next": next((stage for stage in way if not stage.is_done), None),
        "findings": [(type(finding).__name__, finding) for finding in claim_file.findings(claim, on=on)],
        "bank_account": claim_file.bank_account_of(claim),
        "consents": claim_file.consents_of(claim),
        "money": claim_money.money_of(claim),
        "parts": bills_shown(claim, on=on),
        "benefit": claim_file.benefit_of(claim),
        "group": event_group(claim.disease_group).name if claim.disease_group else None,
        "place": province(claim.province).name if claim.province else None,
        "story": claim_file.story_of(claim),
        "hospital": claim_file.hospital_of(claim),
        "deadline": claim_file.deadline_of(claim, on=on),
        "ready": claim_file.readiness(claim),
        "given": decisions.given_in_full(claim),
    }


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock of a claim says on a day: why it stands still, and which promise is being broken."""

    standstill: claim_clock.Standstill | None
    broken: claim_clock.Promise | None


def clock_of(claim: Claim, *, on: dt.date) -> Clock:
    """What the clock says; nothing for a draft."""
    return Clock(claim_clock.standstill(claim, on=on), claim_clock.broken(claim, on=on))


# --- the time line ---------------------------------------------------------------------------------------------------

StageName = Literal["handed_in", "first_look", "decision", "publication", "payment", "withdrawn", "refused", "appeal"]
_LOOKED_AT: Final = frozenset({"ask_evidence", "begin_review", "recommend"})
_DECIDED: Final = frozenset({"approve", "refuse"})
_AFTER_APPROVAL: Final = frozenset({"approved", "published", "settled", "paid", "returned", "closed_unpaid"})


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a claim: when it was, or by when it is promised."""

    name: StageName
    on: dt.date
    is_done: bool
    promised_on: dt.date | None = None
    """The day that was promised for it, when it happened or should have."""

    @property
    def late_days(self) -> int:
        """How many days after the promised day it happened."""
        return max(0, (self.on - self.promised_on).days) if self.is_done and self.promised_on else 0


def stages(claim: Claim, *, on: dt.date) -> list[Stage]:
    """The way of a claim from handing in to payment, seen on the day `on`; for a draft, as if it went in that day.

    What has been carries its own day, what is to come the day it is promised for. A claim that was withdrawn or
    refused ends there; a refusal that may be appealed ends with the last day for it.
    """
    promised = claim_file.promises(claim, on=on)
    looked = next((step for step in claim.steps if step.move in _LOOKED_AT), None)
    decided = next((step for step in reversed(claim.steps) if step.move in _DECIDED), None)
    way = [
        Stage("handed_in", day_of(claim.submitted_at) if claim.submitted_at else on, claim.submitted_at is not None),
        Stage(
            "first_look",
            day_of(looked.at) if looked else promised.first_look_by,
            looked is not None,
            promised.first_look_by,
        ),
    ]
    if claim.state == "withdrawn":
        withdrawn_on = day_of(claim.steps[-1].at)
        return [*(stage for stage in way if stage.is_done), Stage("withdrawn", withdrawn_on, is_done=True)]
    if claim.state in {"refused", "refused_finally"} and decided is not None:
        refused = Stage("refused", day_of(decided.at), is_done=True, promised_on=promised.decision_by)
        return [*way, refused, *_appeal_day(claim, on=on)]
    decided_on = day_of(decided.at) if decided is not None and claim.state in _AFTER_APPROVAL else None
    way.append(Stage("decision", decided_on or promised.decision_by, decided_on is not None, promised.decision_by))
    return [*way, *_to_come(claim, decided_on or max(promised.decision_by, on), on=on)]


def _to_come(claim: Claim, decided_on: dt.date, *, on: dt.date) -> list[Stage]:
    """Publication and payment: of the case that is published, or of the next period after the decision."""
    case = case_of(claim) if claim.state in _AFTER_APPROVAL - {"approved"} else None
    paid = next((step for step in reversed(claim.steps) if step.move == "pay"), None)
    if case is not None:
        paid_on = day_of(paid.at) if paid and claim.state == "paid" else case.period.pay_by_day
        pay_by = case.period.pay_by_day
        payment = Stage("payment", paid_on, claim.state == "paid", promised_on=pay_by)
        return [Stage("publication", case.published_on, is_done=True), payment]
    after = max(decided_on, on - dt.timedelta(days=1))
    planned = _next_planned(claim.membership.pool_id, after)
    if planned is not None:
        return [
            Stage("publication", planned.publication_day, is_done=False),
            Stage("payment", planned.pay_by_day, is_done=False),
        ]
    version = rulebook.version_on(claim.membership.plan_id, on)
    following = period_after(rulebook.rules_of(version).pool.calendar, after)
    return [
        Stage("publication", following.publication_day, is_done=False),
        Stage("payment", following.pay_by_day, is_done=False),
    ]


def _next_planned(pool_id: int, after: dt.date) -> Period | None:
    """The next period that is planned after a day: one that was cancelled is none, one postponed has its new days."""
    return db.session.scalar(
        db.select(Period)
        .where(Period.pool_id == pool_id, Period.state.in_(("planned", "postponed")), Period.publication_day > after)
        .order_by(Period.publication_day)
        .limit(1)
    )


def _appeal_day(claim: Claim, *, on: dt.date) -> list[Stage]:
    decision = last_decision(claim)
    if claim.state == "refused" and decision is not None and decision.appeal_until is not None:
        return [Stage("appeal", decision.appeal_until, is_done=is_too_late_to_appeal(claim, on=on))]
    return []
