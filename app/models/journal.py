"""The journal: every movement of money, as postings that name both accounts and one positive amount."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Fen, Instant, Key, Model, Text_, Whole, laws


class JournalEntry(Model):
    """One deed in money. Its reference says what it is for and makes it happen once. Immutable (trigger)."""

    __tablename__ = "journal_entry"
    __table_args__ = laws(CheckConstraint("reverses IS NULL OR reverses < id", name="reverses_something_older"))

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text_())
    ref: Mapped[str] = mapped_column(Text_(), unique=True)
    """E.g. "payment:…", "settlement:young-cancer:7", "payout:…"."""
    at: Mapped[dt.datetime] = mapped_column(Instant())
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Null when the clock did it."""
    reverses: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)

    postings: Mapped[list[PostingRow]] = relationship(order_by="PostingRow.id")


class PostingRow(Model):
    """One amount from one account to another: an unbalanced entry cannot be written. Immutable (trigger)."""

    __tablename__ = "posting"
    __table_args__ = laws(
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("debit_account <> credit_account", name="two_accounts"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), index=True)
    debit_account: Mapped[str] = mapped_column(Text_(), index=True)
    credit_account: Mapped[str] = mapped_column(Text_(), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen())


class AccountBalance(Model):
    """What an account holds, debits less credits, kept by the database with every posting (trigger).

    Split over slots, so that payments of many members at once do not queue behind one row: only the sum means anything.
    """

    __tablename__ = "account_balance"
    __table_args__ = laws(CheckConstraint("slot >= 0", name="slot_not_negative"))

    account: Mapped[str] = mapped_column(Text_(), primary_key=True)
    slot: Mapped[int] = mapped_column(Whole(), primary_key=True, autoincrement=False)
    net_fen: Mapped[int] = mapped_column(Fen())
