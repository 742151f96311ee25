"""Transfers that arrived by themselves: what one treasurer saw in the bank another confirms, and then it is booked.

What the payer wrote on it says whose it is: the reference of a payment that was asked for, of a membership, or of an
application. What really came is booked, whatever was asked for. Money whose owner nobody knows waits in suspense until
it finds its place or goes back to where it came from.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, update

from app.db import db
from app.domain import ledger
from app.domain.references import as_written
from app.models import BankLine, JournalEntry, Payment, TransferByHand
from app.services import audit, bank_lines, journal, messages, payments, two_people
from app.services.bank_lines import Booked, BookedBefore, Line, RecordedBefore
from app.services.transfer_meanings import PAYABLE, Meant, meaning_of

KIND: Final = "transfer-held"
"""The kind of the journal entries of money whose owner nobody knows."""


class SameTreasurer(two_people.SamePersonAgain):
    """Whoever recorded a transfer does not confirm it as well."""


class AnsweredBefore(two_people.AnsweredAlready):
    """Somebody answered this transfer already; `state` says how."""


class ArrivedBefore(Exception):
    """The payment this transfer names arrived another way already; `ref` is ours of it. It may be the same money."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"payment {ref} has arrived")
        self.ref = ref


class NoReason(ValueError):
    """A transfer is rejected for a reason that can be read later."""


class NobodysReference(Exception):
    """Nobody is found by this reference, or their money is kept in another custody account."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a treasurer read in the bank's list."""

    bank_reference: str
    custody: str
    written: str
    amount_fen: int
    banked_on: dt.date
    is_another: bool = False
    """The treasurer has seen two lines: this one, and that of the payment of the same name that has arrived."""


def record(seen: Seen, *, by: int, at: dt.datetime) -> TransferByHand:
    """A treasurer records what the bank shows; nothing is booked yet.

    Raises `RecordedBefore`, `BookedBefore` when the line is booked at another desk, and `ArrivedBefore` when the money
    it names has come another way and nobody says that this is another line.
    """
    twice = select(TransferByHand.ref).where(
        TransferByHand.bank_reference == seen.bank_reference, TransferByHand.state != "rejected"
    )
    known = db.session.scalar(twice)
    if known is not None:
        raise RecordedBefore("transfer", known)
    meant = meaning_of(seen.written, seen.custody, seen.bank_reference)
    arrived = None if seen.is_another else _arrived_otherwise(seen.written)
    if arrived is not None:
        raise ArrivedBefore(arrived.ref)
    transfer = TransferByHand(
        bank_reference=seen.bank_reference, custody=seen.custody, written=seen.written, amount_fen=seen.amount_fen,
        asked_fen=meant.payment.amount_fen if meant is not None and meant.payment is not None else None,
        banked_on=seen.banked_on, recorded_by=by, recorded_at=at,
    )  # fmt: skip
    db.session.add(transfer)
    db.session.flush()
    line = Line(seen.custody, seen.bank_reference, "in")
    bank_lines.take(line, desk="transfer", of=transfer.ref, at=at)
    audit.note("record-transfer", "transfer", transfer.ref, by=by, role="treasurer", at=at)
    return transfer


def confirm(transfer: TransferByHand, *, by: int, at: dt.datetime) -> None:
    """A second treasurer has seen it in the bank too: booked where it belongs, or held while nobody knows whose it is.

    Raises `SameTreasurer`, `AnsweredBefore` for whoever comes second, and `BookedBefore` when in the meantime the line
    was booked another way.
    """
    _hold_recorded(transfer, by=by)
    meant = meaning_of(transfer.written, transfer.custody, transfer.bank_reference)
    _refuse_second_booking(transfer)
    if meant is None:
        postings = ledger.suspense_deposit(transfer.custody, transfer.amount_fen)
        entry = journal.book(KIND, f"transfer-held:{transfer.ref}", postings, by=by, at=at)
        transfer.state, transfer.entry_id = "held", entry.id
    else:
        payment = _book(transfer, meant, at=at)
        transfer.state, transfer.payment_id = "confirmed", payment.id
    transfer.decided_by, transfer.decided_at = by, at
    db.session.flush()
    audit.note("confirm-transfer", "transfer", transfer.ref, by=by, role="treasurer", at=at, detail=transfer.state)


def reject(transfer: TransferByHand, reason: str, *, by: int, at: dt.datetime) -> None:
    """A second treasurer does not find it, or not like this: nothing is booked, and it may be recorded anew.

    Raises `NoReason`, `SameTreasurer`, and `AnsweredBefore` for whoever comes second.
    """
    if not reason.strip():
        raise NoReason
    _hold_recorded(transfer, by=by)
    transfer.state, transfer.reason = "rejected", reason.strip()
    transfer.decided_by, transfer.decided_at = by, at
    db.session.flush()
    bank_lines.free("transfer", transfer.ref, at=at)
    audit.note("reject-transfer", "transfer", transfer.ref, by=by, role="treasurer", at=at)


def place(transfer: TransferByHand, written: str, *, by: int, at: dt.datetime) -> None:
    """The owner was found: what waited in suspense is booked for them. `written` is the reference they mean.

    Raises `NobodysReference`, `SameTreasurer` for whoever confirmed it, and `AnsweredBefore`.
    """
    _hold_held(transfer, by=by)
    meant = meaning_of(written, transfer.custody)
    if meant is None:
        raise NobodysReference
    _release(transfer, "transfer-placed", by=by, at=at)
    payment = _book(transfer, meant, at=at)
    transfer.state, transfer.payment_id = "placed", payment.id
    transfer.closed_by, transfer.closed_at = by, at
    db.session.flush()
    audit.note("place-transfer", "transfer", transfer.ref, by=by, role="treasurer", at=at)


def send_back(transfer: TransferByHand, reference: str, *, by: int, at: dt.datetime) -> None:
    """The owner was not found: a treasurer has sent it back to the account it came from, under the bank's `reference`.

    Raises `RecordedBefore` for a reference that took another one back, `BookedBefore` for one that another desk knows,
    `SameTreasurer`, and `AnsweredBefore`.
    """
    _hold_held(transfer, by=by)
    known = db.session.scalar(select(TransferByHand.ref).where(TransferByHand.sent_reference == reference))
    if known is not None:
        raise RecordedBefore("transfer", known)
    bank_lines.take(Line(transfer.custody, reference, "out"), desk="transfer", of=transfer.ref, at=at)
    _release(transfer, "transfer-sent-back", by=by, at=at)
    transfer.state, transfer.sent_reference = "sent_back", reference
    transfer.closed_by, transfer.closed_at = by, at
    db.session.flush()
    audit.note("send-transfer-back", "transfer", transfer.ref, by=by, role="treasurer", at=at)


def transfer_with(ref: str) -> TransferByHand | None:
    """The record of this reference."""
    return db.session.scalar(select(TransferByHand).where(TransferByHand.ref == ref))


def of_payment(payment: Payment) -> TransferByHand | None:
    """The transfer that a payment was booked from; None when it came another way."""
    return db.session.scalar(select(TransferByHand).where(TransferByHand.payment_id == payment.id))


def count(state: str) -> int:
    """How many transfers are in this state."""
    return db.session.scalar(select(func.count(TransferByHand.id)).where(TransferByHand.state == state)) or 0


def held_fen() -> int:
    """What waits in suspense because nobody knows whose it is."""
    found = db.session.scalar(select(func.sum(TransferByHand.amount_fen)).where(TransferByHand.state == "held"))
    return int(found or 0)


def _hold_recorded(transfer: TransferByHand, *, by: int) -> None:
    db.session.refresh(transfer, with_for_update={"of": TransferByHand})
    if transfer.state != "recorded":
        raise AnsweredBefore(transfer.state)
    if transfer.recorded_by == by:
        raise SameTreasurer


def _refuse_second_booking(transfer: TransferByHand) -> None:
    """What was awaited when it was recorded may have arrived since, told by the payment service or found in a file."""
    known = bank_lines.booked_elsewhere(Line(transfer.custody, transfer.bank_reference, "in"))
    arrived = _arrived_otherwise(transfer.written) if transfer.asked_fen is not None else None
    if known is None and arrived is not None:
        known = Booked("payment", arrived.ref)
    if known is not None:
        raise BookedBefore(known)


def _arrived_otherwise(written: str) -> Payment | None:
    """The payment that is written on a transfer, when it has arrived and no line of the bank is known as its own."""
    by_hand = select(TransferByHand.id).where(TransferByHand.payment_id == Payment.id).exists()
    told = select(BankLine.id).where(BankLine.desk == "news", BankLine.of_ref == Payment.ref).exists()
    arrived = Payment.state.in_(("received", "reversed"))
    return db.session.scalar(select(Payment).where(Payment.ref == as_written(written), arrived, ~by_hand, ~told))


def _hold_held(transfer: TransferByHand, *, by: int) -> None:
    db.session.refresh(transfer, with_for_update={"of": TransferByHand})
    if transfer.state != "held":
        raise AnsweredBefore(transfer.state)
    if transfer.decided_by == by:
        raise SameTreasurer


def _release(transfer: TransferByHand, kind: str, *, by: int, at: dt.datetime) -> JournalEntry:
    """The money leaves suspense: to be booked for its owner at once, or to where it came from."""
    postings = ledger.suspense_returned(transfer.custody, transfer.amount_fen)
    return journal.book(kind, f"{kind}:{transfer.ref}", postings, by=by, at=at, reverses=transfer.entry_id)


def _book(transfer: TransferByHand, meant: Meant, *, at: dt.datetime) -> Payment:
    """Book what came as the payment that was asked for, or as one that nobody asked for."""
    if meant.payment is not None and _take(meant.payment):
        payment, asked_fen = meant.payment, meant.payment.amount_fen
        payments.receive(payment.reference, at=at, came_fen=transfer.amount_fen)
        if asked_fen != transfer.amount_fen:
            _tell(payment, asked_fen, transfer.amount_fen, meant, at=at)
        return payment
    payment = Payment(
        reference=f"by-hand-{transfer.ref}", adapter="manual", account_id=meant.account_id, asked_at=at,
        amount_fen=transfer.amount_fen,
        membership_id=meant.membership.id if meant.membership else None,
        application_id=meant.application.id if meant.application else None,
    )  # fmt: skip
    db.session.add(payment)
    db.session.flush()
    return payments.receive(payment.reference, at=at)


def _take(payment: Payment) -> bool:
    """Whether the payment still waits: held until this deed ends, so that no news book it in the same moment."""
    held = db.session.execute(
        update(Payment)
        .where(Payment.id == payment.id, Payment.state.in_(PAYABLE))
        .values(state=Payment.state)
        .execution_options(synchronize_session=False)
    )
    return bool(held.rowcount == 1)  # type: ignore[attr-defined]


def _tell(payment: Payment, asked_fen: int, came_fen: int, meant: Meant, *, at: dt.datetime) -> None:
    messages.tell(
        payment.account_id, "amount-differs", key=f"amount-differs:{payment.ref}", at=at, plan=meant.plan.slug,
        asked_fen=asked_fen, amount_fen=came_fen,
    )  # fmt: skip
