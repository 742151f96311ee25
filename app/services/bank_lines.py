"""One line of the bank is booked once, whichever desk it comes to: a booked reference is known to all of them.

Transfers recorded by hand, money for a reserve, what is given on when a plan closes, lines explained from a statement
and news that name the bank's reference each take their line (unique at rest). Payments of the service, answers of bank
files and lines found in a statement have rows of their own that are asked beside it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.db import db, engine_name
from app.models import (
    BankAnswer,
    BankBatch,
    BankBatchLine,
    BankLine,
    CustodyExplanation,
    CustodyLine,
    CustodyMatch,
    CustodyStatement,
    JournalEntry,
    Payment,
)

Way = Literal["in", "out"]
Desk = Literal["transfer", "funding", "statement", "news", "remainder"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a custody account, as the bank calls it."""

    account: str
    reference: str
    way: Way
    occurrence: int = 1
    """Which of the lines it is that a bank gave one reference; 1 when it is the only one."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What stands for a line already: the desk, and our reference of what is shown there."""

    desk: str
    ref: str


class RecordedBefore(Exception):
    """The same desk has recorded a transfer with this reference of the bank; `ref` is ours of that record."""

    def __init__(self, desk: Desk, ref: str) -> None:
        super().__init__(f"recorded as {desk} {ref}")
        self.desk, self.ref = desk, ref


class BookedBefore(Exception):
    """Another booking stands for this line of the bank; `booked` says which."""

    def __init__(self, booked: Booked) -> None:
        super().__init__(f"booked as {booked.desk} {booked.ref}")
        self.booked = booked


def take(line: Line, *, desk: Desk, of: str, at: dt.datetime) -> None:
    """Let a booking, or the record of one that is to come, stand for a line. Raises `BookedBefore`."""
    known = booked_elsewhere(line)
    if known is not None:
        raise BookedBefore(known)
    _take(line, desk, of, at)


def take_entered(row: CustodyLine, *, of: str, at: dt.datetime) -> None:
    """Let the explanation of a statement's line that has no booking stand for it. Raises `BookedBefore`."""
    line = _line_of(row)
    payment = _payment(line) if line.way == "in" else None
    if payment is not None and not _is_found(payment.ref):
        raise BookedBefore(payment)
    _take(line, "statement", of, at)


def _take(line: Line, desk: Desk, of: str, at: dt.datetime) -> None:
    insert = sqlite.insert if engine_name() == "sqlite" else postgresql.insert
    made = db.session.scalar(
        insert(BankLine)
        .values(
            custody_account=line.account, reference=line.reference, way=line.way, occurrence=line.occurrence,
            desk=desk, of_ref=of, at=at,
        )
        .on_conflict_do_nothing(
            index_elements=["custody_account", "reference", "way", "occurrence"],
            index_where=BankLine.freed_at.is_(None),
        )
        .returning(BankLine.id)
    )  # fmt: skip
    if made is None:
        stands = _standing(line)
        raise BookedBefore(_shown(stands) if stands is not None else Booked(desk, of))


def free(desk: Desk, of: str, *, at: dt.datetime) -> None:
    """What stood for a line was refused: the line may be booked anew."""
    db.session.execute(
        update(BankLine)
        .where(BankLine.desk == desk, BankLine.of_ref == of, BankLine.freed_at.is_(None))
        .values(freed_at=at)
        .execution_options(synchronize_session=False)
    )


def _line_of(row: CustodyLine) -> Line:
    """The line of a statement, numbered among those of its account to which the bank gave the same reference."""
    same_way = CustodyLine.amount_fen > 0 if row.amount_fen > 0 else CustodyLine.amount_fen < 0
    number = db.session.scalar(
        select(func.count(CustodyLine.id)).where(
            CustodyLine.custody_account == row.custody_account,
            CustodyLine.bank_reference == row.bank_reference,
            CustodyLine.id <= row.id,
            same_way,
        )
    )
    return Line(row.custody_account, row.bank_reference, _way(row.amount_fen), number or 1)


def booked_elsewhere(line: Line) -> Booked | None:
    """What stands for a line beside the desks that take theirs: a payment, an answer of a bank file, a statement."""
    found = _payment(line) if line.way == "in" else _answered(line)
    return found or _matched(line)


def payment_named(reference: str) -> Payment | None:
    """The payment that goes by what the bank calls a line, when that is a name of ours."""
    chosen = select(Payment).where(or_(Payment.reference == reference, Payment.ref == reference))
    return db.session.scalar(chosen.limit(1))


def _payment(line: Line) -> Booked | None:
    payment = payment_named(line.reference)
    booked = payment is not None and payment.state in {"received", "reversed"}
    return Booked("payment", payment.ref) if payment is not None and booked else None


def _is_found(payment: str) -> bool:
    """Whether the booking of a payment was found in a statement: then another line of its name is another one."""
    found = select(CustodyMatch.entry_id).join(JournalEntry, JournalEntry.id == CustodyMatch.entry_id)
    return db.session.scalar(found.where(JournalEntry.ref == f"payment:{payment}")) is not None


def _answered(line: Line) -> Booked | None:
    ref = db.session.scalar(
        select(BankBatch.ref)
        .join(BankBatchLine, BankBatchLine.batch_id == BankBatch.id)
        .join(BankAnswer, BankAnswer.line_id == BankBatchLine.id)
        .where(
            BankBatch.custody_account == line.account,
            BankAnswer.bank_reference == line.reference,
            BankAnswer.entry_id.is_not(None),
        )
        .limit(1)
    )
    return Booked("batch", ref) if ref is not None else None


def _matched(line: Line) -> Booked | None:
    sign = case((CustodyLine.amount_fen > 0, "in"), else_="out")
    ref = db.session.scalar(
        select(CustodyStatement.ref)
        .join(CustodyLine, CustodyLine.statement_id == CustodyStatement.id)
        .join(CustodyMatch, CustodyMatch.line_id == CustodyLine.id)
        .where(
            CustodyLine.custody_account == line.account, CustodyLine.bank_reference == line.reference,
            sign == line.way,
        )
        .limit(1)
    )  # fmt: skip
    return Booked("statement", ref) if ref is not None else None


def _standing(line: Line) -> BankLine | None:
    return db.session.scalar(
        select(BankLine).where(
            BankLine.custody_account == line.account, BankLine.reference == line.reference, BankLine.way == line.way,
            BankLine.occurrence == line.occurrence, BankLine.freed_at.is_(None),
        )
    )  # fmt: skip


def _shown(stands: BankLine) -> Booked:
    """Where people find what stands for a line: an explanation on the page of its statement."""
    if stands.desk != "statement":
        return Booked("payment" if stands.desk == "news" else stands.desk, stands.of_ref)
    statement = db.session.scalar(
        select(CustodyStatement.ref)
        .join(CustodyExplanation, CustodyExplanation.statement_id == CustodyStatement.id)
        .where(CustodyExplanation.ref == stands.of_ref)
    )
    return Booked("statement", statement or stands.of_ref)


def _way(amount_fen: int) -> Way:
    return "in" if amount_fen > 0 else "out"
