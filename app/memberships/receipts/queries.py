"""What receipts ask: the payments of an account, whom each was for, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.domain.references import in_groups
from app.domain.terms import Words
from app.models import Account, Application, Deposit, Membership, Payment, Person, Plan, Refund, SuspenseItem
from app.services import rulebook, vault
from app.services.ways_to_pay import Way, way_of


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment, whom it was for, and what became of it."""

    payment: Payment
    name: str
    plan: Words
    membership_ref: str | None
    """The membership it went to, while this account looks after it."""
    written_ref: str
    """The membership or the application, as a receipt names it."""
    apart: SuspenseItem | None
    """Why it is or was kept apart, when it did not go to a membership at once."""
    refund: Refund | None
    """Where it is on its way back."""
    way: Way | None
    """How it is paid while it waits."""

    @property
    def has_arrived(self) -> bool:
        """Whether there is a receipt: also of one that was taken back later, which says so."""
        return self.payment.received_at is not None

    @property
    def number(self) -> str:
        """Our reference in groups, to be read aloud."""
        return in_groups(self.payment.ref)


def count_payments(account: Account) -> int:
    """How many payments this account was asked for."""
    return db.session.scalar(select(func.count(Payment.id)).where(Payment.account_id == account.id)) or 0


def payments(account: Account, *, page: int, a_page: int, on: dt.date) -> list[Paid]:
    """One page of them, newest first."""
    found = db.session.scalars(
        select(Payment)
        .where(Payment.account_id == account.id)
        .order_by(Payment.id.desc())
        .limit(a_page)
        .offset((page - 1) * a_page)
    ).all()
    return _paid(found, account, on=on)


def payment_of(account: Account, ref: str, *, on: dt.date) -> Paid | None:
    """One payment of this account; what somebody else paid does not exist."""
    found = db.session.scalars(select(Payment).where(Payment.account_id == account.id, Payment.ref == ref)).all()
    return next(iter(_paid(found, account, on=on)), None)


def receipts_behind(
    account: Account, membership: Membership, instants: Collection[dt.datetime]
) -> dict[dt.datetime, str]:
    """The receipts of top-ups on a statement, by their instants; of payments of this account alone."""
    rows = db.session.execute(
        select(Deposit.at, Payment.ref)
        .join(Payment, Deposit.payment_id == Payment.id)
        .where(
            Deposit.membership_id == membership.id,
            Deposit.kind == "topup",
            Deposit.at.in_(set(instants)),
            Payment.account_id == account.id,
        )
    ).all()
    return {row.at: row.ref for row in rows}


def _paid(found: Sequence[Payment], account: Account, *, on: dt.date) -> list[Paid]:
    """A few payments with everything their lines need; each thing is asked once for all of them."""
    memberships = _memberships_of(found)
    applications = _by_id(Application, {one.application_id for one in found})
    apart = {
        item.payment_id: item
        for item in db.session.scalars(select(SuspenseItem).where(SuspenseItem.payment_id.in_([p.id for p in found])))
    }
    back = {
        refund.suspense_id: refund
        for refund in db.session.scalars(
            select(Refund).where(Refund.suspense_id.in_([item.id for item in apart.values()]))
        )
    }
    paid = []
    for payment in found:
        held = memberships.get(payment.id)
        application = applications.get(payment.application_id or 0)
        person, plan, written = _about(held, application)
        item = apart.get(payment.id)
        paid.append(
            Paid(
                payment=payment,
                name=vault.unseal(person.name_sealed, purpose="person.name") if person is not None else "",
                plan=rulebook.rules_of(rulebook.version_on(plan.id, on)).name,
                membership_ref=held.ref if held is not None and held.account_id == account.id else None,
                written_ref=written,
                apart=item,
                refund=back.get(item.id) if item is not None else None,
                way=way_of(payment),
            )
        )
    return paid


def _about(held: Membership | None, application: Application | None) -> tuple[Person | None, Plan, str]:
    if held is not None:
        return held.person, held.pool.plan, held.ref
    if application is None:
        raise LookupError("a payment is for a membership or an application")
    return application.person, application.plan, application.ref


def _memberships_of(found: Sequence[Payment]) -> dict[int, Membership]:
    """By payment: the membership it was for, or the one its application became."""
    direct = _by_id(Membership, {one.membership_id for one in found})
    became = {
        one.application_id: one
        for one in db.session.scalars(
            select(Membership).where(Membership.application_id.in_({p.application_id for p in found} - {None}))
        )
    }
    pairs = ((one.id, direct.get(one.membership_id or 0) or became.get(one.application_id)) for one in found)
    return {number: held for number, held in pairs if held is not None}


def _by_id(of: type[Any], ids: Collection[int | None]) -> dict[int, Any]:
    return {row.id: row for row in db.session.scalars(select(of).where(of.id.in_(set(ids) - {None})))}
