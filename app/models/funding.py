"""Money from outside, for a reserve or owed by the operator: recorded by one treasurer, confirmed by another."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Fen, Instant, Key, Model, Ref, Text_, laws, new_ref
from app.models.plan import Plan


class Funding(Model):
    """A subsidy or a donation for a reserve, or what the operator owed. Booked when a second treasurer confirms it."""

    __tablename__ = "funding"
    __table_args__ = laws(
        CheckConstraint("kind IN ('subsidy', 'donation', 'promised')", name="kind"),
        CheckConstraint("state IN ('recorded', 'confirmed', 'refused')", name="state"),
        CheckConstraint("amount_fen > 0", name="something"),
        CheckConstraint("source <> ''", name="says_where_it_comes_from"),
        CheckConstraint("(state = 'recorded') = (decided_at IS NULL)", name="an_answer_has_its_time"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="an_answer_has_its_treasurer"),
        CheckConstraint("decided_by <> recorded_by", name="two_people"),
        CheckConstraint("(state = 'confirmed') = (entry_id IS NOT NULL)", name="confirmed_is_booked"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    kind: Mapped[str] = mapped_column(Text_())
    amount_fen: Mapped[int] = mapped_column(Fen())
    source: Mapped[str] = mapped_column(Text_())
    """Where it comes from, in words everybody may read."""
    reference: Mapped[str] = mapped_column(Text_(), unique=True)
    """What the bank calls the transfer: the same transfer is recorded once."""
    state: Mapped[str] = mapped_column(Text_(), default="recorded")
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=True)
