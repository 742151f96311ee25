"""Money a treasurer saw arrive in the bank: recorded by one, confirmed by another, booked where it belongs."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Fen, Instant, Key, Model, Ref, Text_, laws, new_ref
from app.models.payment import Payment

_stands = text("state <> 'rejected'")
_open = text("state IN ('recorded', 'held')")


class TransferByHand(Model):
    """One transfer that arrived by itself. What was recorded is never edited: a mistake is rejected and recorded anew.

    `confirmed`: booked as a payment. `held`: nobody knows whose it is, so it waits in suspense until it is `placed` or
    `sent_back`.
    """

    __tablename__ = "transfer_by_hand"
    __table_args__ = laws(
        CheckConstraint("state IN ('recorded', 'confirmed', 'held', 'rejected', 'placed', 'sent_back')", name="state"),
        CheckConstraint("amount_fen > 0", name="something"),
        CheckConstraint("asked_fen > 0", name="asked_for_something"),
        CheckConstraint("bank_reference <> ''", name="the_bank_names_it"),
        CheckConstraint("(state = 'recorded') = (decided_at IS NULL)", name="an_answer_has_its_time"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="an_answer_has_its_treasurer"),
        CheckConstraint("decided_by <> recorded_by", name="two_people"),
        CheckConstraint("(state = 'rejected') = (reason <> '')", name="rejected_for_a_reason"),
        CheckConstraint("(state IN ('confirmed', 'placed')) = (payment_id IS NOT NULL)", name="booked_as_a_payment"),
        CheckConstraint("(state IN ('held', 'placed', 'sent_back')) = (entry_id IS NOT NULL)", name="held_is_booked"),
        CheckConstraint("(state IN ('placed', 'sent_back')) = (closed_at IS NOT NULL)", name="a_close_has_its_time"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="a_close_has_its_treasurer"),
        CheckConstraint("closed_by <> decided_by", name="two_people_again"),
        CheckConstraint("(state = 'sent_back') = (sent_reference IS NOT NULL)", name="sent_back_has_its_reference"),
        Index(
            "ix_transfer_by_hand_once", "bank_reference", unique=True, sqlite_where=_stands, postgresql_where=_stands
        ),
        Index("ix_transfer_by_hand_open", "state", "id", sqlite_where=_open, postgresql_where=_open),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    bank_reference: Mapped[str] = mapped_column(Text_())
    """What the bank calls it: the same transfer is recorded once, unless it was rejected."""
    custody: Mapped[str] = mapped_column(Text_())
    """The custody account it arrived in."""
    written: Mapped[str] = mapped_column(Text_())
    """The reference the payer wrote on it, as far as it can be read; may be empty."""
    amount_fen: Mapped[int] = mapped_column(Fen())
    """What really came."""
    asked_fen: Mapped[int | None] = mapped_column(Fen())
    """What was asked for, when it answers a payment that was asked for."""
    banked_on: Mapped[dt.date] = mapped_column(Day())
    """The bank's day."""
    state: Mapped[str] = mapped_column(Text_(), default="recorded")
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    reason: Mapped[str] = mapped_column(Text_(), default="")
    """Why it was rejected."""
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    """The entry that holds it in suspense, when nobody knew whose it was."""
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    sent_reference: Mapped[str | None] = mapped_column(Text_(), unique=True)
    """What the bank calls the transfer that took it back to where it came from."""

    payment: Mapped[Payment | None] = relationship(lazy="joined")
