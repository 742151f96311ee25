"""What the payment service told us, each piece of news once, and what became of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Fen, Instant, Key, Model, Sealed, Text_, laws

_open = text("outcome IN ('waiting', 'to_be_looked_at')")


class Delivery(Model):
    """One piece of news. Immutable, but that one which waited for earlier news moves on, once."""

    __tablename__ = "delivery"
    __table_args__ = laws(
        CheckConstraint(
            "type IN ('payment.received', 'payment.failed', 'payment.reversed', 'payout.paid', 'payout.failed', "
            "'payout.returned', 'refund.paid', 'refund.failed', 'refund.returned')",
            name="type",
        ),
        CheckConstraint("outcome IN ('applied', 'no_change', 'waiting', 'to_be_looked_at')", name="outcome"),
        CheckConstraint("(outcome = 'waiting') = (moved_on_at IS NULL)", name="what_waits_has_not_moved_on"),
        CheckConstraint("amount_fen > 0", name="something"),
        CheckConstraint("told_id <> ''", name="has_its_name"),
        CheckConstraint("(outcome = 'applied') = (why = '')", name="what_was_not_applied_says_why"),
        CheckConstraint("reason IN ('account_unknown', 'account_closed', 'name_differs', 'other')", name="reason"),
        Index("ix_delivery_of_reference", "reference", "id"),
        Index("ix_delivery_open", "outcome", "id", sqlite_where=_open, postgresql_where=_open),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    told_id: Mapped[str] = mapped_column(Text_(), unique=True)
    """What the service calls this piece of news: told again, it is the same."""
    type: Mapped[str] = mapped_column(Text_())
    reference: Mapped[str] = mapped_column(Text_())
    """Our reference of the payment or the transfer it is about."""
    amount_fen: Mapped[int] = mapped_column(Fen())
    reason: Mapped[str] = mapped_column(Text_())
    """Why a bank did not deliver; `other` when the service does not say."""
    told_at: Mapped[dt.datetime] = mapped_column(Instant())
    """When it happened, as the service says."""
    received_at: Mapped[dt.datetime] = mapped_column(Instant())
    digest: Mapped[bytes] = mapped_column(Sealed())
    """SHA-256 of the body as it came."""
    outcome: Mapped[str] = mapped_column(Text_())
    why: Mapped[str] = mapped_column(Text_(), default="")
    """Why it was not applied: a key with its words in both languages."""
    moved_on_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When it was judged: at once, or when the news it waited for had come."""


class DeliveryContradiction(Model):
    """The same piece of news told again with another content: refused, and kept to be looked at. Immutable."""

    __tablename__ = "delivery_contradiction"
    __table_args__ = laws(UniqueConstraint("delivery_id", "digest"))

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    digest: Mapped[bytes] = mapped_column(Sealed())
    at: Mapped[dt.datetime] = mapped_column(Instant())


class DeliveryLook(Model):
    """A treasurer looked at news that could not be applied, and says what was done about it. Immutable."""

    __tablename__ = "delivery_look"
    __table_args__ = laws(
        CheckConstraint("said <> ''", name="says_what_was_done"), Index("ix_delivery_look_of", "delivery_id")
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
    said: Mapped[str] = mapped_column(Text_())
