"""What became of claims, counted day by day: so that no page counts all claims, and public and staff read the same."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Day, Instant, Key, Model, Text_, Whole, laws


class ClaimFigure(Model):
    """How many claims of a plan and a month have a value of one kind (app/domain/claim_figures.py)."""

    __tablename__ = "claim_figure"
    __table_args__ = laws(
        CheckConstraint("number >= 0", name="number"),
        UniqueConstraint("plan_id", "month", "kind", "value"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    month: Mapped[str] = mapped_column(Text_())
    """As "2026-11": of the day it is counted by."""
    kind: Mapped[str] = mapped_column(Text_())
    value: Mapped[str] = mapped_column(Text_())
    number: Mapped[int] = mapped_column(Whole())


class FigureDay(Model):
    """The days that were counted, each once: the last one says until when the figures go."""

    __tablename__ = "figure_day"
    __table_args__ = laws()

    until_on: Mapped[dt.date] = mapped_column(Day(), primary_key=True)
    """The last local day that is in the figures."""
    counted_at: Mapped[dt.datetime] = mapped_column(Instant())
