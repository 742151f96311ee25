"""What a payment service is told to do: to ask a payer for money, or to send it. Asked for in the deed, told after it.

Nobody waits for the service inside a deed, and no bank account is written into the outbox: whoever tells it looks up
what it is about. Each order carries our reference; told again, it is the same order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, Literal

from flask import current_app
from sqlalchemy import select

from app.adapters import payment_service
from app.adapters.payments import Outcome
from app.db import db
from app.models import Claim, Payment, Payout, Refund
from app.services import outbox, vault

WORK: Final = "order-payment"
"""The kind of work in the outbox."""
Thing = Literal["payment", "payout", "refund"]
_BANK_ACCOUNT: Final = "bank-account"
_PAYEE: Final = "refund.payee"
_MOST_PAID_BACK: Final = 20


def expect(thing: Thing, ref: str, outcome: Outcome, *, at: dt.datetime) -> None:
    """Let the payment service be told, if this installation has one. `ref` is the row's own reference."""
    if outcome.to_order:
        outbox.ask(WORK, f"order:{thing}:{outcome.reference}", at=at, thing=thing, ref=ref, reference=outcome.reference)


def tell(payload: Mapping[str, Any], *, real_at: dt.datetime) -> None:
    """Tell the service one order, outside of every deed; what is settled by now is not told any more.

    `real_at` is the time on the wall, which the signature carries. Raises `OrderNotTaken`.
    """
    order = _order(payload["thing"], payload["ref"], payload["reference"])
    db.session.rollback()  # nothing is held while the service takes its time
    if order is not None:
        payment_service.order(current_app.config["PAYMENTS"], order, at=real_at)


def _order(thing: Thing, ref: str, reference: str) -> dict[str, Any] | None:
    if thing == "payment":
        payment = db.session.scalars(select(Payment).where(Payment.ref == ref)).one()
        return _said(thing, reference, payment.amount_fen) if payment.state == "asked" else None
    if thing == "payout":
        payout = db.session.scalars(select(Payout).where(Payout.ref == ref)).one()
        if payout.state != "released" or payout.reference != reference:
            return None
        claim = db.session.get_one(Claim, payout.settled.award.claim_id)
        return _said(thing, reference, payout.amount_fen, recipient=_opened(claim.account_sealed, _BANK_ACCOUNT))
    refund = db.session.scalars(select(Refund).where(Refund.ref == ref)).one()
    if refund.state != "released" or refund.reference != reference:
        return None
    if refund.payee_sealed is not None:
        return _said(thing, reference, refund.amount_fen, recipient=_opened(refund.payee_sealed, _PAYEE))
    return _said(thing, reference, refund.amount_fen, pays_back=_paid_by(refund))


def _said(thing: Thing, reference: str, amount_fen: int, **more: Any) -> dict[str, Any]:
    return {"type": thing, "reference": reference, "amount_fen": amount_fen, "currency": "CNY", **more}


def _opened(sealed: bytes | None, purpose: str) -> str:
    return str(vault.unseal(sealed, purpose=purpose)) if sealed else ""


def _paid_by(refund: Refund) -> list[str]:
    """Our references of the payments a refund goes back against, the newest first."""
    if refund.suspense is not None:
        return [refund.suspense.payment.reference]
    received = select(Payment.reference).where(Payment.state == "received")
    mine = received.where(Payment.membership_id == refund.membership_id)
    if refund.membership is not None and refund.membership.application_id is not None:
        mine = received.where(
            (Payment.membership_id == refund.membership_id)
            | (Payment.application_id == refund.membership.application_id)
        )
    return list(db.session.scalars(mine.order_by(Payment.id.desc()).limit(_MOST_PAID_BACK)))
