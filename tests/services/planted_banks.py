"""Faults planted among what banks say (see planted.py)."""

from __future__ import annotations

import datetime as dt

from app.db import db, transaction
from app.models import BankBatch, CustodyLine, CustodyMatch, CustodyStatement, JournalEntry
from app.services import facts
from app.services.bank_statements import bookings
from app.services.days import midnight
from tests.services import pool_story as story


def _statement(first: int, last: int, *, line_fen: int, closing_fen: int = 1) -> CustodyLine:
    """A statement of the bank with one line, stated like any other."""
    with transaction():
        days = dt.date(2026, 9, first), dt.date(2026, 9, last)
        before_fen = bookings.books_fen("main", before=midnight(days[0]))
        statement = CustodyStatement(
            custody_account="main", number=1, first_day=days[0], last_day=days[1], opening_fen=before_fen,
            closing_fen=before_fen + closing_fen, books_before_fen=before_fen, digest="planted",
            books_fen=bookings.books_fen("main", before=midnight(days[1] + dt.timedelta(days=1))), imported_by=1,
            imported_at=story.september(22),
        )  # fmt: skip
        db.session.add(statement)
        db.session.flush()
        facts.state("custody-statement", statement.ref, at=story.september(22))
        line = CustodyLine(
            statement_id=statement.id, custody_account="main", number=2, day=days[0], bank_reference="B-1",
            amount_fen=line_fen, balance_fen=before_fen + line_fen, text_sealed=b"",
        )  # fmt: skip
        db.session.add(line)
        db.session.flush()
    return line


def statement_that_does_not_add_up() -> None:
    _statement(20, 21, line_fen=2)


def difference_nobody_explains() -> None:
    _statement(1, 2, line_fen=1)


def batch_without_transfers() -> None:
    with transaction():
        made = {"made_by": story.treasurer().id, "made_at": story.september(22)}
        db.session.add(BankBatch(custody_account="main", transfers=1, sum_fen=5, digest="planted", **made))


def line_of_another_amount() -> None:
    line = _statement(20, 21, line_fen=1)
    with transaction():
        first = db.session.scalars(db.select(JournalEntry.id).order_by(JournalEntry.id).limit(1)).one()
        db.session.add(CustodyMatch(entry_id=first, line_id=line.id, at=story.september(22)))
