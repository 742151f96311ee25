"""Published cases that leave their period before the settlement: withdrawn, or by an admitted objection.

Nothing vanishes silently: each removal is a row and a public fact, its case keeps a page that says what became of it,
and an approval of the sum it stood in is void.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import and_, exists, select, update
from sqlalchemy.orm import lazyload

from app.db import db
from app.domain.period_states import VOUCHED_STATES
from app.models import Award, Carry, Case, Claim, Deferral, Objection, Removal
from app.services import audit, facts, pools, public_stories, settling
from app.services.objections import state_fact

Cause = Literal["withdrawn", "objection"]


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A case that is in no period now: removed from it before the settlement, or deferred to the next one."""

    case: Case
    removal: Removal | None
    objection: Objection | None
    """The one whose admission removed it; None for a case that was withdrawn."""
    deferral: Deferral | Carry | None
    """Why it waits for the next period: an objection was not answered, or its period was cancelled."""


def standing_case(claim: Claim) -> Case | None:
    """The public case of a claim that waits for its settlement; None for a claim that has none.

    A case that was deferred, or whose period was cancelled, waits for its next period and is public all the same.
    """
    if claim.state not in {"published", "approved"}:
        return None
    wanted = (
        select(Case)
        .join(Award, Case.award_id == Award.id)
        .where(Award.claim_id == claim.id, ~exists().where(Removal.case_id == Case.id))
        .order_by(Case.id.desc())
        .limit(1)
    )
    if claim.state == "approved":
        wanted = wanted.where(
            exists().where(Deferral.award_id == Award.id, Deferral.to_period_id.is_(None))
            | exists().where(Carry.award_id == Award.id, Carry.to_period_id.is_(None))
        )
    return db.session.scalar(wanted)


def taken_out(ref: str) -> TakenOut | None:
    """A case that was removed before its settlement, or waits for the next period; None for any other."""
    found: Any = db.session.execute(
        select(Case, Claim.state, Removal, Objection, Deferral, Carry)
        .join(Award, Case.award_id == Award.id)
        .join(Claim, Award.claim_id == Claim.id)
        .outerjoin(Removal, Removal.case_id == Case.id)
        .outerjoin(Objection, Objection.id == Removal.objection_id)
        .outerjoin(Deferral, and_(Deferral.award_id == Award.id, Deferral.to_period_id.is_(None)))
        .outerjoin(Carry, and_(Carry.award_id == Award.id, Carry.to_period_id.is_(None)))
        .where(Case.ref == ref)
        .options(lazyload(Objection.case))
    ).first()
    if found is None:
        return None
    case, state, removal, objection, deferral, carry = found
    deferral = deferral or carry
    if removal is None and (deferral is None or state != "approved"):
        return None
    return TakenOut(case, removal, objection, deferral)


def hold(claim: Claim) -> Case | None:
    """Let nobody publish, settle, defer, move or answer meanwhile; the case as it is now.

    The pool goes first, as everywhere; then the claim is read anew.
    """
    pools.hold(claim.membership.pool, alone=True)
    db.session.refresh(claim, with_for_update={"of": Claim})
    case = standing_case(claim)
    if case is not None:
        db.session.refresh(case)
        db.session.refresh(case.period)
    return case


def remove(case: Case, cause: Cause, *, at: dt.datetime, objection: Objection | None = None) -> Removal:
    """Write down that a case left, after its claim was moved. Its pool is held.

    Objections that nobody answered have nothing to be about any more: they are moot. An approval of the sum that the
    case stood in is void, and a treasurer has to look again.
    """
    period = case.period
    removal = Removal(
        case_id=case.id,
        period_id=period.id,
        number=case.number,
        cause=cause,
        objection_id=objection.id if objection else None,
        at=at,
    )
    db.session.add(removal)
    _moot(case, at=at)
    public_stories.case_left(case, for_good=cause == "withdrawn", at=at)
    facts.state(
        "removal", period.name, at=at, plan=period.plan.slug, case=case.ref, number=case.number, cause=cause,
        amount_fen=case.amount_fen,
    )  # fmt: skip
    audit.note("case.removed", "period", period.name, by=None, role="system", at=at, detail=f"{case.ref}, {cause}")
    db.session.flush()
    if period.state in VOUCHED_STATES:
        settling.void_approval(period, at=at)
    return removal


def _moot(case: Case, *, at: dt.datetime) -> None:
    left = db.session.scalars(select(Objection).where(Objection.case_id == case.id, Objection.state == "open")).all()
    for objection in left:
        db.session.execute(
            update(Objection)
            .where(Objection.id == objection.id, Objection.state == "open")
            .values(state="moot", answered_at=at)
            .execution_options(synchronize_session=False)
        )
        db.session.refresh(objection)
        state_fact(objection, "moot", at=at)
