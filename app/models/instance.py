"""The instance: what this database is, stamped into it once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Text_, Whole, laws


class Instance(Model):
    """The one row that says whether this is a demo or the real thing, and how far the demo's clock is ahead."""

    __tablename__ = "instance"
    __table_args__ = laws(
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("mode IN ('demo', 'production')", name="mode"),
        CheckConstraint("mode = 'demo' OR clock_offset_seconds = 0", name="only_the_demo_moves_its_clock"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True, autoincrement=False)
    mode: Mapped[str] = mapped_column(Text_())
    created_at: Mapped[dt.datetime] = mapped_column(Instant())
    clock_offset_seconds: Mapped[int] = mapped_column(Whole(), default=0)
