"""The outbox: work to be done outside the transaction, written inside it. And the worker's sign of life."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Record, Text_, Whole, laws

_undone = text("done_at IS NULL AND dead_at IS NULL")
_dead = text("dead_at IS NOT NULL AND given_up_at IS NULL")


class Outbox(Model):
    """One piece of work (a mail, a payment), done once; its key keeps it from being asked for twice.

    Who does it holds a lease. When the lease runs out, whoever held it is gone and somebody else does it. Work that was
    tried too often is a dead letter: a person tries it again or gives it up with a reason.
    """

    __tablename__ = "outbox"
    __table_args__ = laws(
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("(leased_until IS NULL) = (leased_by IS NULL)", name="a_lease_has_its_holder"),
        CheckConstraint("done_at IS NULL OR (leased_by IS NULL AND dead_at IS NULL)", name="done_is_done"),
        CheckConstraint("dead_at IS NULL OR (leased_by IS NULL AND attempts > 0)", name="a_dead_letter_was_tried"),
        CheckConstraint("given_up_at IS NULL OR dead_at IS NOT NULL", name="only_a_dead_letter_is_given_up"),
        CheckConstraint("(given_up_at IS NULL) = (given_up_because IS NULL)", name="given_up_for_a_reason"),
        CheckConstraint("given_up_because <> ''", name="a_reason_has_words"),
        Index("ix_outbox_due", "due_at", "id", sqlite_where=_undone, postgresql_where=_undone),
        Index("ix_outbox_dead", "dead_at", sqlite_where=_dead, postgresql_where=_dead),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text_())
    key: Mapped[str] = mapped_column(Text_(), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Record())
    created_at: Mapped[dt.datetime] = mapped_column(Instant())
    due_at: Mapped[dt.datetime] = mapped_column(Instant())
    attempts: Mapped[int] = mapped_column(Whole(), default=0)
    """How often it was begun; counted when it begins, so that a worker that dies of it is counted too."""
    last_error: Mapped[str | None] = mapped_column(Text_())
    """The name of what went wrong last; never its message, which might hold something personal."""
    leased_until: Mapped[dt.datetime | None] = mapped_column(Instant())
    """In real time (the demo's clock does not count): a lease is about a process that is alive."""
    leased_by: Mapped[str | None] = mapped_column(Text_())
    done_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    dead_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    given_up_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    given_up_because: Mapped[str | None] = mapped_column(Text_())


class Heartbeat(Model):
    """When a worker was last alive, in real time (the demo's clock does not count)."""

    __tablename__ = "heartbeat"
    __table_args__ = laws()

    name: Mapped[str] = mapped_column(Text_(), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Instant())
