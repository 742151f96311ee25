"""Bank files and statements: batches against their transfers, statements against their lines and against the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import case, func, or_, select

from app.db import db
from app.domain.reconciling import EXPLAIN_WITHIN_DAYS
from app.models import (
    BankBatch,
    BankBatchLine,
    BankTransfer,
    CustodyLine,
    CustodyMatch,
    CustodyStatement,
    JournalEntry,
    PostingRow,
)
from app.services.bank_statements import bookings, differing, reading
from app.services.days import day_of, midnight

_MOST = 100
_A_DAY = dt.timedelta(days=1)


def batches() -> Iterable[str]:
    """A batch is as many transfers and as much money as its file says; one that was cancelled holds none."""
    count, summed = func.count(BankTransfer.id), func.coalesce(func.sum(BankTransfer.amount_fen), 0)
    dropped = func.count(BankBatchLine.dropped_at)
    rows = db.session.execute(
        select(BankBatch.ref, BankBatch.transfers, BankBatch.sum_fen, count, summed, dropped, BankBatch.state)
        .outerjoin(BankBatchLine, BankBatchLine.batch_id == BankBatch.id)
        .outerjoin(BankTransfer, BankTransfer.id == BankBatchLine.transfer_id)
        .group_by(BankBatch.id)
        .order_by(BankBatch.id)
    ).all()
    for ref, transfers, sum_fen, found, found_fen, gone, state in rows:
        if (transfers, sum_fen) != (found, int(found_fen)):
            yield f"batch {ref}: {transfers} transfers with {sum_fen}, its lines are {found} with {found_fen}"
        elif gone != (found if state == "cancelled" else 0):
            yield f"batch {ref}: {state}, and {gone} of its {found} lines are dropped"


def statements() -> Iterable[str]:
    """Opening + lines = closing, each statement begins where the one before ended, and the books said what it says."""
    sums = db.session.execute(
        select(CustodyLine.statement_id, func.sum(CustodyLine.amount_fen)).group_by(CustodyLine.statement_id)
    ).all()
    moved = {statement: int(fen) for statement, fen in sums}
    before: CustodyStatement | None = None
    for one in _all():
        if one.opening_fen + moved.get(one.id, 0) != one.closing_fen:
            yield f"{_name(one)}: {one.opening_fen} and lines of {moved.get(one.id, 0)} do not make {one.closing_fen}"
        if before is not None and before.custody_account == one.custody_account:
            begins = (before.number + 1, before.last_day + _A_DAY, before.closing_fen)
            if begins != (one.number, one.first_day, one.opening_fen):
                yield f"{_name(one)}: does not begin where {_name(before)} ended"
        before = one
    for one in reading.last_ones().values():
        booked = bookings.books_fen(one.custody_account, before=midnight(one.last_day + _A_DAY))
        if booked != one.books_fen:
            yield f"{_name(one)}: says the books held {one.books_fen}, they held {booked}"


def matches() -> Iterable[str]:
    """The bookings of a line move its account by its amount, and each booking is the booking of one line."""
    bank = "bank:" + CustodyLine.custody_account
    moved = func.sum(
        case(
            (PostingRow.debit_account == bank, PostingRow.amount_fen),
            (PostingRow.credit_account == bank, -PostingRow.amount_fen),
            else_=0,
        )
    )
    rows = db.session.execute(
        select(CustodyLine.custody_account, CustodyLine.day, CustodyLine.amount_fen, moved)
        .join(CustodyMatch, CustodyMatch.line_id == CustodyLine.id)
        .join(PostingRow, PostingRow.entry_id == CustodyMatch.entry_id)
        .group_by(CustodyLine.id)
        .having(moved != CustodyLine.amount_fen)
        .limit(_MOST)
    ).all()
    for account, day, amount_fen, fen in rows:
        yield f"{account} {day}: a line of {amount_fen}, its bookings moved {int(fen)}"
    twice = db.session.scalars(
        select(JournalEntry.ref)
        .join(CustodyMatch, CustodyMatch.entry_id == JournalEntry.id)
        .group_by(JournalEntry.id)
        .having(func.count() > 1)
        .limit(_MOST)
    )
    yield from (f"{ref}: the booking of more than one line" for ref in twice)


def differences() -> Iterable[str]:
    """What differs from the bank is explained within some days, and what is said to be explained is."""
    newest = db.session.scalar(select(JournalEntry.at).order_by(JournalEntry.id.desc()).limit(1))
    if newest is None:
        return
    overdue = day_of(newest) - dt.timedelta(days=EXPLAIN_WITHIN_DAYS)
    asked = _all(or_(CustodyStatement.explained_at.is_(None), CustodyStatement.id.in_(_last_ids())))
    for one in asked:
        if one.explained_at is None and one.last_day >= overdue:
            continue
        left = differing.compare(one).unexplained
        if left:
            fen = sum(part.difference.amount_fen for part in left)
            yield f"{_name(one)}: {len(left)} lines that make {fen} are not explained"


def _last_ids() -> list[int]:
    return [one.id for one in reading.last_ones().values()]


def _all(*where: object) -> Sequence[CustodyStatement]:
    return db.session.scalars(
        select(CustodyStatement)
        .where(*where)  # type: ignore[arg-type]
        .order_by(CustodyStatement.custody_account, CustodyStatement.number)
    ).all()


def _name(statement: CustodyStatement) -> str:
    return f"{statement.custody_account} {statement.first_day} to {statement.last_day}"
