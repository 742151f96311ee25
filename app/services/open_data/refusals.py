"""Refusals of a plan up to a lock by group of clauses, told once and kept (domain/refusal_groups.py)."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from app.db import db
from app.domain.claim_figures import OTHER
from app.domain.refusal_groups import told
from app.models import Claim, ClaimStep, Decision, Membership, Period, RefusalCount
from app.services.open_data.stated import Stated

Row = tuple[str | int | None, ...]
_REFUSED = ("refused", "refused_finally")


def rows(period: Period, lock: Stated | None) -> list[Row]:
    """What is kept of a period; what was never told is told first, beginning with the period before."""
    if lock is None or not _refused(period):
        return []
    kept = _kept(period.id)
    if not kept:
        _tell(period)
        kept = _kept(period.id)
    return [(period.name, group, number, lock.number) for group, number in sorted(kept.items())]


def _tell(period: Period) -> None:
    """Each period rests on the one before: the oldest that was never told goes first."""
    waiting, one = list[Period](), period
    while True:
        waiting.append(one)
        before = _before(one)
        if before is None or _kept(before.id) or not _refused(before):
            break
        one = before
    last = _kept(before.id) if before is not None else {}
    for one in reversed(waiting):
        last = told(_true(one), last, _refused(one))
        db.session.add_all(
            RefusalCount(period_id=one.id, clause_group=group, number=number) for group, number in last.items()
        )
    db.session.flush()


def _refused(period: Period) -> int:
    return int((period.received or {}).get("refused", 0))


def _kept(period_id: int) -> dict[str, int]:
    asked = select(RefusalCount.clause_group, RefusalCount.number).where(RefusalCount.period_id == period_id)
    return dict(db.session.execute(asked).all())


def _before(period: Period) -> Period | None:
    """The period of the plan that was locked before this one."""
    return db.session.scalar(
        select(Period)
        .where(Period.plan_id == period.plan_id, Period.locked_at < period.locked_at)
        .order_by(Period.locked_at.desc(), Period.id.desc())
        .limit(1)
    )


def _true(period: Period) -> Counter[str]:
    """How many claims stood refused at the lock, by the first part of the clause of their last refusal."""
    last = (
        select(ClaimStep.claim_id, func.max(ClaimStep.id).label("step_id"))
        .join(Claim, Claim.id == ClaimStep.claim_id)
        .join(Membership, Membership.id == Claim.membership_id)
        .where(Membership.plan_id == period.plan_id, ClaimStep.at <= period.locked_at)
        .group_by(ClaimStep.claim_id)
        .subquery()
    )
    stood = (
        select(last.c.claim_id).join(ClaimStep, ClaimStep.id == last.c.step_id).where(ClaimStep.to_state.in_(_REFUSED))
    )
    clauses = db.session.execute(
        select(Decision.claim_id, Decision.clause)
        .where(Decision.claim_id.in_(stood), Decision.verdict == "refuse", Decision.at <= period.locked_at)
        .order_by(Decision.id)
    )
    by_claim = dict(clauses.all())
    return Counter(clause.partition(".")[0] or OTHER for clause in by_claim.values())
