"""Payouts: one award's money on its way, and each time the bank did not deliver it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Fen, Instant, Key, Model, Ref, Text_, Whole, laws, new_ref, new_salt
from app.models.settlement import SettlementAward


class Payout(Model):
    """One award's money: due when settled, released by a treasurer, paid when the bank says so, sometimes returned.

    `entry_id` is the last entry that booked it out. Released again with an entry, its money waits in suspense.
    """

    __tablename__ = "payout"
    __table_args__ = laws(
        CheckConstraint("state IN ('due', 'released', 'paid', 'returned', 'failed')", name="state"),
        CheckConstraint("amount_fen > 0", name="something"),
        CheckConstraint("attempt >= 1", name="attempt"),
        CheckConstraint("(state = 'due') = (released_at IS NULL)", name="released_has_its_time"),
        CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released_has_its_treasurer"),
        CheckConstraint("state NOT IN ('paid', 'returned') OR paid_at IS NOT NULL", name="paid_has_its_time"),
        CheckConstraint("(paid_at IS NULL) = (entry_id IS NULL)", name="paid_is_booked"),
        CheckConstraint("(waiting_since IS NULL) = (waiting_by IS NULL)", name="waiting_was_wanted"),
        CheckConstraint("waiting_since IS NULL OR state = 'due'", name="only_what_is_due_waits"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    award_id: Mapped[int] = mapped_column(ForeignKey("settlement_award.award_id"), unique=True)
    amount_fen: Mapped[int] = mapped_column(Fen())
    state: Mapped[str] = mapped_column(Text_(), default="due")
    due_at: Mapped[dt.datetime] = mapped_column(Instant())
    waiting_since: Mapped[dt.datetime | None] = mapped_column(Instant())
    """Since when a release waits for money; it leaves by itself when the cover reaches it."""
    waiting_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The treasurer who wanted it released."""
    released_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    released_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    paid_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When it arrived last; it stays while the money is on its way again."""
    attempt: Mapped[int] = mapped_column(Whole(), default=1)
    """The number of the transfer: 2 after the first one came back."""
    account_given_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When the claimant named the account anew, after a transfer came back; null until then."""
    reference: Mapped[str | None] = mapped_column(Text_(), unique=True)
    """What the payment service calls the transfer."""
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    salt: Mapped[str] = mapped_column(Text_(), default=new_salt)
    """What the commitment to the transfer in the public log is mixed with."""

    settled: Mapped[SettlementAward] = relationship(lazy="joined", innerjoin=True)


class PayoutReturn(Model):
    """One transfer that did not stay: the bank returned it, or refused it before any money moved. Immutable."""

    __tablename__ = "payout_return"
    __table_args__ = laws(
        CheckConstraint("kind IN ('returned', 'failed')", name="kind"),
        CheckConstraint("reason IN ('account_unknown', 'account_closed', 'name_differs', 'other')", name="reason"),
        CheckConstraint("(kind = 'returned') = (entry_id IS NOT NULL)", name="returned_is_booked"),
        UniqueConstraint("payout_id", "attempt"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    payout_id: Mapped[int] = mapped_column(ForeignKey("payout.id"))
    attempt: Mapped[int] = mapped_column(Whole())
    kind: Mapped[str] = mapped_column(Text_())
    reason: Mapped[str] = mapped_column(Text_())
    at: Mapped[dt.datetime] = mapped_column(Instant())
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Null when the payment service said so by itself."""
    reference: Mapped[str | None] = mapped_column(Text_())
    """What the payment service called that transfer."""
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
