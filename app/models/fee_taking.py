"""Takings of the operator's fee: proposed by one treasurer, let go by another, perhaps sent back by the bank."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Fen, Instant, Key, Model, Ref, Text_, laws, new_ref
from app.models.plan import Plan

_waits = text("state = 'proposed'")


class FeeTaking(Model):
    """A part of a settled fee on its way from custody to the operator. Booked when a second treasurer lets it go."""

    __tablename__ = "fee_taking"
    __table_args__ = laws(
        CheckConstraint("state IN ('proposed', 'taken', 'refused', 'returned')", name="state"),
        CheckConstraint("amount_fen > 0", name="something"),
        CheckConstraint("recipient <> ''", name="says_where_it_goes"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="an_answer_has_its_time"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="an_answer_has_its_treasurer"),
        CheckConstraint("state = 'refused' OR decided_by <> proposed_by", name="two_people"),
        CheckConstraint("(state IN ('taken', 'returned')) = (entry_id IS NOT NULL)", name="taken_is_booked"),
        CheckConstraint("(state = 'returned') = (return_entry_id IS NOT NULL)", name="returned_is_booked"),
        CheckConstraint("(return_entry_id IS NULL) = (returned_by IS NULL)", name="a_return_has_its_treasurer"),
        CheckConstraint("(return_entry_id IS NULL) = (returned_at IS NULL)", name="a_return_has_its_time"),
        Index("ix_fee_taking_of_plan", "plan_id", "id"),
        Index("ix_fee_taking_one_waits", "plan_id", unique=True, sqlite_where=_waits, postgresql_where=_waits),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    """What the transfer is called: the bank's statement is matched by it."""
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    amount_fen: Mapped[int] = mapped_column(Fen())
    recipient: Mapped[str] = mapped_column(Text_())
    """Whose account it goes to, in words everybody may read."""
    state: Mapped[str] = mapped_column(Text_(), default="proposed")
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[dt.datetime] = mapped_column(Instant())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    returned_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    returned_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    return_entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=True)
