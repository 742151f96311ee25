"""Runs of the questions about the money: when they were asked, and what each of them found."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Record, Text_, Whole, laws
from app.domain.calendar import PeriodName, parse_period_name

_whole = text("about = ''")


class CheckRun(Model):
    """One run. What was found is kept as counts and references, never as anything personal. Immutable (trigger)."""

    __tablename__ = "check_run"
    __table_args__ = laws(
        CheckConstraint(
            "trigger IN ('nightly', 'by-hand', 'command', 'before-settlement', 'after-settlement')", name="trigger"
        ),
        CheckConstraint("(trigger IN ('before-settlement', 'after-settlement')) = (about <> '')", name="about"),
        CheckConstraint("questions > 0 AND findings >= 0 AND duration_ms >= 0", name="counts"),
        Index("ix_check_run_whole", "id", sqlite_where=_whole, postgresql_where=_whole),
        Index("ix_check_run_about", "about"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    trigger: Mapped[str] = mapped_column(Text_())
    about: Mapped[str] = mapped_column(Text_(), default="")
    """The period that was about to settle, or had; empty for a run over everything."""
    at: Mapped[dt.datetime] = mapped_column(Instant())
    duration_ms: Mapped[int] = mapped_column(Whole())
    questions: Mapped[int] = mapped_column(Whole())
    findings: Mapped[int] = mapped_column(Whole())
    answers: Mapped[list[dict[str, Any]]] = mapped_column(Record())
    """In the order in which they were asked: name, how many rows it found, and the first of them."""

    @property
    def period(self) -> PeriodName | None:
        """The parts of the name of the period it is about."""
        return parse_period_name(self.about) if self.about else None
