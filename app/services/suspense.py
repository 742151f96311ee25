"""Money in suspense: received, and its place not known. It waits for a check, or came after a membership had ended."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update

from app.db import db
from app.domain import ledger
from app.models import Application, Membership, Payment, Plan, SuspenseItem
from app.services import journal, messages


class NotHeld(Exception):
    """The payment is not in suspense (any more); `closed_as` says what became of it."""

    def __init__(self, closed_as: str | None) -> None:
        super().__init__(f"not held: {closed_as}")
        self.closed_as = closed_as


def hold(payment: Payment, reason: str, *, at: dt.datetime) -> SuspenseItem:
    """Keep a received payment apart. `reason` is `application`, `membership_ended` or `plan_closes`."""
    item = SuspenseItem(payment_id=payment.id, reason=reason, held_at=at)
    db.session.add(item)
    db.session.flush()
    plan = plan_of(item)
    journal.book(
        "suspense",
        f"payment:{payment.ref}",
        ledger.suspense_deposit(plan.custody_account, payment.amount_fen),
        by=payment.account_id,
        at=at,
    )
    if reason != "application":
        membership = db.session.get_one(Membership, payment.membership_id)
        messages.tell(
            payment.account_id,
            "payment-kept-apart" if reason == "membership_ended" else "payment-plan-closes",
            key=f"suspense:{payment.ref}",
            at=at,
            plan=plan.slug,
            membership=membership.ref,
            amount_fen=payment.amount_fen,
        )
    return item


def of_payment(payment: Payment) -> SuspenseItem | None:
    """What is kept apart of a payment, or was."""
    return db.session.scalar(db.select(SuspenseItem).where(SuspenseItem.payment_id == payment.id))


def close(item: SuspenseItem, closed_as: str, *, at: dt.datetime) -> None:
    """The payment leaves suspense, once. Raises `NotHeld` for whoever comes second."""
    changed = db.session.execute(
        update(SuspenseItem)
        .where(SuspenseItem.id == item.id, SuspenseItem.closed_at.is_(None))
        .values(closed_at=at, closed_as=closed_as)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(item)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotHeld(item.closed_as)


def plan_of(item: SuspenseItem) -> Plan:
    """The plan a payment in suspense was meant for."""
    payment = db.session.get_one(Payment, item.payment_id)
    if payment.application_id is not None:
        return db.session.get_one(Application, payment.application_id).plan
    return db.session.get_one(Membership, payment.membership_id).pool.plan
