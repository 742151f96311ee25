"""What news of the payment service do: the very deed that a treasurer or the play money would do, at most once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from app.db import db
from app.domain.deliveries import event_of, thing_of, verdict
from app.models import Application, Delivery, Membership, Payment, Payout, PayoutReturn, Plan, Pool, Refund
from app.services import bank_lines, payments, payouts, refunds, returns, reversals, suspense
from app.services.bank_lines import BookedBefore, Line

Outcome = tuple[str, str]
_REFUSED: Final = (
    reversals.NotReceived,
    returns.NotOnItsWay,
    refunds.RefundMoved,
    refunds.NothingOwed,
    suspense.NotHeld,
)
"""What a deed says when somebody else was faster, or when the money is not where it would have to be."""
_NOT_NOW: Final[Mapping[str, Outcome]] = {
    "wait": ("waiting", "too_early"),
    "look": ("to_be_looked_at", "contradicts"),
    "no_change": ("no_change", "again"),
}
_LATE: Final[Outcome] = ("no_change", "late")
Thing = Payment | Payout | Refund


def apply(delivery: Delivery, *, at: dt.datetime, bank_reference: str = "") -> Outcome:
    """Do what news say, if they can be believed now: the outcome, and why when nothing was done.

    `bank_reference` is the line of the bank a payment came in on: booked at another desk already, a person looks.
    """
    thing = _thing(delivery)
    if thing is None:
        return "to_be_looked_at", "unknown_reference"
    if thing.amount_fen != delivery.amount_fen and verdict(delivery.type, _state(thing, delivery)) != "no_change":
        return "to_be_looked_at", "amount_differs"
    for _attempt in range(2):  # a treasurer may be faster once; then there is something new to judge
        state = _state(thing, delivery)
        judged = verdict(delivery.type, state)
        if judged != "apply":
            return _NOT_NOW[judged] if judged != "no_change" or state == event_of(delivery.type) else _LATE
        try:
            with db.session.begin_nested():
                if isinstance(thing, Payment) and bank_reference and delivery.type == "payment.received":
                    line = Line(_custody_of(thing), bank_reference, "in")
                    bank_lines.take(line, desk="news", of=thing.ref, at=at)
                _do(delivery, thing, at=at)
        except BookedBefore:
            return "to_be_looked_at", "line_booked"
        except _REFUSED:
            db.session.refresh(thing)
            continue
        return "applied", ""
    return "to_be_looked_at", "refused"


def _thing(delivery: Delivery) -> Thing | None:
    """What news are about: a payment by our reference, or a transfer by its row's and the number of the attempt."""
    noun = thing_of(delivery.type)
    if noun == "payment":
        # Held, so that a treasurer who books it by hand in the same moment comes before or after.
        chosen = select(Payment).where(Payment.reference == delivery.reference, Payment.adapter == "webhook")
        return db.session.scalar(chosen.with_for_update(of=Payment).execution_options(populate_existing=True))
    ref, attempt = _attempt_of(delivery.reference)
    fresh = {"populate_existing": True}
    found: Payout | Refund | None = (
        db.session.scalar(select(Payout).where(Payout.ref == ref).execution_options(**fresh))
        if noun == "payout"
        else db.session.scalar(select(Refund).where(Refund.ref == ref).execution_options(**fresh))
    )
    return found if found is not None and 1 <= attempt <= found.attempt else None


def _custody_of(payment: Payment) -> str:
    """The custody account of the plan a payment is for."""
    plans = select(Plan.custody_account)
    if payment.membership_id is not None:
        pools_of = plans.join(Pool, Pool.plan_id == Plan.id).join(Membership, Membership.pool_id == Pool.id)
        return db.session.scalars(pools_of.where(Membership.id == payment.membership_id)).one()
    asked = plans.join(Application, Application.plan_id == Plan.id)
    return db.session.scalars(asked.where(Application.id == payment.application_id)).one()


def _attempt_of(reference: str) -> tuple[str, int]:
    """The reference of the row, and the number of the transfer: 1, or what stands behind the hyphen."""
    ref, _, number = reference.partition("-")
    if not number:
        return ref, 1
    return ref, int(number) if number.isascii() and number.isdigit() and int(number) > 1 else 0


def _state(thing: Thing, delivery: Delivery) -> str:
    """Where the very transfer stands that news are about; an earlier attempt failed or came back."""
    if isinstance(thing, Payment):
        return thing.state
    attempt = _attempt_of(delivery.reference)[1]
    if attempt == thing.attempt and thing.state not in {"returned", "failed"}:
        return thing.state
    if isinstance(thing, Payout):
        ended = select(PayoutReturn.kind).where(PayoutReturn.payout_id == thing.id, PayoutReturn.attempt == attempt)
        return db.session.scalar(ended) or thing.state
    failed = db.exists().where(
        Delivery.reference == delivery.reference, Delivery.type == "refund.failed", Delivery.outcome == "applied"
    )
    return "failed" if db.session.scalar(select(failed)) else "returned"


def _do(delivery: Delivery, thing: Thing, *, at: dt.datetime) -> None:
    if isinstance(thing, Payment):
        _of_payment(event_of(delivery.type), thing, at=at)
    elif isinstance(thing, Payout):
        _of_payout(delivery, thing, at=at)
    else:
        _of_refund(event_of(delivery.type), thing, at=at)


def _of_payment(event: str, payment: Payment, *, at: dt.datetime) -> None:
    if event == "received":
        payments.receive(payment.reference, at=at)
    elif event == "failed":
        payments.fail(payment.reference, "bank_refused", at=at)
    else:
        reversals.reverse(payment, "bank_took_back", by=None, at=at)


def _of_payout(delivery: Delivery, payout: Payout, *, at: dt.datetime) -> None:
    event = event_of(delivery.type)
    if event == "paid":
        if not payouts.confirm(payout, at=at):
            raise returns.NotOnItsWay(payout.state)
    elif event == "failed":
        returns.fail(payout, delivery.reason, by=None, at=at)
    else:
        returns.come_back(payout, delivery.reason, by=None, at=at)


def _of_refund(event: str, refund: Refund, *, at: dt.datetime) -> None:
    words = {"paid": "arrive", "failed": "fail", "returned": "come_back"}
    before = refund.state
    refunds.told(refund, words[event], at=at)
    if db.session.scalar(select(Refund.state).where(Refund.id == refund.id)) == before:
        raise refunds.RefundMoved(before)
