"""The outbox: work to be done outside the transaction, written inside it. And the worker's sign of life."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Record, Text_, Whole, laws

_undone = text("done_at IS NULL")


class Outbox(Model):
    """One piece of work (a mail, a rendering), done once; its key keeps it from being asked for twice."""

    __tablename__ = "outbox"
    __table_args__ = laws(
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_outbox_due", "due_at", "id", sqlite_where=_undone, postgresql_where=_undone),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text_())
    key: Mapped[str] = mapped_column(Text_(), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Record())
    created_at: Mapped[dt.datetime] = mapped_column(Instant())
    due_at: Mapped[dt.datetime] = mapped_column(Instant())
    attempts: Mapped[int] = mapped_column(Whole(), default=0)
    last_error: Mapped[str | None] = mapped_column(Text_())
    done_at: Mapped[dt.datetime | None] = mapped_column(Instant())


class Heartbeat(Model):
    """When a worker was last alive, in real time (the demo's clock does not count)."""

    __tablename__ = "heartbeat"
    __table_args__ = laws()

    name: Mapped[str] = mapped_column(Text_(), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Instant())
