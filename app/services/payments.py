"""Money in: asked for, received once, and booked where it belongs. The same reference twice is one payment."""

from __future__ import annotations

import datetime as dt

from flask import current_app
from sqlalchemy import select, update

from app.adapters.payments import adapter_for
from app.db import db, new_ref
from app.domain import ledger
from app.models import Application, Membership, Payment
from app.services import audit, joining, journal, pools


class UnknownPayment(Exception):
    """No payment was asked for under this reference."""


def ask(  # noqa: PLR0913 -- who asks whom for how much, for what, when
    amount_fen: int,
    *,
    account_id: int,
    at: dt.datetime,
    application: Application | None = None,
    membership: Membership | None = None,
    ref: str | None = None,
) -> Payment:
    """Ask the payer for money through this installation's adapter; booked at once when it has already moved.

    A caller that can be asked twice for the same payment brings its own `ref` (from `new_ref`), unique at rest.
    Raises `NoPaymentAdapter`.
    """
    adapter = adapter_for(current_app.config["MODE"])
    ref = ref or new_ref()
    outcome = adapter.collect(ref, amount_fen)
    payment = Payment(
        ref=ref,
        reference=outcome.reference,
        adapter=adapter.name,
        account_id=account_id,
        amount_fen=amount_fen,
        application_id=application.id if application else None,
        membership_id=membership.id if membership else None,
        asked_at=at,
    )
    db.session.add(payment)
    db.session.flush()
    if outcome.moved:
        receive(outcome.reference, at=at)
    return payment


def receive(reference: str, *, at: dt.datetime) -> Payment:
    """Book a payment that arrived. A second arrival of the same reference changes nothing. Raises `UnknownPayment`."""
    payment = db.session.scalar(select(Payment).where(Payment.reference == reference))
    if payment is None:
        raise UnknownPayment(reference)
    changed = db.session.execute(
        update(Payment)
        .where(Payment.id == payment.id, Payment.state == "asked")
        .values(state="received", received_at=at)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(payment)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        return payment
    if payment.application_id is not None:
        joining.first_payment(payment, at=at)
        return payment
    membership = db.session.get_one(Membership, payment.membership_id)
    try:
        pools.top_up(membership, payment, by=payment.account_id, at=at)
    except pools.MembershipEnded:
        hold_in_suspense(payment, membership.pool.plan.custody_account, at=at)
    audit.note("top-up", "membership", membership.ref, by=payment.account_id, role="member", at=at)
    return payment


def hold_in_suspense(payment: Payment, custody: str, *, at: dt.datetime) -> None:
    """Keep money whose place is not known; the page says so and it can go back to its payer."""
    journal.book(
        "suspense",
        f"payment:{payment.ref}",
        ledger.suspense_deposit(custody, payment.amount_fen),
        by=payment.account_id,
        at=at,
    )
