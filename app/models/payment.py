"""Money that comes in through payment adapters. A reference is unique: the same payment twice is one."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Fen, Instant, Key, Model, Ref, Text_, laws, new_ref

_together = text("together IS NOT NULL")


class Payment(Model):
    """Money asked for by us and received from outside, for one application or one membership."""

    __tablename__ = "payment"
    __table_args__ = laws(
        CheckConstraint("state IN ('asked', 'received', 'failed', 'reversed')", name="state"),
        CheckConstraint("adapter IN ('sandbox', 'manual', 'webhook', 'list')", name="adapter"),
        CheckConstraint("amount_fen > 0", name="something"),
        CheckConstraint("(application_id IS NULL) <> (membership_id IS NULL)", name="is_for_one_thing"),
        CheckConstraint(
            "(state IN ('received', 'reversed')) = (received_at IS NOT NULL)", name="received_has_its_time"
        ),
        CheckConstraint("state <> 'failed' OR failed_at IS NOT NULL", name="failed_has_its_time"),
        CheckConstraint("(state = 'reversed') = (reversed_at IS NOT NULL)", name="reversed_has_its_time"),
        CheckConstraint("state NOT IN ('failed', 'reversed') OR reason <> ''", name="what_went_wrong_is_said"),
        Index("ix_payment_in_state", "state", "id"),
        Index(
            "ix_payment_together",
            "together",
            "membership_id",
            unique=True,
            sqlite_where=_together,
            postgresql_where=_together,
        ),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    reference: Mapped[str] = mapped_column(Text_(), unique=True)
    """What the payment service calls it."""
    adapter: Mapped[str] = mapped_column(Text_())
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen())
    state: Mapped[str] = mapped_column(Text_(), default="asked")
    together: Mapped[str | None] = mapped_column(Ref())
    """What payments have in common that one top-up of several memberships asked for; null for one alone."""
    asked_at: Mapped[dt.datetime] = mapped_column(Instant())
    received_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    failed_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When the payment service said that it will not arrive; it may still, and is booked then."""
    reversed_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When the bank took it back."""
    reason: Mapped[str] = mapped_column(Text_(), default="")
    """Why it failed or was taken back, as a treasurer or the payment service said it."""
