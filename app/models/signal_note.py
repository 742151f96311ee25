"""What a caseworker found who looked into a signal: a note beside it, never a verdict."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Sealed, Text_, laws
from app.models.said import Said


class SignalNote(Model):
    """One caseworker looked into one signal of one claim, once. Immutable (trigger)."""

    __tablename__ = "signal_note"
    __table_args__ = laws(
        CheckConstraint(
            "kind IN ('same_document', 'soon', 'same_hospital', 'same_payee', 'document_date', 'rule_change')",
            name="kind",
        ),
        CheckConstraint("note_sealed IS NOT NULL", name="says_something"),
        UniqueConstraint("claim_id", "key", "by"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    kind: Mapped[str] = mapped_column(Text_())
    key: Mapped[str] = mapped_column(Text_())
    """What the signal is known by (app/domain/signals.py)."""
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
    note_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    note = Said()
