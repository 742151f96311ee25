"""Payments that came by hand or from a payment service, each against the word of those who saw them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import func, select

from app.db import db
from app.domain.deliveries import WAITS_TOO_LONG
from app.models import Delivery, JournalEntry, Payment, TransferByHand

_MOST: Final = 100


def witnessed() -> Iterable[str]:
    """What was received by hand was confirmed by a second treasurer, what a service brought it has told us.

    A payment asked through a service may also have come by hand: then two treasurers have seen it.
    """
    told = db.exists().where(
        Delivery.reference == Payment.reference, Delivery.type == "payment.received", Delivery.outcome == "applied"
    )
    seen = db.exists().where(TransferByHand.payment_id == Payment.id, TransferByHand.amount_fen == Payment.amount_fen)
    wanted = (Payment.adapter == "manual") & ~seen | (Payment.adapter == "webhook") & ~told & ~seen
    refs = db.session.scalars(
        select(Payment.ref).where(Payment.received_at.is_not(None), wanted).order_by(Payment.id).limit(_MOST)
    )
    yield from (f"payment {ref}: received, and nobody has said so" for ref in refs)


def not_waiting_too_long() -> Iterable[str]:
    """No news wait for earlier ones longer than a service takes to tell them, by the last entry of the books."""
    last = db.session.scalar(select(func.max(JournalEntry.at)))
    if last is None:
        return
    rows = db.session.execute(
        select(Delivery.told_id, Delivery.type, Delivery.reference)
        .where(Delivery.outcome == "waiting", Delivery.received_at < last - WAITS_TOO_LONG)
        .order_by(Delivery.id)
        .limit(_MOST)
    ).all()
    for told_id, kind, reference in rows:
        yield f"delivery {told_id}: {kind} of {reference} waits for what should have come before it"
