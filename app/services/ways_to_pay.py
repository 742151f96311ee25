"""How somebody who was asked for money pays it: by a transfer with our reference, or on the payment service's page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from app.db import db
from app.domain.references import in_groups
from app.models import Application, Membership, Payment
from app.payment_settings import CustodyDetails, PaymentSettings


@dataclass(frozen=True, slots=True)
class Way:
    """One payment that has not arrived, and what its payer does now."""

    reference: str
    """In groups, to be copied by hand."""
    amount_fen: int
    account: CustodyDetails | None
    """Where a transfer goes; None when the operator has not named this custody account."""
    page: str | None
    """Where the payment service takes it."""


def way_of(payment: Payment) -> Way | None:
    """What the payer of a payment does; None when it does not wait, or when money comes by itself here."""
    settings: PaymentSettings = current_app.config["PAYMENTS"]
    if payment.state != "asked" or payment.adapter != settings.name or settings.name == "sandbox":
        return None
    reference = in_groups(payment.ref)
    if settings.name == "webhook":
        return Way(reference, payment.amount_fen, None, settings.page.replace("{reference}", payment.reference))
    return Way(reference, payment.amount_fen, settings.accounts.get(_custody_of(payment)), None)


def _custody_of(payment: Payment) -> str:
    if payment.application_id is not None:
        return db.session.get_one(Application, payment.application_id).plan.custody_account
    return db.session.get_one(Membership, payment.membership_id).pool.plan.custody_account
