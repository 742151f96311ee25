"""Allowances: how much of what may be done only so often somebody has used up. No address and no name at rest."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Model, Sealed, Text_, laws


class Allowance(Model):
    """One subject (an account, a part of the network) and one kind of deed; gone when nothing of it is used up."""

    __tablename__ = "allowance"
    __table_args__ = laws(
        CheckConstraint("length(subject_hash) = 32", name="subject_is_a_keyed_hash"),
        Index("ix_allowance_busy_until", "busy_until"),
    )

    kind: Mapped[str] = mapped_column(Text_(), primary_key=True)
    subject_hash: Mapped[bytes] = mapped_column(Sealed(), primary_key=True)
    """Keyed hash of kind and subject: the same subject of two kinds cannot be recognised."""
    busy_until: Mapped[dt.datetime] = mapped_column(Instant())
