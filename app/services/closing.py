"""Closing a plan: proposed by one, announced by another, perhaps taken back; every member is told.

What follows from it is the clock's (`closing_steps`). Until the last period is locked the announcement can be taken
back with a public reason; after that there is no way back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, Literal

from sqlalchemy import select, update

from app.db import db
from app.domain import closing as stages
from app.models import Closing, Membership, Plan
from app.services import audit, closings, counters, facts, joining, messages, outbox
from app.services.days import day_of

TELL: Final = "tell-closing"
"""The work that tells everybody who has a membership of the plan, a piece of the accounts at a time."""
_PIECE = 500
Role = Literal["treasurer", "operator"]


class ClosesAlready(Exception):
    """A closing of this plan is proposed, announced, or carried out."""


class SameProposer(PermissionError):
    """Whoever proposed a closing does not announce it as well."""


class ClosingMoved(Exception):
    """Somebody else, or the clock, moved the closing in the meantime; `stage` is where it is now."""

    def __init__(self, stage: str) -> None:
        super().__init__(f"the closing is {stage} by now")
        self.stage = stage


def propose(  # noqa: PLR0913 -- what, when, why, and who
    plan: Plan, closing_day: dt.date, reason: str, *, by: int, role: Role, at: dt.datetime
) -> Closing:
    """Propose that a plan closes; nothing is public yet and nothing changes.

    Raises `ClosesAlready`, `ClosingNeedsReason` and `ClosingDayTooSoon`.
    """
    counters.hold(joining.pool_of(plan.id), alone=True)
    if closings.open_of(plan.id) is not None:
        raise ClosesAlready
    found = Closing(plan_id=plan.id, closing_day=closing_day, reason=reason.strip(), proposed_by=by, proposed_at=at)
    stages.check(closing_day, reason, announced_on=day_of(at), terms=closings.terms_of(found))
    db.session.add(found)
    db.session.flush()
    audit.note("propose-closing", "plan", plan.slug, by=by, role=role, at=at, detail=closing_day.isoformat())
    return found


def announce(closing: Closing, *, by: int, role: Role, at: dt.datetime) -> None:
    """A second person announces the closing: from this instant on it is public and binding.

    Raises `SameProposer`, `ClosingMoved`, and `ClosingDayTooSoon` when the proposal has waited too long.
    """
    _hold(closing)
    if closing.proposed_by == by:
        raise SameProposer
    if closing.stage != "proposed":
        raise ClosingMoved(closing.stage)
    terms = closings.terms_of(closing)
    stages.check(closing.closing_day, closing.reason, announced_on=day_of(at), terms=terms)
    move_stage(closing, "announce", role=role, announced_at=at, announced_by=by)
    facts.state(
        "closing-announced", closing.plan.slug, at=at, reason=closing.reason,
        closing_day=closing.closing_day.isoformat(),
        claims_until=stages.claims_until(closing.closing_day, terms).isoformat(),
    )  # fmt: skip
    audit.note("announce-closing", "plan", closing.plan.slug, by=by, role=role, at=at)
    _ask_to_tell(closing, "plan-closes", after=0, at=at)


def drop(closing: Closing, *, by: int, role: Role, at: dt.datetime) -> None:
    """Let a proposal go before it was announced. Raises `ClosingMoved`."""
    _hold(closing)
    if closing.stage != "proposed":
        raise ClosingMoved(closing.stage)
    move_stage(closing, "drop", role=role, ended_at=at, ended_by=by)
    audit.note("drop-closing", "plan", closing.plan.slug, by=by, role=role, at=at)


def take_back(closing: Closing, reason: str, *, by: int, role: Role, at: dt.datetime) -> None:
    """Take an announcement back before the last period is locked: the plan goes on. The reason is public.

    Raises `ClosingNeedsReason` and `ClosingMoved`.
    """
    _hold(closing)
    if not reason.strip():
        raise stages.ClosingNeedsReason
    if not may_take_back(closing):
        raise ClosingMoved("last_period" if closing.stage == "announced" else closing.stage)
    move_stage(closing, "take_back", role=role, ended_at=at, ended_by=by, end_reason=reason.strip())
    facts.state("closing-taken-back", closing.plan.slug, at=at, reason=closing.end_reason)
    audit.note("take-back-closing", "plan", closing.plan.slug, by=by, role=role, at=at)
    _ask_to_tell(closing, "plan-goes-on", after=0, at=at)


def may_take_back(closing: Closing) -> bool:
    """Whether the announcement can still be taken back: the last period is not locked yet.

    Between its lock and the clock's next look there is no way back either.
    """
    return closing.stage == "announced" and closings.next_shared(closing) is not None


def _hold(closing: Closing) -> None:
    """One deed after the other, and none while a period of the plan is locked or settled."""
    counters.hold(joining.pool_of(closing.plan_id), alone=True)
    db.session.refresh(closing)


def move_stage(closing: Closing, move: str, *, role: str, **values: Any) -> None:
    """Make one move of the table. Compare-and-set: the loser of a race gets `ClosingMoved`."""
    before = closing.stage
    to_stage = stages.TABLE.after(before, move, role)
    changed = db.session.execute(
        update(Closing)
        .where(Closing.id == closing.id, Closing.stage == before)
        .values(stage=to_stage, **values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(closing)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise ClosingMoved(closing.stage)


def _ask_to_tell(closing: Closing, kind: str, *, after: int, at: dt.datetime) -> None:
    outbox.ask(TELL, f"{TELL}:{kind}:{closing.ref}:{after}", at=at, closing=closing.ref, news=kind, after=after)


def tell(payload: Mapping[str, Any], at: dt.datetime) -> None:
    """Tell the next piece of accounts with a live membership, and ask for the piece after it. Told twice, told once."""
    closing = db.session.scalars(select(Closing).where(Closing.ref == payload["closing"])).one()
    accounts = db.session.scalars(
        select(Membership.account_id)
        .where(
            Membership.plan_id == closing.plan_id,
            Membership.state.in_(("pending", "sharing")),
            Membership.account_id > payload["after"],
        )
        .distinct()
        .order_by(Membership.account_id)
        .limit(_PIECE)
    ).all()
    until = stages.claims_until(closing.closing_day, closings.terms_of(closing))
    for account_id in accounts:
        messages.tell(
            account_id,
            payload["news"],
            key=f"{payload['news']}:{closing.ref}:{account_id}",
            at=at,
            plan=closing.plan.slug,
            reason=closing.end_reason or closing.reason,
            closing_day=closing.closing_day.isoformat(),
            claims_until=until.isoformat(),
        )
    if len(accounts) == _PIECE:
        _ask_to_tell(closing, payload["news"], after=accounts[-1], at=at)
