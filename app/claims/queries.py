"""What the claims room asks. A claim is loaded through `filing`: what is with another account does not exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from app.claims.bills.queries import shown as bills_shown
from app.claims.way.queries import case_of, clock_of, is_too_late_to_appeal, last_decision, stages
from app.db import db
from app.domain import claim_states
from app.domain.event_groups import event_group
from app.domain.places import province
from app.domain.terms import Rules
from app.models import Audit, Claim, Decision, Evidence, Membership, Notice
from app.services import (
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


def moves_of(claim: Claim, *, on: dt.date) -> tuple[str, ...]:
    """What its claimant may do with a claim on a day: what the table says, but no appeal after its last day."""
    moves = claim_states.moves_from(claim.state, "member")
    if "withdraw_part" in moves:
        moves = (claim_states.withdrawal(claim.state, has_settled_part=parts.has_settled_part(claim)),)
    return tuple(move for move in moves if move != "appeal" or not is_too_late_to_appeal(claim, on=on))


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
