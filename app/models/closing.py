"""Closings: a plan that ends in the open, from the announcement to the last fen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Fen, Instant, Key, Model, Record, Ref, Text_, laws, new_ref
from app.models.plan import Plan

_counts = text("stage NOT IN ('dropped', 'taken_back')")
_waiting = text("state = 'recorded'")


class Closing(Model):
    """The closing of one plan: proposed by one, announced by another, then carried out by the clock."""

    __tablename__ = "closing"
    __table_args__ = laws(
        CheckConstraint(
            "stage IN ('proposed', 'announced', 'last_period', 'run_off', 'remainder', 'closed', 'dropped', "
            "'taken_back')",
            name="stage",
        ),
        CheckConstraint("reason <> ''", name="says_why"),
        CheckConstraint("announced_by <> proposed_by", name="two_people"),
        CheckConstraint("(stage IN ('proposed', 'dropped')) = (announced_at IS NULL)", name="announced_has_its_time"),
        CheckConstraint("(announced_at IS NULL) = (announced_by IS NULL)", name="announced_has_its_person"),
        CheckConstraint("(stage IN ('dropped', 'taken_back')) = (ended_at IS NOT NULL)", name="over_has_its_time"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="over_has_its_person"),
        CheckConstraint("stage <> 'taken_back' OR end_reason <> ''", name="taking_back_says_why"),
        CheckConstraint(
            "(stage IN ('run_off', 'remainder', 'closed')) = (run_off_at IS NOT NULL)", name="run_off_has_its_time"
        ),
        CheckConstraint("(run_off_at IS NULL) = (held IS NULL)", name="run_off_knows_what_was_held"),
        CheckConstraint("(run_off_at IS NULL) = (held_entry_id IS NULL)", name="run_off_knows_since_when"),
        CheckConstraint("(stage = 'closed') = (closed_at IS NOT NULL)", name="closed_has_its_time"),
        Index("ix_closing_one_a_plan", "plan_id", unique=True, sqlite_where=_counts, postgresql_where=_counts),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    stage: Mapped[str] = mapped_column(Text_(), default="proposed")
    closing_day: Mapped[dt.date] = mapped_column(Day())
    """Claims are for events before this day."""
    reason: Mapped[str] = mapped_column(Text_())
    """Why the plan closes; public from the announcement on."""
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[dt.datetime] = mapped_column(Instant())
    announced_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    announced_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When it was dropped before the announcement, or taken back after it."""
    end_reason: Mapped[str] = mapped_column(Text_(), default="")
    run_off_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When the last membership had ended."""
    held: Mapped[dict[str, Any] | None] = mapped_column(Record())
    """What the plan held at that instant, by the families of the ledger, each in its own direction."""
    held_entry_id: Mapped[int | None] = mapped_column(Key())
    """The last journal entry that is in it; the final report counts what came after."""
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant())

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=True)


class Remainder(Model):
    """What was left of a plan, on its way to whom the rules name. Booked when a second treasurer confirms it."""

    __tablename__ = "closing_remainder"
    __table_args__ = laws(
        CheckConstraint("state IN ('recorded', 'confirmed', 'refused')", name="state"),
        CheckConstraint("amount_fen > 0", name="something"),
        CheckConstraint("from_surplus_fen >= 0 AND from_reserve_fen >= 0", name="parts_not_negative"),
        CheckConstraint("amount_fen = from_surplus_fen + from_reserve_fen", name="amount_is_its_parts"),
        CheckConstraint("recipient <> ''", name="goes_to_somebody"),
        CheckConstraint("(state = 'recorded') = (decided_at IS NULL)", name="an_answer_has_its_time"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="an_answer_has_its_treasurer"),
        CheckConstraint("decided_by <> recorded_by", name="two_people"),
        CheckConstraint("(state = 'confirmed') = (entry_id IS NOT NULL)", name="confirmed_is_booked"),
        Index("ix_closing_remainder_waiting", "closing_id", unique=True, sqlite_where=_waiting,
              postgresql_where=_waiting),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    closing_id: Mapped[int] = mapped_column(ForeignKey("closing.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen())
    from_surplus_fen: Mapped[int] = mapped_column(Fen())
    from_reserve_fen: Mapped[int] = mapped_column(Fen())
    recipient: Mapped[str] = mapped_column(Text_())
    """Who received it, by name; everybody may read it."""
    reference: Mapped[str] = mapped_column(Text_(), unique=True)
    """What the bank calls the transfer."""
    state: Mapped[str] = mapped_column(Text_(), default="recorded")
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)

    closing: Mapped[Closing] = relationship(lazy="joined", innerjoin=True)
