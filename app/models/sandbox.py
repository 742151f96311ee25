"""What the demonstration's play money shall do next: chosen by whoever plays, used once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Text_, Whole, laws


class SandboxOrder(Model):
    """How the next payment in or out goes. The first payment that is asked for afterwards takes it."""

    __tablename__ = "sandbox_order"
    __table_args__ = laws(
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        CheckConstraint("does IN ('arrive', 'fail', 'arrive_twice', 'come_back', 'by_file')", name="does"),
        CheckConstraint("does <> 'by_file' OR direction = 'out'", name="files_go_out"),
        CheckConstraint("days >= 0", name="days"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    direction: Mapped[str] = mapped_column(Text_())
    does: Mapped[str] = mapped_column(Text_())
    days: Mapped[int] = mapped_column(Whole())
    """How many days pass until it does; for what comes back, how many after it arrived."""
    asked_at: Mapped[dt.datetime] = mapped_column(Instant())
    used_by: Mapped[str | None] = mapped_column(Text_(), unique=True)
    """Our reference of the payment that took it; null while it waits."""
