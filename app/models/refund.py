"""Money that goes back: balances of memberships that have ended, and payments whose place was never found."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Fen, Instant, Key, Model, Ref, Sealed, Text_, Whole, laws, new_ref
from app.models.membership import Membership
from app.models.payment import Payment

_held = text("closed_at IS NULL")
_open = text("membership_id IS NOT NULL AND state <> 'paid'")
_waiting = text("state <> 'paid'")


class SuspenseItem(Model):
    """A received payment whose place is not known: it waits for a check, or came for a membership that had ended."""

    __tablename__ = "suspense_item"
    __table_args__ = laws(
        CheckConstraint("reason IN ('application', 'membership_ended', 'plan_closes')", name="reason"),
        CheckConstraint("closed_as IN ('returned', 'accepted')", name="closed_as"),
        CheckConstraint("(closed_at IS NULL) = (closed_as IS NULL)", name="closed_has_its_way"),
        Index("ix_suspense_item_held", "held_at", sqlite_where=_held, postgresql_where=_held),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text_())
    held_at: Mapped[dt.datetime] = mapped_column(Instant())
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    closed_as: Mapped[str | None] = mapped_column(Text_())
    """`accepted` when it became a deposit, `returned` when it was sent on its way back."""

    payment: Mapped[Payment] = relationship(lazy="joined", innerjoin=True)


class Refund(Model):
    """One sum on its way back to whoever is owed it: due, released by a treasurer, paid when the bank says so."""

    __tablename__ = "refund"
    __table_args__ = laws(
        CheckConstraint("state IN ('due', 'released', 'paid', 'returned')", name="state"),
        CheckConstraint("amount_fen > 0", name="something"),
        CheckConstraint("(membership_id IS NULL) <> (suspense_id IS NULL)", name="comes_from_one_thing"),
        CheckConstraint("(state = 'due') = (released_at IS NULL)", name="released_has_its_time"),
        CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released_has_its_treasurer"),
        CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_has_its_time"),
        Index("ix_refund_one_open", "membership_id", unique=True, sqlite_where=_open, postgresql_where=_open),
        Index("ix_refund_waiting", "state", "due_at", sqlite_where=_waiting, postgresql_where=_waiting),
        Index("ix_refund_of_membership", "membership_id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    """Who is told of it."""
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))
    suspense_id: Mapped[int | None] = mapped_column(ForeignKey("suspense_item.id"), unique=True)
    amount_fen: Mapped[int] = mapped_column(Fen())
    payee_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """A named payee with a bank account (heirs); null: back to whoever paid, the way the money came."""
    state: Mapped[str] = mapped_column(Text_(), default="due")
    due_at: Mapped[dt.datetime] = mapped_column(Instant())
    released_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    released_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    paid_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    attempt: Mapped[int] = mapped_column(Whole(), default=0)
    """How often it was released: once, and again after the bank sent it back."""
    reference: Mapped[str | None] = mapped_column(Text_(), unique=True)
    """What the payment service calls the transfer."""
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    """The journal entry of the last transfer that arrived."""

    # Loaded when asked for: joined with all that hangs on it, SQLite would read every membership for one refund.
    membership: Mapped[Membership | None] = relationship(lazy="select")
    suspense: Mapped[SuspenseItem | None] = relationship(lazy="select")
