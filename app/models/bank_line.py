"""Lines of the bank that somebody's booking stands for: one line, one booking, whichever desk it came to."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Text_, Whole, laws

_stands = text("freed_at IS NULL")


class BankLine(Model):
    """One line of a custody account, by the bank's own reference, and what it is booked as. It is freed, never edited.

    The day and the amount are no part of its name: whoever mistypes one of them means the same line. A bank that gives
    several lines one reference numbers them by their order in its statements: `occurrence`.
    """

    __tablename__ = "bank_line"
    __table_args__ = laws(
        CheckConstraint("reference <> ''", name="the_bank_names_it"),
        CheckConstraint("way IN ('in', 'out')", name="way"),
        CheckConstraint("occurrence >= 1", name="occurrence"),
        CheckConstraint("desk IN ('transfer', 'funding', 'statement', 'news', 'remainder')", name="desk"),
        Index(
            "ix_bank_line_one_booking", "custody_account", "reference", "way", "occurrence", unique=True,
            sqlite_where=_stands, postgresql_where=_stands,
        ),
        Index("ix_bank_line_of", "desk", "of_ref"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    custody_account: Mapped[str] = mapped_column(Text_())
    reference: Mapped[str] = mapped_column(Text_())
    """What the bank calls it."""
    way: Mapped[str] = mapped_column(Text_())
    """Money that came in, or went out."""
    occurrence: Mapped[int] = mapped_column(Whole(), default=1)
    desk: Mapped[str] = mapped_column(Text_())
    """Where it was booked: a transfer by hand, money for a reserve, a line of a statement, news of the
    service, what was given on when a plan closed."""
    of_ref: Mapped[str] = mapped_column(Text_())
    """Our reference of the transfer, the record, the explanation or the payment."""
    at: Mapped[dt.datetime] = mapped_column(Instant())
    freed_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When somebody said that it is not there, or not like this; then it may be booked anew."""
