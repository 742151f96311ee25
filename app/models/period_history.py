"""What became of a period beside its plan: changes with public reasons, approvals, and cases it had to let go."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Day, Instant, Key, Model, Record, Text_, Whole, laws


class PeriodChange(Model):
    """A period was postponed, cancelled or locked late, or somebody explained why it was late. Immutable (trigger)."""

    __tablename__ = "period_change"
    __table_args__ = laws(
        CheckConstraint("kind IN ('postponed', 'cancelled', 'late', 'explained')", name="kind"),
        CheckConstraint("reason <> ''", name="says_why"),
        CheckConstraint("kind <> 'late' OR by IS NULL", name="only_the_clock_is_late"),
        CheckConstraint("by IS NOT NULL OR kind IN ('late', 'cancelled')", name="people_answer_for_changes"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), index=True)
    kind: Mapped[str] = mapped_column(Text_())
    at: Mapped[dt.datetime] = mapped_column(Instant())
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Null when the clock noted it."""
    reason: Mapped[str] = mapped_column(Text_())
    """Public words of a treasurer; where the clock did it, a key of `period_states.LATE_CAUSES`."""
    publication_day_before: Mapped[dt.date] = mapped_column(Day())
    publication_day_after: Mapped[dt.date] = mapped_column(Day())
    settle_day_before: Mapped[dt.date] = mapped_column(Day())
    settle_day_after: Mapped[dt.date] = mapped_column(Day())


class PeriodApproval(Model):
    """A treasurer checked or approved this sum: its fingerprint and figures, kept also when it is void. Immutable."""

    __tablename__ = "period_approval"
    __table_args__ = laws(CheckConstraint("kind IN ('checked', 'approved')", name="kind"))

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(Instant())
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(Text_())
    digest: Mapped[str] = mapped_column(Text_())
    figures: Mapped[dict[str, Any]] = mapped_column(Record())
    """The terms of the sum by name (`settling.figures_of`)."""


class PeriodStep(Model):
    """A step of a period that stands nowhere else, each once: planned, settled in so long, paid, paid again.

    Immutable (trigger).
    """

    __tablename__ = "period_step"
    __table_args__ = laws(
        CheckConstraint("step IN ('planned', 'settled', 'paid')", name="step"),
        CheckConstraint("n >= 1 AND (step = 'paid' OR n = 1)", name="number"),
        CheckConstraint("(step = 'settled') = (took_ms IS NOT NULL)", name="settled_took_its_time"),
        UniqueConstraint("period_id", "step", "n"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    step: Mapped[str] = mapped_column(Text_())
    n: Mapped[int] = mapped_column(Whole())
    at: Mapped[dt.datetime] = mapped_column(Instant())
    took_ms: Mapped[int | None] = mapped_column(Whole())


class Carry(Model):
    """An award whose locked period was cancelled: it moves with its case into the next one that is published.

    Written when the period is cancelled; `to_period_id` once, when the case is published again.
    """

    __tablename__ = "carry"
    __table_args__ = laws(
        CheckConstraint("from_number >= 1", name="number"),
        CheckConstraint("to_period_id IS NULL OR to_period_id <> from_period_id", name="moves_on"),
        UniqueConstraint("award_id", "from_period_id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    from_period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), index=True)
    from_number: Mapped[int] = mapped_column(Whole())
    to_period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
