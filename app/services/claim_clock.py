"""The clock of a claim: what was promised, what happened, how late it is, and since when it stands still and why.

The first look is promised from the day a claim was handed in; the decision from then on, or anew from an appeal or an
admitted objection; the payment for the last day of payment of the period that settled it. While the claimant is asked
for something the clock of the decision stands still.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import select

from app.db import db
from app.models import Award, Claim, ClaimStep, Payout, Period
from app.services import claim_file
from app.services.days import day_of

Name = Literal["first_look", "decision", "payment"]
LOOKED_AT: Final = frozenset({"ask_evidence", "begin_review", "recommend"})
_DECIDED: Final = frozenset({"approve", "refuse"})
WAITING: Final = ("submitted", "in_review", "recommended", "appealed")
"""The states in which the review has the next step."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One day that was promised, and the day it happened."""

    name: Name
    by: dt.date
    kept_on: dt.date | None
    """None while it has not happened."""
    round: int
    """How often the claim was looked at anew before: by an appeal, or by an admitted objection."""

    def late_days(self, on: dt.date) -> int:
        """How many days after the promised day it happened, or how many it is late by now; 0 in time."""
        return max(0, ((self.kept_on or on) - self.by).days)


@dataclass(frozen=True, slots=True)
class Standstill:
    """The clock of the decision stands still, because the claimant was asked for something."""

    since: dt.date
    days: int


def promises_of(claim: Claim, *, on: dt.date) -> tuple[Promise, ...]:
    """The promises of a claim that was handed in, in their order; the payment only once there is something to pay."""
    promised = claim_file.promises(claim, on=on)
    looked = next((step for step in claim.steps if step.move in LOOKED_AT), None)
    number, began = claim_file.clock_began(claim)
    decided = next((step for step in claim.steps[began:] if step.move in _DECIDED), None)
    return (
        Promise("first_look", promised.first_look_by, _on(looked), 0),
        Promise("decision", promised.decision_by, _on(decided), number),
        *_payment(claim),
    )


def standstill(claim: Claim, *, on: dt.date) -> Standstill | None:
    """Since when the clock stands still; None while it runs."""
    if claim.state != "evidence_asked":
        return None
    since = day_of(claim.steps[-1].at)
    return Standstill(since, (on - since).days)


def broken(claim: Claim, *, on: dt.date) -> Promise | None:
    """The promise that is being broken now: what should have happened before today and has not; None in time."""
    if claim.state in WAITING:
        waits_for: Name = "first_look" if claim.state == "submitted" and not _was_looked_at(claim) else "decision"
    elif claim.state == "settled":
        waits_for = "payment"
    else:
        return None
    promise = next((one for one in promises_of(claim, on=on) if one.name == waits_for), None)
    return promise if promise is not None and promise.kept_on is None and promise.late_days(on) else None


def _was_looked_at(claim: Claim) -> bool:
    return any(step.move in LOOKED_AT for step in claim.steps)


def _payment(claim: Claim) -> tuple[Promise, ...]:
    """Of the newest settled part whose money is on its way or arrived; what the bank refused waits for an account."""
    row = db.session.execute(
        select(Payout, Period)
        .join(Award, Payout.award_id == Award.id)
        .join(Period, Award.period_id == Period.id)
        .where(Award.claim_id == claim.id)
        .order_by(Payout.id.desc())
        .limit(1)
    ).first()
    if row is None or row.Payout.state in {"failed", "returned"}:
        return ()
    paid = next((step for step in reversed(claim.steps) if step.move == "pay"), None)
    kept_on = _on(paid) if claim.state == "paid" else None
    return (Promise("payment", row.Period.pay_by_day, kept_on, row.Payout.id),)


def _on(step: ClaimStep | None) -> dt.date | None:
    return day_of(step.at) if step else None
