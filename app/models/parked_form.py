"""Parked forms: what somebody typed and could not send, kept for an hour, readable by nobody else."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Sealed, Text_, laws


class ParkedForm(Model):
    """The fields of one form, sealed. Opens with the key its browser holds, for the account that typed it."""

    __tablename__ = "parked_form"
    __table_args__ = laws(
        CheckConstraint("length(key_hash) = 32", name="key_is_a_hash"),
        CheckConstraint("expires_at > parked_at", name="expires_after_it_was_parked"),
        Index("ix_parked_form_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(Sealed(), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """Whose form it was; null for a form that anybody may send."""
    path: Mapped[str] = mapped_column(Text_())
    """Where the form is sent to."""
    page: Mapped[str] = mapped_column(Text_())
    """The page it stood on, with its question mark."""
    typed_sealed: Mapped[bytes] = mapped_column(Sealed())
    parked_at: Mapped[dt.datetime] = mapped_column(Instant())
    expires_at: Mapped[dt.datetime] = mapped_column(Instant())
