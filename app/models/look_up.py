"""Look-ups: a member of staff looks somebody up, for a reason, and the person looked up can see it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Ref, Sealed, Text_, Whole, laws, new_ref


class LookUp(Model):
    """One look-up, found somebody or not. What was looked for is not kept. Immutable (trigger)."""

    __tablename__ = "look_up"
    __table_args__ = laws(
        CheckConstraint("kind IN ('e-mail', 'reference', 'document')", name="kind"),
        CheckConstraint("hits >= 0", name="hits"),
        Index("ix_look_up_by", "by", "at"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    kind: Mapped[str] = mapped_column(Text_())
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(Text_())
    at: Mapped[dt.datetime] = mapped_column(Instant())
    reason_sealed: Mapped[bytes] = mapped_column(Sealed())
    hits: Mapped[int] = mapped_column(Whole())
    """How many accounts were found."""
