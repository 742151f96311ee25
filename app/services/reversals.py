"""A bank takes a payment back that we had received. It is booked where its money is by then; nobody ends at once by it.

Of a live membership the balance falls, below nothing if need be; it cannot end before 24:00 of that day + grace days.
Of an ended one whatever is still owed to it is used first; the rest is a loss, carried by the reserve and then by all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from sqlalchemy import func, select, update

from app.db import db
from app.domain import ledger
from app.domain.ledger import Entry
from app.domain.standing import end_of_protection
from app.models import Deposit, JournalEntry, Membership, Payment, PostingRow, Refund
from app.services import audit, journal, messages, pools, refunds, rulebook, statement, suspense
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
        _from_membership(db.session.get_one(Membership, deposit.membership_id), payment, deposit, by=by, at=at)
    else:
        _from_suspense(payment, by=by, at=at)
    role = "system" if by is None else "treasurer"
    audit.note("payment-reversed", "payment", payment.ref, by=by, role=role, at=at)
    db.session.flush()


def _from_membership(
    membership: Membership, payment: Payment, deposit: Deposit, *, by: int | None, at: dt.datetime
) -> None:
    """Take the amount out of whatever the membership's money is now."""
    amount_fen = payment.amount_fen
    live = db.session.execute(
        update(Membership)
        .where(Membership.id == membership.id, Membership.state.in_(("pending", "sharing")))
        .values(paid_net_fen=Membership.paid_net_fen - amount_fen)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(membership, with_for_update={"of": Membership})
    pool = membership.pool
    bank, loss_fen = ledger.bank(pool.plan.custody_account), 0
    if live.rowcount != 1:  # type: ignore[attr-defined]
        loss_fen = _loss_of_ended(membership, amount_fen, at=at)
        postings = ledger.move(ledger.unclaimed_balances(pool.plan.slug), bank, amount_fen)
        membership.paid_net_fen -= amount_fen
    elif membership.state == "pending":
        postings = ledger.move(ledger.pending_funds(pool.name), bank, amount_fen)
    else:
        postings = ledger.move(ledger.member_funds(pool.name), bank, amount_fen)
        pools.move_counter(pool.id, membership.id, thresholds_fen=-amount_fen)
    entry = _book(payment, postings, reverses=deposit.entry_id, by=by, at=at)
    db.session.add(
        Deposit(membership_id=membership.id, entry_id=entry.id, kind="reversal", amount_fen=-amount_fen, at=at)
    )
    if loss_fen:
        _bear_loss(membership, payment, loss_fen, by=by, at=at)
    db.session.flush()
    _tell(membership, payment, at=at)


def _loss_of_ended(membership: Membership, amount_fen: int, *, at: dt.datetime) -> int:
    """What of this amount an ended membership cannot bear: more than is still owed to it and not on its way."""
    open_ = refunds.open_refund(membership)
    on_its_way = open_.amount_fen if open_ is not None and open_.state == "released" else 0
    own_fen = min(max(0, statement.balance_fen(membership) - on_its_way), amount_fen)
    if open_ is not None and open_.state != "released" and own_fen:
        _shrink(open_, own_fen, at=at)
    return amount_fen - own_fen


def _bear_loss(membership: Membership, payment: Payment, loss_fen: int, *, by: int | None, at: dt.datetime) -> None:
    """The reserve bears what nobody else can, as far as it goes; the rest is shared by a later settlement."""
    plan, pool = membership.pool.plan.slug, membership.pool.name
    reserve_fen = min(loss_fen, journal.held_fen(ledger.reserve(plan)))
    unclaimed = ledger.unclaimed_balances(plan)
    postings = (
        *ledger.move(ledger.reserve(plan), unclaimed, reserve_fen),
        *ledger.move(ledger.unpaid_shares(pool), unclaimed, loss_fen - reserve_fen),
    )
    journal.book("reversal-loss", f"reversal-loss:{payment.ref}", postings, by=by, at=at)


def _shrink(refund: Refund, by_fen: int, *, at: dt.datetime) -> None:
    """A refund that has not left is for what is still owed: less, or nothing at all."""
    audit.note("shrink-refund", "refund", refund.ref, by=None, role="system", at=at, detail=str(by_fen))
    if refund.amount_fen > by_fen:
        refund.amount_fen -= by_fen
    else:
        db.session.delete(refund)
    db.session.flush()


def _from_suspense(payment: Payment, *, by: int | None, at: dt.datetime) -> None:
    """The payment never found its place: it leaves suspense. Raises `suspense.NotHeld` when it has gone back before."""
    item = suspense.of_payment(payment)
    if item is None:
        raise LookupError(f"payment {payment.ref} was received and is nowhere")
    suspense.close(item, "returned", at=at)
    booked = db.session.scalars(select(JournalEntry).where(JournalEntry.ref == f"payment:{payment.ref}")).one()
    custody = suspense.plan_of(item).custody_account
    _book(payment, ledger.suspense_returned(custody, payment.amount_fen), reverses=booked.id, by=by, at=at)


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
