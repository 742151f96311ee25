"""Whose money a transfer is: what the payer wrote on it, and what the bank calls it, against our own references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.db import db
from app.domain.references import as_written
from app.models import Application, Membership, Payment, Plan
from app.services import bank_lines

PAYABLE: Final = ("asked", "failed")
"""The states of a payment that may still arrive."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a transfer is for, as far as what is written on it says."""

    plan: Plan
    account_id: int
    payment: Payment | None
    """The payment that was asked for and has not arrived."""
    membership: Membership | None
    application: Application | None


def meaning_of(written: str, custody: str, bank_reference: str = "") -> Meant | None:
    """Whose money a transfer is; None when nobody knows, or when their plan keeps its money in another account.

    A bank that calls it by a name of ours says most of all.
    """
    named = bank_lines.payment_named(bank_reference) if bank_reference else None
    ref = named.ref if named is not None else as_written(written)
    found = _by_payment(ref) or _by_membership(ref) or _by_application(ref)
    return found if found is not None and found.plan.custody_account == custody else None


def _by_payment(ref: str) -> Meant | None:
    payment = db.session.scalar(select(Payment).where(Payment.ref == ref))
    if payment is None:
        return None
    waits = payment if payment.state in PAYABLE else None
    if payment.membership_id is not None:
        membership = db.session.get_one(Membership, payment.membership_id)
        return Meant(membership.pool.plan, payment.account_id, waits, membership, None)
    application = db.session.get_one(Application, payment.application_id)
    return Meant(application.plan, payment.account_id, waits, None, application)


def _by_membership(ref: str) -> Meant | None:
    membership = db.session.scalar(select(Membership).where(Membership.ref == ref))
    if membership is None:
        return None
    return Meant(membership.pool.plan, membership.account_id, None, membership, None)


def _by_application(ref: str) -> Meant | None:
    """An application that was sent: before that nobody was asked for money."""
    asked = select(Payment).join(Application, Payment.application_id == Application.id).where(Application.ref == ref)
    payment = db.session.scalar(asked.order_by(Payment.state == "asked", Payment.id.desc()).limit(1))
    if payment is None:
        return None
    application = db.session.get_one(Application, payment.application_id)
    waiting = asked.where(Payment.state.in_(PAYABLE)).order_by(Payment.id.desc()).limit(1)
    return Meant(application.plan, application.account_id, db.session.scalar(waiting), None, application)
