"""What the desk of refunds asks: what waits, since when, why, and what went lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.db import db
from app.models import Account, Application, Membership, Plan, Refund, SuspenseItem
from app.services import suspense
from app.services.days import day_of

A_PAGE: Final = 50
_LATELY: Final = 20


@dataclass(frozen=True, slots=True)
class Held:
    """One payment in suspense."""

    item: SuspenseItem
    days: int
    """How long it has been here."""
    plan: Plan
    application: Application | None
    membership: Membership | None


@dataclass(frozen=True, slots=True)
class Sums:
    """How many refunds stand in one state, and what they come to."""

    count: int
    amount_fen: int


def held(*, on: dt.date) -> list[Held]:
    """Every payment in suspense, longest first."""
    items = db.session.scalars(
        select(SuspenseItem)
        .where(SuspenseItem.closed_at.is_(None))
        .order_by(SuspenseItem.held_at, SuspenseItem.id)
        .limit(A_PAGE)
    ).all()
    return [
        Held(
            item,
            (on - day_of(item.held_at)).days,
            suspense.plan_of(item),
            db.session.get(Application, item.payment.application_id) if item.payment.application_id else None,
            db.session.get(Membership, item.payment.membership_id) if item.payment.membership_id else None,
        )
        for item in items
    ]


def open_refunds() -> Sequence[Refund]:
    """Refunds that have not arrived: sent back first, then longest due."""
    return db.session.scalars(
        select(Refund)
        .where(Refund.state != "paid")
        .order_by(Refund.state != "returned", Refund.due_at, Refund.id)
        .limit(A_PAGE)
    ).all()


def sums() -> dict[str, Sums]:
    """Every state that is not over, with its number and sum."""
    rows = db.session.execute(
        select(Refund.state, func.count(Refund.id), func.sum(Refund.amount_fen))
        .where(Refund.state != "paid")
        .group_by(Refund.state)
    ).all()
    return {state: Sums(int(count), int(fen)) for state, count, fen in rows}


def paid_lately() -> Sequence[Refund]:
    """The last refunds that arrived, newest first."""
    return db.session.scalars(
        select(Refund).where(Refund.state == "paid").order_by(Refund.paid_at.desc(), Refund.id.desc()).limit(_LATELY)
    ).all()


def refund(ref: str) -> Refund | None:
    """The refund of this reference."""
    return db.session.scalar(select(Refund).where(Refund.ref == ref))


def item_of(payment_ref: str) -> SuspenseItem | None:
    """What is kept apart of the payment with this reference."""
    return db.session.scalar(select(SuspenseItem).where(SuspenseItem.payment.has(ref=payment_ref)))


def account_refs(refunds: Sequence[Refund]) -> dict[int, str]:
    """The references of the accounts that are told; no names stand on this desk."""
    rows = db.session.execute(
        select(Account.id, Account.ref).where(Account.id.in_([refund.account_id for refund in refunds]))
    ).all()
    return {row.id: row.ref for row in rows}
