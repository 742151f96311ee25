"""Our own bookings of a custody account: what they came to by a day, and by which names a bank may know them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.domain import ledger
from app.models import (
    BankAnswer,
    BankBatchLine,
    BankTransfer,
    FeeTaking,
    Funding,
    JournalEntry,
    Payment,
    Payout,
    PayoutReturn,
    PostingRow,
    Refund,
    TransferByHand,
)

_AT_ONCE = 500


def books_fen(account: str, *, before: dt.datetime) -> int:
    """What our books held in a custody account just before an instant."""
    return int(db.session.scalar(_moved(account).where(JournalEntry.at < before)) or 0)


def between(account: str, first: dt.datetime, before: dt.datetime) -> dict[int, int]:
    """Every booking that moved the account from one instant to just before another: entry → amount, in their order."""
    amount = _amount(account)
    rows = db.session.execute(
        select(JournalEntry.id, amount)
        .join(PostingRow, PostingRow.entry_id == JournalEntry.id)
        .where(_touches(account), JournalEntry.at >= first, JournalEntry.at < before)
        .group_by(JournalEntry.id)
        .order_by(JournalEntry.id)
    ).all()
    return {entry: int(fen) for entry, fen in rows if fen}


def named(account: str, names: Collection[str]) -> dict[int, tuple[int, tuple[str, ...]]]:
    """Bookings of the account that go by one of these names: entry → amount and those of its names."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for entry, name in _by_name(sorted(names)):
        if entry is not None and name is not None:
            found[entry].append(name)
    amounts: dict[int, int] = {}
    for part in _parts(sorted(found)):
        rows = db.session.execute(
            select(PostingRow.entry_id, _amount(account))
            .where(PostingRow.entry_id.in_(part), _touches(account))
            .group_by(PostingRow.entry_id)
        ).all()
        amounts |= {entry: int(fen) for entry, fen in rows}
    return {entry: (amounts[entry], tuple(found[entry])) for entry in sorted(found) if amounts.get(entry)}


def _by_name(names: list[str]) -> Iterable[tuple[int | None, str | None]]:
    """Each booking that one of these names means: a payment, a transfer, what came back of either, fundings."""
    for part in _parts(names):
        payments = db.session.execute(
            select(Payment.ref, Payment.reference).where(or_(Payment.reference.in_(part), Payment.ref.in_(part)))
        ).all()
        refunds = db.session.execute(
            select(Refund.ref, Refund.reference).where(or_(Refund.reference.in_(part), Refund.ref.in_(part)))
        ).all()
        wanted = {name: name for name in part} | _by_hand(part)
        for ref, reference in payments:
            name = reference if reference in wanted else ref
            wanted |= {f"{kind}:{ref}": name for kind in ("payment", "payment-reversed")}
        for ref, said in refunds:
            name = said if said is not None and said in wanted else ref
            wanted |= {f"{kind}:{said}": name for kind in ("refund", "refund-returned")}
        for keys in _parts(sorted(wanted)):
            rows = db.session.execute(select(JournalEntry.id, JournalEntry.ref).where(JournalEntry.ref.in_(keys))).all()
            yield from ((entry, wanted[ref]) for entry, ref in rows)
        for chosen in (
            select(BankAnswer.entry_id, BankAnswer.bank_reference).where(BankAnswer.bank_reference.in_(part)),
            select(BankAnswer.entry_id, BankTransfer.ref)
            .join(BankBatchLine, BankBatchLine.id == BankAnswer.line_id)
            .join(BankTransfer, BankTransfer.id == BankBatchLine.transfer_id)
            .where(BankTransfer.ref.in_(part)),
            select(Payout.entry_id, Payout.reference).where(Payout.reference.in_(part)),
            select(Payout.entry_id, Payout.ref).where(Payout.ref.in_(part)),
            select(PayoutReturn.entry_id, PayoutReturn.reference).where(PayoutReturn.reference.in_(part)),
            select(Funding.entry_id, Funding.reference).where(Funding.reference.in_(part)),
            select(FeeTaking.entry_id, FeeTaking.ref).where(FeeTaking.ref.in_(part)),
            select(FeeTaking.return_entry_id, FeeTaking.ref).where(FeeTaking.ref.in_(part)),
        ):
            yield from ((entry, name) for entry, name in db.session.execute(chosen).all())


def _by_hand(names: list[str]) -> dict[str, str]:
    """The entries of transfers that treasurers recorded by hand, under what the bank calls them: entry → name."""
    rows = db.session.execute(
        select(TransferByHand, Payment.ref)
        .outerjoin(Payment, Payment.id == TransferByHand.payment_id)
        .where(or_(TransferByHand.bank_reference.in_(names), TransferByHand.sent_reference.in_(names)))
    ).all()
    found: dict[str, str] = {}
    for transfer, payment in rows:
        came = f"transfer-held:{transfer.ref}" if transfer.entry_id is not None else f"payment:{payment}"
        found[came] = transfer.bank_reference
        if transfer.sent_reference is not None:
            found[f"transfer-sent-back:{transfer.ref}"] = transfer.sent_reference
    return found


def placed_later(account: str) -> dict[int, tuple[int, ...]]:
    """What was booked when the owner of a held transfer was found, by the entry that had held it.

    Out of suspense and in again: together they move nothing, so both belong to the bank's line of that transfer.
    """
    gone, paid = aliased(JournalEntry), aliased(JournalEntry)
    rows = db.session.execute(
        select(TransferByHand.entry_id, gone.id, paid.id)
        .join(Payment, Payment.id == TransferByHand.payment_id)
        .join(gone, gone.ref == "transfer-placed:" + TransferByHand.ref)
        .join(paid, paid.ref == "payment:" + Payment.ref)
        .where(TransferByHand.custody == account, TransferByHand.state == "placed")
    ).all()
    return {held: (out, back) for held, out, back in rows if held is not None}


def _parts(values: list) -> Iterable[list]:  # type: ignore[type-arg]
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def _touches(account: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a condition on postings
    bank = ledger.bank(account)
    return or_(PostingRow.debit_account == bank, PostingRow.credit_account == bank)


def _amount(account: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a sum of postings
    bank = ledger.bank(account)
    return func.sum(case((PostingRow.debit_account == bank, PostingRow.amount_fen), else_=-PostingRow.amount_fen))


def _moved(account: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a select of one sum
    return select(_amount(account)).join(JournalEntry, JournalEntry.id == PostingRow.entry_id).where(_touches(account))
