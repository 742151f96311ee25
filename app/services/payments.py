"""Money in: asked for, received once, and booked where it belongs. The same reference twice is one payment."""

from __future__ import annotations

import datetime as dt

from flask import current_app
from sqlalchemy import select, update

from app.adapters.payments import adapter_for
from app.db import db, new_ref
from app.models import Application, Membership, Payment
from app.services import audit, closings, joining, messages, payment_orders, pools, refunds, sandbox, suspense


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
    together: str | None = None,
) -> Payment:
    """Ask the payer for money through this installation's adapter; booked at once when it has already moved.

    A caller that can be asked twice for the same payment brings its own `ref` (from `new_ref`), unique at rest; one
    that asks for several memberships at once names them `together`, unique with each of them.
    Raises `NoPaymentAdapter`.
    """
    ref = ref or new_ref()
    adapter = adapter_for(current_app.config["PAYMENTS"], sandbox.take("in", ref))
    outcome = adapter.collect(ref, amount_fen)
    payment = Payment(
        ref=ref,
        reference=outcome.reference,
        adapter=adapter.name,
        account_id=account_id,
        amount_fen=amount_fen,
        application_id=application.id if application else None,
        membership_id=membership.id if membership else None,
        together=together,
        asked_at=at,
    )
    db.session.add(payment)
    db.session.flush()
    if outcome.moved:
        receive(outcome.reference, at=at)
    sandbox.expect(outcome, at=at)
    payment_orders.expect("payment", payment.ref, outcome, at=at)
    return payment


def receive(reference: str, *, at: dt.datetime, came_fen: int | None = None) -> Payment:
    """Book a payment that arrived. A second arrival of the same reference changes nothing.

    One that had failed and arrives after all is booked like any other. `came_fen` is what really came, when that is
    not what was asked for: it is what counts from now on. Raises `UnknownPayment`: money nobody was asked for is
    refused, so that it goes back the way it came.
    """
    payment = db.session.scalar(select(Payment).where(Payment.reference == reference))
    if payment is None:
        raise UnknownPayment(reference)
    changed = db.session.execute(
        update(Payment)
        .where(Payment.id == payment.id, Payment.state.in_(("asked", "failed")))
        .values(state="received", received_at=at, amount_fen=came_fen or Payment.amount_fen)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(payment)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        return payment
    if payment.application_id is not None:
        _for_application(payment, at=at)
        return payment
    membership = db.session.get_one(Membership, payment.membership_id)
    try:
        pools.top_up(membership, payment, by=payment.account_id, at=at)
    except pools.MembershipEnded:
        suspense.hold(payment, "membership_ended", at=at)
    except closings.PlanCloses:
        refunds.give_back(suspense.hold(payment, "plan_closes", at=at), at=at)
    audit.note("top-up", "membership", membership.ref, by=payment.account_id, role="member", at=at)
    return payment


def _for_application(payment: Payment, *, at: dt.datetime) -> None:
    """The first payment begins the membership; a later one of the same application is a top-up, or goes back."""
    application = db.session.get_one(Application, payment.application_id)
    if application.state == "accepted":
        membership = db.session.scalars(select(Membership).where(Membership.application_id == application.id)).one()
        try:
            pools.top_up(membership, payment, by=payment.account_id, at=at)
        except (pools.MembershipEnded, closings.PlanCloses):
            refunds.give_back(suspense.hold(payment, "application", at=at), at=at)
    elif application.state == "refused":
        refunds.give_back(suspense.hold(payment, "application", at=at), at=at)
    elif application.state == "to_be_checked":
        suspense.hold(payment, "application", at=at)
    else:
        joining.first_payment(payment, at=at)


def fail(reference: str, reason: str, *, at: dt.datetime) -> Payment:
    """The payment service says that a payment will not arrive: nothing is booked, and the payer may try again.

    Said twice, or after it arrived, it changes nothing. Raises `UnknownPayment`.
    """
    payment = db.session.scalar(select(Payment).where(Payment.reference == reference))
    if payment is None:
        raise UnknownPayment(reference)
    changed = db.session.execute(
        update(Payment)
        .where(Payment.id == payment.id, Payment.state == "asked")
        .values(state="failed", failed_at=at, reason=reason)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(payment)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        return payment
    audit.note("payment-failed", "payment", payment.ref, by=None, role="system", at=at, detail=reason)
    membership, application = payment.membership_id, payment.application_id
    # Whoever pays for a membership that has gone to another account has no page of it any more.
    own = select(Membership.ref).where(Membership.id == membership, Membership.account_id == payment.account_id)
    ref = db.session.scalar(own) if membership else None
    applied = db.session.scalar(select(Application.ref).where(Application.id == application)) if application else None
    messages.tell(
        payment.account_id, "payment-failed", key=f"payment-failed:{payment.ref}", at=at,
        amount_fen=payment.amount_fen, membership=ref, application=applied,
    )  # fmt: skip
    return payment
