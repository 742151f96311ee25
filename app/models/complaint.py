"""Complaints: what somebody says against how they were treated, and each answer to it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Instant, Key, Model, Ref, Sealed, Text_, Whole, laws, new_ref

_open = text("state IN ('open', 'asked_again')")


class Complaint(Model):
    """One complaint, of an account or of nobody signed in. What was said is erased at most, never edited (trigger)."""

    __tablename__ = "complaint"
    __table_args__ = laws(
        CheckConstraint("state IN ('open', 'answered', 'asked_again', 'answered_again')", name="state"),
        CheckConstraint("language IN ('zh', 'en')", name="language"),
        CheckConstraint("(state IN ('open', 'answered')) = (again_at IS NULL)", name="asked_again_has_its_time"),
        CheckConstraint("(again_at IS NULL) = (again_due_on IS NULL)", name="asked_again_has_its_day"),
        CheckConstraint("state NOT IN ('open', 'asked_again') OR text_sealed IS NOT NULL", name="open_says_something"),
        CheckConstraint("state <> 'asked_again' OR again_sealed IS NOT NULL", name="asked_again_says_why"),
        CheckConstraint("(claimed_by IS NULL) = (claimed_at IS NULL)", name="claimed_has_its_time"),
        Index("ix_complaint_waiting", "due_on", "id", sqlite_where=_open, postgresql_where=_open),
        Index("ix_complaint_of_account", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Null for somebody who was not signed in; they read the answer by reference and secret."""
    language: Mapped[str] = mapped_column(Text_())
    about_ref: Mapped[str] = mapped_column(Text_(), default="")
    """The reference it is about, as typed; empty when none was given."""
    text_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """Null once the account was closed."""
    contact_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """An e-mail address of somebody who was not signed in."""
    filed_at: Mapped[dt.datetime] = mapped_column(Instant())
    due_on: Mapped[dt.date] = mapped_column(Day())
    """The last day for the first answer."""
    state: Mapped[str] = mapped_column(Text_(), default="open")
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who has taken it up, for the answer that is due now."""
    claimed_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    again_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    again_due_on: Mapped[dt.date | None] = mapped_column(Day())
    again_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """Why the first answer did not do."""

    answers: Mapped[list[ComplaintAnswer]] = relationship(lazy="selectin", order_by="ComplaintAnswer.round")


class ComplaintAnswer(Model):
    """One answer, the first or the second; never by the same person twice. Erased at most, never edited (trigger)."""

    __tablename__ = "complaint_answer"
    __table_args__ = laws(
        CheckConstraint("round IN (1, 2)", name="round"),
        UniqueConstraint("complaint_id", "round"),
        UniqueConstraint("complaint_id", "by"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    round: Mapped[int] = mapped_column(Whole())
    text_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
