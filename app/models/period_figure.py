"""Figures of periods: what is derived once from a lock and once from a settlement, so that no page counts members."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Fen, Instant, Key, Model, Record, Text_, Whole, laws


class PeriodFigure(Model):
    """What one period says in one kind: `members` after its lock, `money` after its settlement. Immutable (trigger)."""

    __tablename__ = "period_figure"
    __table_args__ = laws(CheckConstraint("kind IN ('members', 'money')", name="kind"))

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text_(), primary_key=True)
    made_at: Mapped[dt.datetime] = mapped_column(Instant())
    body: Mapped[dict[str, Any]] = mapped_column(Record())
    """See app/services/period_figures/making.py. Small numbers stand in it as they are: only a reader tells them."""


class FigureCell(Model):
    """One value of one dimension over all settled cases: what of it is told by name, and what waits for company.

    Cases are told in blocks of five and more and never taken back (triggers): no edition differs from another by less.
    Which period a case came from is not kept.
    """

    __tablename__ = "figure_cell"
    __table_args__ = laws(
        CheckConstraint("dimension IN ('age', 'group', 'place')", name="dimension"),
        CheckConstraint("named_cases = 0 OR named_cases >= 5", name="named_in_company"),
        CheckConstraint("waiting_cases >= 0", name="waiting_not_negative"),
        CheckConstraint(
            "named_shared_fen >= 0 AND named_received_fen >= named_shared_fen "
            "AND waiting_shared_fen >= 0 AND waiting_received_fen >= waiting_shared_fen",
            name="money_not_negative",
        ),
        CheckConstraint("value <> 'untold' OR named_cases = 0", name="untold_stays_untold"),
        UniqueConstraint("scope", "dimension", "value"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    scope: Mapped[str] = mapped_column(Text_())
    """The slug of a plan, or "all": each dimension is told in one scope alone, so that none is found by subtraction."""
    dimension: Mapped[str] = mapped_column(Text_())
    value: Mapped[str] = mapped_column(Text_())
    named_cases: Mapped[int] = mapped_column(Whole(), default=0)
    named_shared_fen: Mapped[int] = mapped_column(Fen(), default=0)
    """Out of the members' shares; `received` is with what reserve and operator added."""
    named_received_fen: Mapped[int] = mapped_column(Fen(), default=0)
    waiting_cases: Mapped[int] = mapped_column(Whole(), default=0)
    waiting_shared_fen: Mapped[int] = mapped_column(Fen(), default=0)
    waiting_received_fen: Mapped[int] = mapped_column(Fen(), default=0)
