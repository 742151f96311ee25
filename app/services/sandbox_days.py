"""What the play money's days bring: a payment arrives, fails or comes back, told as a payment service would tell it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.db import db
from app.models import Payment, Payout, Refund
from app.services import payments, payouts, refunds, returns, reversals


def happen(reference: str, what: str, *, at: dt.datetime) -> None:
    """One notification of the sandbox. Told twice, or too late, it changes nothing."""
    payout = db.session.scalar(select(Payout).where(Payout.reference == reference))
    if payout is not None:
        _out(payout, what, at=at)
        return
    refund = db.session.scalar(select(Refund).where(Refund.reference == reference))
    if refund is not None:
        refunds.told(refund, what, at=at)
        return
    if what == "arrive":
        payments.receive(reference, at=at)
    elif what == "fail":
        payments.fail(reference, "bank_refused", at=at)
    else:
        payment = db.session.scalars(select(Payment).where(Payment.reference == reference)).one()
        if payment.state == "received":
            reversals.reverse(payment, "bank_took_back", by=None, at=at)


def _out(payout: Payout, what: str, *, at: dt.datetime) -> None:
    if what == "arrive":
        payouts.confirm(payout, at=at)
    elif what == "fail" and payout.state == "released":
        returns.fail(payout, "account_unknown", by=None, at=at)
    elif what == "come_back" and payout.state == "paid":
        returns.come_back(payout, "account_closed", by=None, at=at)
