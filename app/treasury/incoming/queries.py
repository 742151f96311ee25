"""What the desk of payments in asks: a list that turns its pages by key, and one payment with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, or_, select

from app.db import db
from app.models import Application, Deposit, Membership, Payment, SuspenseItem, TransferByHand
from app.services import transfers_by_hand
from app.treasury.incoming.forms import Wanted

A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """One payment in the list, and what it is for."""

    payment: Payment
    membership: str | None
    application: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, newest first."""

    rows: Sequence[Listed]
    before: int | None
    """The key of the next page; None on the last one."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One payment, and where its money is."""

    listed: Listed
    deposit: Deposit | None
    suspense: SuspenseItem | None
    by_hand: TransferByHand | None
    """The transfer it was booked from, when treasurers recorded it."""


def payments(wanted: Wanted) -> Page:
    """The payments asked for, newest first; those brought by lists are the organisers' and not here."""
    chosen = (
        select(Payment, Membership.ref, Application.ref)
        .outerjoin(Membership, Payment.membership_id == Membership.id)
        .outerjoin(Application, Payment.application_id == Application.id)
        .order_by(Payment.id.desc())
        .limit(A_PAGE + 1)
    )
    if wanted.state:
        chosen = chosen.where(Payment.state == wanted.state)
    if wanted.ref:
        ref = wanted.ref.replace("-", "").upper()
        chosen = chosen.where(
            or_(Payment.reference == wanted.ref, Payment.ref == ref, Membership.ref == ref, Application.ref == ref)
        )
    if wanted.before:
        chosen = chosen.where(Payment.id < wanted.before)
    rows = [Listed(*row) for row in db.session.execute(chosen)]
    more = len(rows) > A_PAGE
    return Page(rows[:A_PAGE], rows[A_PAGE - 1].payment.id if more else None)


def sums() -> dict[str, tuple[int, int]]:
    """How many payments stand in each state but `received`, and what they come to."""
    rows = db.session.execute(
        select(Payment.state, func.count(Payment.id), func.sum(Payment.amount_fen))
        .where(Payment.state != "received")
        .group_by(Payment.state)
    ).all()
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def one(ref: str) -> Opened | None:
    """One payment."""
    row = db.session.execute(
        select(Payment, Membership.ref, Application.ref)
        .outerjoin(Membership, Payment.membership_id == Membership.id)
        .outerjoin(Application, Payment.application_id == Application.id)
        .where(Payment.ref == ref)
    ).first()
    if row is None:
        return None
    payment = row[0]
    deposit = db.session.scalar(select(Deposit).where(Deposit.payment_id == payment.id))
    held = db.session.scalar(select(SuspenseItem).where(SuspenseItem.payment_id == payment.id))
    return Opened(Listed(*row), deposit, held, transfers_by_hand.of_payment(payment))
