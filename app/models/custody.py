"""Statements of custody accounts: what the bank says, what of it is whose booking, and what explains the rest."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Fen, Instant, Key, Model, Ref, Sealed, Text_, Whole, laws, new_ref

_of_line = text("state <> 'refused' AND line_id IS NOT NULL")
_of_entry = text("state <> 'refused' AND entry_id IS NOT NULL")
_of_opening = text("state <> 'refused' AND kind = 'before'")
_to_book = text("state <> 'refused' AND kind NOT IN ('in_transit', 'before')")
_given_back = text("state <> 'refused' AND returns_id IS NOT NULL")


class CustodyStatement(Model):
    """What a bank says of one custody account over some whole days. Nothing of it changes (trigger)."""

    __tablename__ = "custody_statement"
    __table_args__ = laws(
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("last_day >= first_day", name="days"),
        UniqueConstraint("custody_account", "number"),
        UniqueConstraint("custody_account", "first_day"),
        UniqueConstraint("custody_account", "last_day"),
        UniqueConstraint("custody_account", "digest"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    custody_account: Mapped[str] = mapped_column(Text_())
    number: Mapped[int] = mapped_column(Whole())
    first_day: Mapped[dt.date] = mapped_column(Day())
    last_day: Mapped[dt.date] = mapped_column(Day())
    opening_fen: Mapped[int] = mapped_column(Fen())
    closing_fen: Mapped[int] = mapped_column(Fen())
    books_before_fen: Mapped[int] = mapped_column(Fen())
    """What our books said before the first day."""
    books_fen: Mapped[int] = mapped_column(Fen())
    """What our books said at the end of the last day."""
    digest: Mapped[str] = mapped_column(Text_())
    imported_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    imported_at: Mapped[dt.datetime] = mapped_column(Instant())
    explained_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When the last fen of its difference was explained."""

    @property
    def difference_fen(self) -> int:
        """How much the bank says more than the books."""
        return self.closing_fen - self.books_fen


class CustodyLine(Model):
    """One line of a statement: positive when money came in. Immutable (trigger)."""

    __tablename__ = "custody_line"
    __table_args__ = laws(
        CheckConstraint("amount_fen <> 0", name="something"),
        CheckConstraint("bank_reference <> ''", name="has_the_banks_reference"),
        UniqueConstraint("statement_id", "number"),
        UniqueConstraint("custody_account", "bank_reference", "day", "amount_fen"),
        Index("ix_custody_line_of_day", "custody_account", "day"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("custody_statement.id"))
    custody_account: Mapped[str] = mapped_column(Text_())
    number: Mapped[int] = mapped_column(Whole())
    """Its line in the file."""
    day: Mapped[dt.date] = mapped_column(Day())
    bank_reference: Mapped[str] = mapped_column(Text_())
    amount_fen: Mapped[int] = mapped_column(Fen())
    balance_fen: Mapped[int] = mapped_column(Fen())
    text_sealed: Mapped[bytes] = mapped_column(Sealed())
    """What the bank writes beside it; it may name somebody."""


class CustodyMatch(Model):
    """A booking of ours found in a statement: each once. Immutable (trigger)."""

    __tablename__ = "custody_match"
    __table_args__ = laws()

    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), primary_key=True, autoincrement=False)
    line_id: Mapped[int] = mapped_column(ForeignKey("custody_line.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(Instant())


class CustodyExplanation(Model):
    """What one treasurer says of one difference and another confirms; some are booked then."""

    __tablename__ = "custody_explanation"
    __table_args__ = laws(
        CheckConstraint(
            "kind IN ('in_transit', 'before', 'bank_charge', 'interest', 'unknown_deposit', 'deposit_returned', "
            "'operator_pays')",
            name="kind",
        ),
        CheckConstraint("state IN ('proposed', 'confirmed', 'refused')", name="state"),
        CheckConstraint("amount_fen <> 0", name="something"),
        CheckConstraint("line_id IS NULL OR entry_id IS NULL", name="is_of_one_thing"),
        CheckConstraint("(kind = 'before') = (line_id IS NULL AND entry_id IS NULL)", name="before_is_of_nothing"),
        CheckConstraint("kind IN ('in_transit', 'before') OR line_id IS NOT NULL", name="booked_is_of_a_line"),
        CheckConstraint("kind NOT IN ('bank_charge', 'interest', 'operator_pays') OR plan_id IS NOT NULL", name="plan"),
        CheckConstraint("(kind = 'deposit_returned') = (returns_id IS NOT NULL)", name="returned_is_named"),
        CheckConstraint("kind NOT IN ('bank_charge', 'deposit_returned') OR amount_fen < 0", name="what_went"),
        CheckConstraint(
            "kind NOT IN ('interest', 'unknown_deposit', 'operator_pays') OR amount_fen > 0", name="what_came"
        ),
        CheckConstraint("(state = 'proposed') = (decided_by IS NULL)", name="decided_has_its_treasurer"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_has_its_time"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_treasurers"),
        CheckConstraint(
            "(booked_id IS NOT NULL) = (state = 'confirmed' AND kind NOT IN ('in_transit', 'before'))", name="booked"
        ),
        Index("ix_custody_explanation_of_line", "statement_id", "line_id", unique=True, sqlite_where=_of_line,
              postgresql_where=_of_line),
        Index("ix_custody_explanation_of_entry", "statement_id", "entry_id", unique=True, sqlite_where=_of_entry,
              postgresql_where=_of_entry),
        Index("ix_custody_explanation_of_opening", "statement_id", unique=True, sqlite_where=_of_opening,
              postgresql_where=_of_opening),
        Index("ix_custody_explanation_books_once", "line_id", unique=True, sqlite_where=_to_book,
              postgresql_where=_to_book),
        Index("ix_custody_explanation_given_back", "returns_id", unique=True, sqlite_where=_given_back,
              postgresql_where=_given_back),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    statement_id: Mapped[int] = mapped_column(ForeignKey("custody_statement.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("custody_line.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"))
    """The booking of ours that the bank has no line for."""
    kind: Mapped[str] = mapped_column(Text_())
    amount_fen: Mapped[int] = mapped_column(Fen())
    """How much the bank says more than the books because of it."""
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    """Whose operator or reserve it is booked to."""
    returns_id: Mapped[int | None] = mapped_column(ForeignKey("custody_explanation.id"))
    """The unknown deposit that went back."""
    note: Mapped[str] = mapped_column(Text_())
    state: Mapped[str] = mapped_column(Text_(), default="proposed")
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[dt.datetime] = mapped_column(Instant())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    booked_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)

    line: Mapped[CustodyLine | None] = relationship(lazy="select")
