"""What of a refund is still owed, whatever a bank took back since. A refund is held before its membership, always."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.db import db
from app.models import Payment, Plan, Pool, Refund, SuspenseItem
from app.services import audit, statement, suspense


def hold_open(membership_id: int) -> Refund | None:
    """The refund of a membership that has not arrived yet, held as it is now. Hold it before the membership."""
    return db.session.scalar(
        select(Refund)
        .where(Refund.membership_id == membership_id, Refund.state != "paid")
        .with_for_update(of=Refund)
        .execution_options(populate_existing=True)
    )


def is_open(membership_id: int) -> bool:
    """Whether a membership has a refund that has not arrived yet, whoever holds it."""
    found = select(Refund.id).where(Refund.membership_id == membership_id, Refund.state != "paid").limit(1)
    return db.session.scalar(found) is not None


def hold_of_item(item: SuspenseItem) -> Refund | None:
    """The refund of a payment that was in suspense, held as it is now."""
    return db.session.scalar(
        select(Refund)
        .where(Refund.suspense_id == item.id)
        .with_for_update(of=Refund)
        .execution_options(populate_existing=True)
    )


def shrink(refund: Refund, *, at: dt.datetime) -> bool:
    """A refund that has not left is for no more than is still owed, or for nothing at all; returns whether it stays.

    Hold the refund first, then its membership.
    """
    if refund.membership is not None:
        owed_fen = max(0, statement.balance_fen(refund.membership))
    else:
        owed_fen = 0 if is_taken_back(refund) else refund.amount_fen
    if owed_fen == 0:
        drop(refund, at=at)
        return False
    if owed_fen < refund.amount_fen:
        _note_less(refund, refund.amount_fen - owed_fen, at=at)
        refund.amount_fen = owed_fen
        db.session.flush()
    return True


def drop(refund: Refund, *, at: dt.datetime) -> None:
    """Nothing of a refund is owed any more: it does not go."""
    _note_less(refund, refund.amount_fen, at=at)
    db.session.delete(refund)
    db.session.flush()


def _note_less(refund: Refund, by_fen: int, *, at: dt.datetime) -> None:
    audit.note("shrink-refund", "refund", refund.ref, by=None, role="system", at=at, detail=str(by_fen))


def is_taken_back(refund: Refund) -> bool:
    """Whether the bank took back the payment that this refund sends back."""
    if refund.suspense is None:
        return False
    payment = db.session.scalar(select(Payment.state).where(Payment.id == refund.suspense.payment_id))
    return payment == "reversed"


def plan_of(refund: Refund) -> Plan:
    """The plan whose money goes back."""
    if refund.membership is not None:
        return refund.membership.pool.plan
    if refund.suspense is None:
        raise LookupError(f"refund {refund.ref} comes from nowhere")
    return suspense.plan_of(refund.suspense)


def pool_of(refund: Refund) -> Pool:
    """The pool whose members bear it when more went back than was owed."""
    if refund.membership is not None:
        return refund.membership.pool
    return pool_of_plan(plan_of(refund))


def pool_of_plan(plan: Plan) -> Pool:
    """The pool a payment of this plan was meant for."""
    return db.session.scalars(select(Pool).where(Pool.plan_id == plan.id).order_by(Pool.id).limit(1)).one()
