"""What the queue knows of a claim without reading its history: its plan, and what is promised until when.

Kept on the claim's own row by the moves, in one place (`claims.move`), so that a queue of a million claims is read from
an index. The promises themselves are those of `claim_file.promises`; a self-check asks both and compares.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import select

from app.db import db
from app.models import Assignment, Claim
from app.services import claim_file
from app.services.days import day_of

WAITING: Final = ("submitted", "in_review", "recommended", "appealed")
"""The states in which a claim waits for a caseworker, in the order of its way."""
AT_DESK: Final = (*WAITING, "evidence_asked")
"""Those, and the one in which the desk waits for the claimant: the clock of the decision stands still."""

Why = Literal["first_look", "decision", "appeal", "stopped"]


@dataclass(frozen=True, slots=True)
class Due:
    """The day promised for the next step of the desk, and what that step is."""

    on: dt.date
    why: Why
    """`stopped`: the clock stands still; the day would hold if the claimant answered on the day the question came."""


def due_of(claim: Claim) -> Due | None:
    """What is promised for the next step; None when the desk has none to make.

    The first look is promised until somebody looked, the decision afterwards, and anew from an appeal on.
    """
    if claim.state not in AT_DESK or claim.submitted_at is None:
        return None
    since = claim.steps[-1].at if claim.steps else claim.submitted_at
    promised = claim_file.promises(claim, on=day_of(since))
    if claim.state == "submitted" and not any(step.role == "caseworker" for step in claim.steps):
        return Due(promised.first_look_by, "first_look")
    named: dict[str, Why] = {"appealed": "appeal", "evidence_asked": "stopped"}
    return Due(promised.decision_by, named.get(claim.state, "decision"))


def keep(claim: Claim) -> None:
    """Write down what the queue reads. Called by every move; also after anything else that moves a promised day."""
    if claim.submitted_at is None:
        return
    due = due_of(claim)
    claim.plan_id = claim.membership.plan_id
    claim.due_on, claim.due_why = (due.on, due.why) if due else (None, None)


def wrong(*, most: int = 100) -> list[str]:
    """The self-check: claims whose kept day, reason or plan differs from what is derived anew, by reference."""
    waiting = select(Claim).where(Claim.submitted_at.is_not(None), Claim.state.in_(AT_DESK) | Claim.due_on.is_not(None))
    found = []
    for claim in db.session.scalars(waiting.order_by(Claim.id)):
        due = due_of(claim)
        kept = (claim.due_on, claim.due_why, claim.plan_id)
        if kept != ((due.on, due.why) if due else (None, None)) + (claim.membership.plan_id,):
            found.append(claim.ref)
        if len(found) == most:
            break
    return found


def unlike_their_assignment() -> list[str]:
    """The self-check: claims that name another caseworker than their live assignment, or one without the other."""
    live = select(Assignment.assigned_to).where(Assignment.claim_id == Claim.id, Assignment.ended_at.is_(None))
    held = live.correlate(Claim).scalar_subquery()
    return list(db.session.scalars(select(Claim.ref).where(Claim.assigned_to.is_distinct_from(held))))
