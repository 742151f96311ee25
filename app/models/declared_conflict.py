"""Conflicts that caseworkers declared: from then on they neither read nor judge that claim."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Sealed, Text_, laws
from app.models.said import Said


class DeclaredConflict(Model):
    """One caseworker stands too near to one claim, and said so. Never taken back (trigger)."""

    __tablename__ = "declared_conflict"
    __table_args__ = laws(
        CheckConstraint("kind IN ('relative', 'acquaintance', 'same_hospital', 'own_interest', 'other')", name="kind"),
        UniqueConstraint("claim_id", "account_id"),
        Index("ix_declared_conflict_of", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(Text_())
    note_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    note = Said()
    at: Mapped[dt.datetime] = mapped_column(Instant())

    @property
    def place(self) -> str:
        """Whose it is, among those of one instant."""
        return str(self.account_id)
