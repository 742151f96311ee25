"""Money that goes out by people: transfers that wait for a file, the batches made of them, and the bank's answers."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Fen, Instant, Key, Model, Record, Ref, Sealed, Text_, Whole, laws, new_ref

_kept = text("dropped_at IS NULL")
_named = text("bank_reference <> ''")


class BankTransfer(Model):
    """One attempt of a payout or a refund that leaves by a bank file. Immutable (trigger)."""

    __tablename__ = "bank_transfer"
    __table_args__ = laws(
        CheckConstraint("(payout_id IS NULL) <> (refund_id IS NULL)", name="is_one_thing"),
        CheckConstraint("amount_fen > 0", name="something"),
        CheckConstraint("attempt >= 1", name="attempt"),
        UniqueConstraint("payout_id", "attempt"),
        UniqueConstraint("refund_id", "attempt"),
        Index("ix_bank_transfer_of_custody", "custody_account", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Text_(), unique=True)
    """What we call it to the bank: the reference of the payout or refund, with the number of a later attempt."""
    custody_account: Mapped[str] = mapped_column(Text_())
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("payout.id"))
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"))
    attempt: Mapped[int] = mapped_column(Whole())
    amount_fen: Mapped[int] = mapped_column(Fen())
    at: Mapped[dt.datetime] = mapped_column(Instant())


class BankBatch(Model):
    """Transfers out of one custody account in one file for the bank: made by one treasurer, let go by another."""

    __tablename__ = "bank_batch"
    __table_args__ = laws(
        CheckConstraint("state IN ('made', 'released', 'cancelled')", name="state"),
        CheckConstraint("transfers > 0 AND sum_fen > 0", name="something"),
        CheckConstraint("released_by IS NULL OR released_by <> made_by", name="two_treasurers"),
        CheckConstraint("(state = 'released') = (released_by IS NOT NULL)", name="released_has_its_treasurer"),
        CheckConstraint("(released_by IS NULL) = (released_at IS NULL)", name="released_has_its_time"),
        CheckConstraint("(state = 'cancelled') = (cancelled_by IS NOT NULL)", name="cancelled_has_its_treasurer"),
        CheckConstraint("(cancelled_by IS NULL) = (cancelled_at IS NULL)", name="cancelled_has_its_time"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    custody_account: Mapped[str] = mapped_column(Text_())
    state: Mapped[str] = mapped_column(Text_(), default="made")
    transfers: Mapped[int] = mapped_column(Whole())
    sum_fen: Mapped[int] = mapped_column(Fen())
    digest: Mapped[str] = mapped_column(Text_())
    """SHA-256 of the file, in hex. The file itself is never kept: it is written anew whenever it is asked for."""
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[dt.datetime] = mapped_column(Instant())
    released_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    cancelled_at: Mapped[dt.datetime | None] = mapped_column(Instant())


class BankBatchLine(Model):
    """One transfer in one batch. A transfer is in at most one batch that was not cancelled."""

    __tablename__ = "bank_batch_line"
    __table_args__ = laws(
        CheckConstraint("number >= 1", name="number"),
        UniqueConstraint("batch_id", "number"),
        Index("ix_bank_batch_line_one_batch", "transfer_id", unique=True, sqlite_where=_kept, postgresql_where=_kept),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("bank_batch.id"))
    number: Mapped[int] = mapped_column(Whole())
    transfer_id: Mapped[int] = mapped_column(ForeignKey("bank_transfer.id"))
    dropped_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When its batch was cancelled: the transfer may go into another one."""

    transfer: Mapped[BankTransfer] = relationship(lazy="joined", innerjoin=True)


class BankImport(Model):
    """One answer of a bank to a batch: read, shown line by line, carried out once. The same file is the same one."""

    __tablename__ = "bank_import"
    __table_args__ = laws(
        CheckConstraint("lines > 0", name="something"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_has_its_time"),
        CheckConstraint("(confirmed_by IS NULL) = (verdicts IS NULL)", name="confirmed_has_its_verdicts"),
        UniqueConstraint("batch_id", "digest"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    batch_id: Mapped[int] = mapped_column(ForeignKey("bank_batch.id"))
    digest: Mapped[str] = mapped_column(Text_())
    lines: Mapped[int] = mapped_column(Whole())
    content_sealed: Mapped[bytes] = mapped_column(Sealed())
    """The file: what a bank writes into a reason may name somebody."""
    read_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    read_at: Mapped[dt.datetime] = mapped_column(Instant())
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    verdicts: Mapped[list[str] | None] = mapped_column(Record())
    """What became of each line, in their order, once it was carried out."""


class BankAnswer(Model):
    """What a bank said of one transfer, booked. Immutable (trigger)."""

    __tablename__ = "bank_answer"
    __table_args__ = laws(
        CheckConstraint("result IN ('paid', 'returned', 'failed')", name="result"),
        CheckConstraint("bank_reference <> '' OR result = 'failed'", name="has_the_banks_reference"),
        CheckConstraint("(result = 'failed') = (entry_id IS NULL)", name="what_moved_is_booked"),
        UniqueConstraint("line_id", "result"),
        Index("ix_bank_answer_reference", "bank_reference", "result", unique=True, sqlite_where=_named,
              postgresql_where=_named),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("bank_import.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_batch_line.id"))
    result: Mapped[str] = mapped_column(Text_())
    bank_reference: Mapped[str] = mapped_column(Text_())
    day: Mapped[dt.date] = mapped_column(Day())
    """The day the bank names."""
    reason: Mapped[str] = mapped_column(Text_())
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    at: Mapped[dt.datetime] = mapped_column(Instant())
