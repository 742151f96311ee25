"""The way of a claim: its last decision, its stages with what was promised and what happened, and its clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from app.db import db
from app.domain.calendar import period_after
from app.models import Award, Case, Claim, Decision, Period
from app.services import claim_clock, claim_file, rulebook
from app.services.days import day_of

StageName = Literal["handed_in", "first_look", "decision", "publication", "payment", "withdrawn", "refused", "appeal"]
_LOOKED_AT: Final = frozenset({"ask_evidence", "begin_review", "recommend"})
_DECIDED: Final = frozenset({"approve", "refuse"})
_AFTER_APPROVAL: Final = frozenset({"approved", "published", "settled", "paid", "returned", "closed_unpaid"})


def last_decision(claim: Claim) -> Decision | None:
    """The last decision on the claim."""
    return claim.decisions[-1] if claim.decisions else None


def is_too_late_to_appeal(claim: Claim, *, on: dt.date) -> bool:
    """Whether the days to appeal against the last decision are over."""
    decision = last_decision(claim)
    return decision is not None and decision.appeal_until is not None and on > decision.appeal_until


def case_of(claim: Claim) -> Case | None:
    """The claim as the public sees it, once it is published: its newest case."""
    return db.session.scalar(
        db.select(Case)
        .join(Award, Case.award_id == Award.id)
        .where(Award.claim_id == claim.id)
        .order_by(Case.id.desc())
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock of a claim says on a day: why it stands still, and which promise is being broken."""

    standstill: claim_clock.Standstill | None
    broken: claim_clock.Promise | None


def clock_of(claim: Claim, *, on: dt.date) -> Clock:
    """What the clock says; nothing for a draft."""
    return Clock(claim_clock.standstill(claim, on=on), claim_clock.broken(claim, on=on))


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
