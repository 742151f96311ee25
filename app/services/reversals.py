"""A bank takes a payment back that we had received. It is booked where its money is by then; nobody ends at once by it.

Of a live membership the balance falls, below nothing if need be; it cannot end before 24:00 of that day + grace days.
Whose balance moved to another plan has it taken there. Of an ended one whatever is still owed to it is used first; the
rest is a loss, carried by the reserve and then by all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, func, select, update

from app.db import db
from app.domain import ledger
from app.domain.ledger import Entry
from app.domain.standing import end_of_protection
from app.models import Deposit, JournalEntry, Membership, Payment, PostingRow, Refund
from app.services import audit, journal, losses, messages, pools, rulebook, statement, still_owed, suspense
from app.services.days import day_of, zone

KIND: Final = "topup-reversed"
"""The kind of the journal entries."""


class NotReceived(Exception):
    """Only a payment that was received can be taken back; `state` is where it is."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the payment is {state}")
        self.state = state


class ReasonMissing(ValueError):
    """Taking a payment back without saying why."""


def reverse(payment: Payment, reason: str, *, by: int | None, at: dt.datetime) -> None:
    """The bank took a payment back. `by` is the treasurer who saw it, None when the payment service said so.

    Raises `NotReceived` for whoever comes second, and `ReasonMissing`.
    """
    if not reason.strip():
        raise ReasonMissing
    changed = db.session.execute(
        update(Payment)
        .where(Payment.id == payment.id, Payment.state == "received")
        .values(state="reversed", reversed_at=at, reason=reason.strip())
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(payment)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotReceived(payment.state)
    deposit = db.session.scalar(select(Deposit).where(Deposit.payment_id == payment.id))
    if deposit is not None:
        _from_membership(payment, deposit, by=by, at=at)
    else:
        _from_suspense(payment, by=by, at=at)
    role = "system" if by is None else "treasurer"
    audit.note("payment-reversed", "payment", payment.ref, by=by, role=role, at=at)
    db.session.flush()


def _from_membership(payment: Payment, deposit: Deposit, *, by: int | None, at: dt.datetime) -> None:
    """Take the amount out of whatever the money is now: of this membership, or of the last one it moved on to."""
    amount_fen = payment.amount_fen
    membership, owed = _taken_from(deposit.membership_id, amount_fen)
    pool = membership.pool
    holder = {"pending": ledger.pending_funds(pool.name), "sharing": ledger.member_funds(pool.name)}.get(
        membership.state, ledger.unclaimed_balances(pool.plan.slug)
    )
    postings = ledger.move(holder, ledger.bank(pool.plan.custody_account), amount_fen)
    entry = _book(payment, postings, reverses=deposit.entry_id, by=by, at=at)
    db.session.add(
        Deposit(membership_id=membership.id, entry_id=entry.id, kind="reversal", amount_fen=-amount_fen, at=at)
    )
    if membership.state == "sharing":
        pools.move_counter(pool.id, membership.id, thresholds_fen=-amount_fen)
    elif membership.state != "pending":
        losses.even_out(membership, -amount_fen, payment.ref, by=by, at=at)
        if owed is not None and owed.state != "released":
            still_owed.shrink(owed, at=at)
    db.session.flush()
    _tell(membership, payment, at=at)


def _taken_from(membership_id: int, amount_fen: int) -> tuple[Membership, Refund | None]:
    """The membership the amount was taken out of, live or ended, and the refund of an ended one that is not paid.

    Like where a refund is sent, it is held before its membership. Whoever ended or moved in the meantime is found
    again, with the refund that came of it.
    """
    while True:
        owed = still_owed.hold_open(membership_id)
        if _lower(membership_id, amount_fen, Membership.state.in_(("pending", "sharing"))):
            break
        later = db.session.scalar(select(Membership.id).where(Membership.moved_from_id == membership_id))
        if later is not None:
            membership_id = later
        elif owed is not None or not still_owed.is_open(membership_id):
            _lower(membership_id, amount_fen, Membership.ended_at.is_not(None))
            owed = owed or still_owed.hold_open(membership_id)
            break
    membership = db.session.get_one(Membership, membership_id)
    db.session.refresh(membership)
    return membership, owed


def _lower(membership_id: int, amount_fen: int, condition: ColumnElement[bool]) -> bool:
    """Lower what a membership has paid, if it is as the condition says; returns whether."""
    changed = db.session.execute(
        update(Membership)
        .where(Membership.id == membership_id, condition)
        .values(paid_net_fen=Membership.paid_net_fen - amount_fen)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount == 1)  # type: ignore[attr-defined]


def _from_suspense(payment: Payment, *, by: int | None, at: dt.datetime) -> None:
    """The payment never found its place: it leaves suspense, and what was to go back does not go any more.

    If it has gone back already, that is a loss. What is on its way is one when it arrives (refunds.confirm).
    Raises `suspense.NotHeld` when it has found its place in the meantime.
    """
    item = suspense.of_payment(payment)
    if item is None:
        raise LookupError(f"payment {payment.ref} was received and is nowhere")
    plan = suspense.plan_of(item)
    postings = ledger.suspense_returned(plan.custody_account, payment.amount_fen)
    try:
        suspense.close(item, "returned", at=at)
    except suspense.NotHeld:
        owed = still_owed.hold_of_item(item)
        if owed is None:
            raise
        if owed.state == "paid":
            postings = losses.borne(
                still_owed.pool_of_plan(plan), ledger.bank(plan.custody_account), payment.amount_fen
            )
        elif owed.state != "released":
            still_owed.drop(owed, at=at)
    booked = db.session.scalars(select(JournalEntry).where(JournalEntry.ref == f"payment:{payment.ref}")).one()
    _book(payment, postings, reverses=booked.id, by=by, at=at)


def _book(payment: Payment, postings: Entry, *, reverses: int, by: int | None, at: dt.datetime) -> JournalEntry:
    return journal.book(KIND, f"payment-reversed:{payment.ref}", postings, by=by, at=at, reverses=reverses)


def _tell(membership: Membership, payment: Payment, *, at: dt.datetime) -> None:
    live = membership.ended_at is None
    grace_days = rulebook.rules_of(rulebook.version_on(membership.plan_id, day_of(at))).pool.grace_days
    last = day_of(end_of_protection(day_of(at), grace_days, zone()) - dt.timedelta(microseconds=1))
    messages.tell(
        membership.account_id, "topup-reversed", key=f"topup-reversed:{payment.ref}", at=at,
        plan=membership.pool.plan.slug, membership=membership.ref, amount_fen=payment.amount_fen,
        balance_fen=statement.balance_fen(membership), live=live, last_day=last.isoformat(),
    )  # fmt: skip


def taken_back_fen(accounts: Iterable[str]) -> dict[str, int]:
    """What banks have ever taken back out of each of these custody accounts: the most that can be missing there."""
    banks = {ledger.bank(account): account for account in accounts}
    taken = (
        select(PostingRow.credit_account, func.sum(PostingRow.amount_fen))
        .join(JournalEntry, PostingRow.entry_id == JournalEntry.id)
        .where(JournalEntry.kind == KIND, PostingRow.credit_account.in_(banks))
        .group_by(PostingRow.credit_account)
    )
    found = {account: int(fen) for account, fen in db.session.execute(taken)}
    return {account: found.get(bank, 0) for bank, account in banks.items()}
