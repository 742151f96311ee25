"""What a reviewer wrote to one point of the checklist: for the second reviewer, and for whoever looks later."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Sealed, Text_, laws
from app.models.said import Said


class JudgementNote(Model):
    """The note to one point of one recommendation. Immutable (trigger)."""

    __tablename__ = "judgement_note"
    __table_args__ = laws(
        CheckConstraint("point <> ''", name="point"),
        UniqueConstraint("recommendation_id", "point"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"))
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    point: Mapped[str] = mapped_column(Text_())
    note_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    note = Said()
    at: Mapped[dt.datetime] = mapped_column(Instant())

    @property
    def place(self) -> str:
        """Which of the notes of one instant it is."""
        return self.point
