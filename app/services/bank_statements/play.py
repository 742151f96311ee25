"""What the demonstration's bank would send as the next statement of a custody account: our bookings, and a charge."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import select

from app.db import db
from app.domain import bank_tables
from app.models import CustodyMatch, JournalEntry
from app.services.bank_statements import bookings, reading
from app.services.days import day_of, midnight

CHARGE_FEN: Final = 15_00
_A_DAY: Final = dt.timedelta(days=1)
_DAYS: Final = 30


def next_days(account: str, *, today: dt.date) -> tuple[dt.date, dt.date]:
    """The days of the next statement: from where the last one ended, or the last month, until yesterday."""
    before = reading.last_of(account)
    last = today - _A_DAY
    return (before.last_day + _A_DAY if before is not None else last - dt.timedelta(days=_DAYS - 1)), last


def statement_of(account: str, first_day: dt.date, last_day: dt.date) -> bytes:
    """A statement over these days: every booking of ours on its day, and on the last day a charge nobody asked for."""
    before = reading.last_of(account)
    start, end = midnight(first_day), midnight(last_day + _A_DAY)
    balance_fen = before.closing_fen if before is not None else bookings.books_fen(account, before=start)
    moved = bookings.between(account, start, end)
    known = set(db.session.scalars(select(CustodyMatch.entry_id).where(CustodyMatch.entry_id.in_([*moved]))))
    entries = db.session.scalars(
        select(JournalEntry).where(JournalEntry.id.in_([key for key in moved if key not in known]))
    ).all()
    lines = [(day_of(entry.at), entry.id, entry.ref, moved[entry.id], entry.kind) for entry in entries]
    lines.append((last_day, 0, f"FEE-{last_day:%Y%m%d}", -CHARGE_FEN, "charge for keeping the account"))
    rows = []
    for day, _order, reference, amount_fen, text in sorted(lines, key=lambda line: (line[0], line[1] or 1 << 62)):
        balance_fen += amount_fen
        came, went = (bank_tables.yuan(fen) if fen > 0 else "" for fen in (amount_fen, -amount_fen))
        rows.append((day.isoformat(), reference, came, went, bank_tables.yuan(balance_fen), text))
    return bank_tables.write(bank_tables.STATEMENT_COLUMNS, rows)
