"""The audit trail: who did what to what, when. Read by auditors and by the person concerned."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Text_, laws


class Audit(Model):
    """One deed by one actor. Immutable (trigger). Names things by reference, never by personal data."""

    __tablename__ = "audit"
    __table_args__ = laws(
        Index("ix_audit_about", "about_kind", "about_ref"),
        Index("ix_audit_by", "account_id", "at"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Instant())
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Null when the clock did it."""
    role: Mapped[str] = mapped_column(Text_())
    deed: Mapped[str] = mapped_column(Text_())
    about_kind: Mapped[str] = mapped_column(Text_())
    about_ref: Mapped[str] = mapped_column(Text_())
    detail: Mapped[str | None] = mapped_column(Text_())
