"""Money that comes in and goes out through payment adapters. A reference is unique: the same payment twice is one."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Fen, Instant, Key, Model, Ref, Text_, laws, new_ref
from app.models.settlement import SettlementAward


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
    asked_at: Mapped[dt.datetime] = mapped_column(Instant())
    received_at: Mapped[dt.datetime | None] = mapped_column(Instant())


class Payout(Model):
    """One award's money on its way: due when settled, released by a treasurer, paid when the bank says so."""

    __tablename__ = "payout"
    __table_args__ = laws(
        CheckConstraint("state IN ('due', 'released', 'paid', 'returned')", name="state"),
        CheckConstraint("amount_fen > 0", name="something"),
        CheckConstraint("(state = 'due') = (released_at IS NULL)", name="released_has_its_time"),
        CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released_has_its_treasurer"),
        CheckConstraint("(state IN ('paid', 'returned')) = (paid_at IS NOT NULL)", name="paid_has_its_time"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    award_id: Mapped[int] = mapped_column(ForeignKey("settlement_award.award_id"), unique=True)
    amount_fen: Mapped[int] = mapped_column(Fen())
    state: Mapped[str] = mapped_column(Text_(), default="due")
    due_at: Mapped[dt.datetime] = mapped_column(Instant())
    released_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    released_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    paid_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    reference: Mapped[str | None] = mapped_column(Text_(), unique=True)
    """What the payment service calls the transfer."""
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)

    settled: Mapped[SettlementAward] = relationship(lazy="joined", innerjoin=True)
