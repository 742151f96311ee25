"""Every movement of one account of the ledger, as the public reads it: what for, how much, and what it held then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from app.db import db
from app.domain.ledger import Account
from app.models import Funding, JournalEntry, Period, PostingRow, Settlement


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of an account, and what it held afterwards."""

    number: int
    """The number of the journal entry: later movements have higher ones."""
    at: dt.datetime
    kind: str
    """The kind of the journal entry: reserve-funded, settlement, ends, lapse, …"""
    amount_fen: int
    """Positive when what is owed or kept apart grew."""
    held_fen: int
    source: str | None
    """Where money from outside came from."""
    period: str | None
    """The period whose settlement it was."""


def movements_of(account: Account, *, before: int | None = None, most: int = 20) -> list[Movement]:
    """Movements of a liability account, newest first, of entries with a number below `before`; up to `most`."""
    grew = func.sum(
        db.case((PostingRow.credit_account == account, PostingRow.amount_fen), else_=-PostingRow.amount_fen)
    )
    by_entry = (
        select(PostingRow.entry_id, grew.label("amount_fen"))
        .where(or_(PostingRow.credit_account == account, PostingRow.debit_account == account))
        .group_by(PostingRow.entry_id)
        .subquery()
    )
    held = func.sum(by_entry.c.amount_fen).over(order_by=by_entry.c.entry_id).label("held_fen")
    lines = select(by_entry.c.entry_id, by_entry.c.amount_fen, held).subquery()
    chosen = (
        select(JournalEntry, lines.c.amount_fen, lines.c.held_fen, Funding.source, Period.name)
        .join(lines, lines.c.entry_id == JournalEntry.id)
        .outerjoin(Funding, Funding.entry_id == JournalEntry.id)
        .outerjoin(Settlement, Settlement.entry_id == JournalEntry.id)
        .outerjoin(Period, Period.id == Settlement.period_id)
        .order_by(JournalEntry.id.desc())
        .limit(most)
    )
    if before is not None:
        chosen = chosen.where(JournalEntry.id < before)
    return [
        Movement(entry.id, entry.at, entry.kind, int(amount), int(held_), source, period)
        for entry, amount, held_, source, period in db.session.execute(chosen)
    ]
