"""Refunds: what is owed to somebody who is no member any more goes back; and payments that found no place.

Due when the membership has ended (or when somebody asks for a balance that stayed), released by a treasurer, paid when
the bank confirms. What the bank sends back is owed again and can be sent once more. None of it needs the custody cover:
the money was never anybody else's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress

from flask import current_app
from sqlalchemy import insert, inspect, select, update

from app.adapters.payments import adapter_for
from app.db import db, new_ref
from app.domain import ledger
from app.models import Deposit, Membership, Refund, SuspenseItem
from app.services import (
    audit,
    counters,
    heirs,
    journal,
    losses,
    messages,
    outbox,
    payment_orders,
    sandbox,
    statement,
    still_owed,
    suspense,
    vault,
)
from app.services.bank_files import transfers

PAYEE = "refund.payee"
SEND = "send-refund"


class NothingOwed(Exception):
    """There is no balance to give back."""


class RefundMoved(Exception):
    """Somebody else moved the refund in the meantime; `state` is where it is now."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the refund is {state} by now")
        self.state = state


def owe_many(owed: Sequence[tuple[int, int, int]], *, at: dt.datetime) -> None:
    """Make balances due to go back: (membership, account, amount) each, of memberships that have just ended."""
    if owed:
        db.session.execute(
            insert(Refund),
            [
                {
                    "ref": new_ref(), "account_id": account_id, "membership_id": membership_id,
                    "amount_fen": amount_fen, "state": "due", "due_at": at, "attempt": 0,
                }
                for membership_id, account_id, amount_fen in owed
            ],
        )  # fmt: skip


def owe(
    membership: Membership, *, at: dt.datetime, payee_sealed: bytes | None = None, tell: int | None = None
) -> Refund:
    """Make the balance of an ended membership due to go back; `tell` is another account to be told of it.

    Raises `NothingOwed`.
    """
    amount_fen = statement.balance_fen(membership)
    if membership.ended_at is None or amount_fen <= 0 or open_refund(membership) is not None:
        raise NothingOwed
    refund = Refund(
        account_id=tell or membership.account_id,
        membership_id=membership.id,
        amount_fen=amount_fen,
        payee_sealed=payee_sealed,
        due_at=at,
    )
    db.session.add(refund)
    db.session.flush()
    return refund


def ask_back(membership: Membership, *, by: int, at: dt.datetime) -> Refund:
    """A member asks for a balance that stayed owed after the membership ended. Raises `NothingOwed`."""
    db.session.refresh(membership, with_for_update={"of": Membership})
    refund = owe(membership, at=at)
    audit.note("ask-refund", "membership", membership.ref, by=by, role="member", at=at)
    return refund


def open_refund(membership: Membership) -> Refund | None:
    """The refund of a membership that has not arrived yet."""
    return db.session.scalar(select(Refund).where(Refund.membership_id == membership.id, Refund.state != "paid"))


def give_back(item: SuspenseItem, *, at: dt.datetime) -> Refund:
    """Send a payment in suspense on its way back to its payer. Raises `suspense.NotHeld` when it has gone already."""
    suspense.close(item, "returned", at=at)
    refund = Refund(
        account_id=item.payment.account_id, suspense_id=item.id, amount_fen=item.payment.amount_fen, due_at=at
    )
    db.session.add(refund)
    db.session.flush()
    return refund


def refunds_of(membership: Membership) -> Sequence[Refund]:
    """Every refund of a membership, oldest first."""
    return db.session.scalars(select(Refund).where(Refund.membership_id == membership.id).order_by(Refund.id)).all()


def release(refund: Refund, *, by: int, at: dt.datetime) -> None:
    """A treasurer lets one refund go, for the first time or again. Raises `RefundMoved` when somebody was faster.

    Raises `NothingOwed` when the bank has taken back in the meantime what it was for.
    """
    (number,) = inspect(refund).identity or (None,)  # asking the refund itself fails when its row is gone
    changed = db.session.execute(
        update(Refund)
        .where(Refund.id == number, Refund.state.in_(("due", "returned")))
        .values(state="released", released_by=by, released_at=at, attempt=Refund.attempt + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        state = db.session.scalar(select(Refund.state).where(Refund.id == number))
        raise RefundMoved(state) if state else NothingOwed
    db.session.refresh(refund)
    outbox.ask(SEND, f"refund:{refund.ref}:{refund.attempt}", at=at, refund=refund.ref)
    audit.note("release-refund", "refund", refund.ref, by=by, role="treasurer", at=at)


def release_due(*, by: int, at: dt.datetime, most: int = 1_000) -> int:
    """Release everything that is due, oldest first; returns how many.

    What somebody else moved, or a bank took back, in the meantime is left out; the others go all the same.
    """
    due = db.session.scalars(
        select(Refund).where(Refund.state == "due").order_by(Refund.due_at, Refund.id).limit(most)
    ).all()
    released = 0
    for refund in due:
        with suppress(RefundMoved, NothingOwed):
            release(refund, by=by, at=at)
            released += 1
    return released


def send(ref: str, *, at: dt.datetime) -> None:
    """Hand a released refund to the payment service; booked at once when it has arrived. Doing it twice pays once."""
    refund = db.session.scalars(select(Refund).where(Refund.ref == ref).with_for_update(of=Refund)).one()
    if refund.state != "released":
        return
    payee = vault.unseal(refund.payee_sealed, purpose=PAYEE) if refund.payee_sealed else ""
    named = ref if refund.attempt == 1 else f"{ref}-{refund.attempt}"
    adapter = adapter_for(current_app.config["PAYMENTS"], sandbox.take("out", named))
    outcome = adapter.send(named, refund.amount_fen, payee)
    refund.reference = outcome.reference
    db.session.flush()
    if outcome.by_file:
        account = still_owed.plan_of(refund).custody_account
        transfers.wait(named, refund.amount_fen, custody_account=account, at=at, refund=refund)
    if outcome.moved:
        confirm(refund, at=at)
    sandbox.expect(outcome, at=at)
    payment_orders.expect("refund", refund.ref, outcome, at=at)


def told(refund: Refund, what: str, *, at: dt.datetime) -> None:
    """What the payment service tells of a refund later: it arrived, failed or came back. Harmless twice.

    What failed had not left: what is still owed of it waits to be sent again like one that came back.
    """
    # What comes back may make good what a settlement would share: one after the other.
    counters.hold(still_owed.pool_of(refund), alone=False)
    db.session.refresh(refund, with_for_update={"of": Refund})
    if what == "arrive" and refund.state == "released":
        confirm(refund, at=at)
    elif what == "fail" and refund.state == "released":
        refund.state = "returned"
        if refund.membership is not None:
            db.session.refresh(refund.membership, with_for_update={"of": Membership})
        held_by = refund.membership
        still_owed.shrink(refund, at=at)
        db.session.flush()
        heirs.owe(held_by, at=at)
    elif what == "come_back" and refund.state == "paid":
        come_back(refund, by=None, at=at)


def confirm(refund: Refund, *, at: dt.datetime) -> None:
    """The money has arrived: book it and say so."""
    plan = still_owed.plan_of(refund)
    if still_owed.is_taken_back(refund):
        bank = ledger.bank(plan.custody_account)
        postings = losses.borne(still_owed.pool_of(refund), bank, refund.amount_fen)
    elif refund.suspense is not None:
        postings = ledger.suspense_returned(plan.custody_account, refund.amount_fen)
    else:
        postings = ledger.unclaimed_paid(plan.custody_account, plan.slug, refund.amount_fen)
    entry = journal.book("refund", f"refund:{refund.reference}", postings, by=refund.released_by, at=at)
    _write_line(refund, "refund", -refund.amount_fen, entry.id, at=at)
    refund.state, refund.paid_at, refund.entry_id = "paid", at, entry.id
    db.session.flush()
    messages.tell(
        refund.account_id,
        "refund-paid",
        key=f"refund-paid:{refund.reference}",
        at=at,
        plan=plan.slug,
        amount_fen=refund.amount_fen,
        named=refund.payee_sealed is not None,
        **({"membership": refund.membership.ref} if refund.membership else {}),
    )
    heirs.owe(refund.membership, at=at)


def come_back(refund: Refund, *, by: int | None, at: dt.datetime) -> None:
    """The bank has sent a refund back: it is owed again, and says so.

    Raises `RefundMoved` unless it was paid, and while another refund of the same membership is on its way.

    Of what the bank took back of the payments behind it since, it makes good the loss, and is not owed again.
    """
    # What comes back may make good what a settlement would share: one after the other.
    counters.hold(still_owed.pool_of(refund), alone=False)
    db.session.refresh(refund, with_for_update={"of": Refund})
    if refund.state != "paid":
        raise RefundMoved(refund.state)
    other = still_owed.hold_open(refund.membership_id) if refund.membership_id is not None else None
    if other is not None and other.state == "released":
        raise RefundMoved(other.state)
    plan = still_owed.plan_of(refund)
    if still_owed.is_taken_back(refund):
        bank = ledger.bank(plan.custody_account)
        postings = losses.made_good(still_owed.pool_of(refund), bank, refund.amount_fen)
    elif refund.suspense is not None:
        postings = ledger.suspense_deposit(plan.custody_account, refund.amount_fen)
    else:
        postings = ledger.reversal(ledger.unclaimed_paid(plan.custody_account, plan.slug, refund.amount_fen))
    entry = journal.book(
        "refund-returned", f"refund-returned:{refund.reference}", postings, by=by, at=at, reverses=refund.entry_id
    )
    _write_line(refund, "credit", refund.amount_fen, entry.id, at=at)
    if other is not None:  # what was owed beside it goes with it: a membership has one open refund
        refund.amount_fen += other.amount_fen
        still_owed.drop(other, at=at)
    refund.state, refund.paid_at = "returned", None
    role = "treasurer" if by is not None else "system"
    audit.note("return-refund", "refund", refund.ref, by=by, role=role, at=at)
    if not still_owed.shrink(refund, at=at):
        return
    messages.tell(
        refund.account_id,
        "refund-returned",
        key=f"refund-returned:{refund.reference}",
        at=at,
        plan=plan.slug,
        amount_fen=refund.amount_fen,
    )
    heirs.owe(refund.membership, at=at)


def _write_line(refund: Refund, kind: str, amount_fen: int, entry_id: int, *, at: dt.datetime) -> None:
    """A line of the statement: what went back, or came back, of the balance of an ended membership."""
    if refund.membership is None:
        return
    membership = refund.membership
    db.session.refresh(membership, with_for_update={"of": Membership})
    db.session.add(Deposit(membership_id=membership.id, entry_id=entry_id, kind=kind, amount_fen=amount_fen, at=at))
    membership.paid_net_fen += amount_fen
    db.session.flush()
    losses.even_out(membership, amount_fen, f"{kind}:{refund.reference}", by=None, at=at)
