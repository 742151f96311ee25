"""Objections to published cases, and the cases that were deferred or removed before their settlement."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, Key, Model, Ref, Sealed, Text_, Whole, laws, new_ref, new_salt
from app.models.case import Case
from app.models.period import Period


class Objection(Model):
    """What somebody says against a case. What was filed and what was answered stays as it is (trigger)."""

    __tablename__ = "objection"
    __table_args__ = laws(
        CheckConstraint("state IN ('open', 'admitted', 'dismissed', 'moot')", name="state"),
        CheckConstraint(
            "(state = 'open') = (answered_at IS NULL) AND (state IN ('open', 'moot')) = (answered_by IS NULL)",
            name="an_answer_has_time_and_person",
        ),
        CheckConstraint("(state IN ('open', 'moot')) = (public_reason = '')", name="an_answer_has_its_reason"),
        CheckConstraint("state <> 'open' OR text_sealed IS NOT NULL", name="open_says_something"),
        Index("ix_objection_of_case", "case_id", "state"),
        Index("ix_objection_of_period", "period_id", "state"),
        Index("ix_objection_waiting", "state", "filed_at"),
        Index("ix_objection_sender", "sender_hash"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    """What its filer alone was given: who has it adds documents."""
    public_ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    """What the public log calls it by: opens nothing."""
    case_id: Mapped[int] = mapped_column(ForeignKey("published_case.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    """The period it was filed in; its case may be deferred to the next one."""
    filed_at: Mapped[dt.datetime] = mapped_column(Instant())
    text_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """What was said, for the caseworkers alone: it may name people. None once it was erased."""
    name_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    contact_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    sender_hash: Mapped[bytes] = mapped_column(Sealed())
    """Keyed hash of the sender's address and the day: counts what came from there that day, tells nobody from where."""
    state: Mapped[str] = mapped_column(Text_(), default="open")
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    public_reason: Mapped[str] = mapped_column(Text_(), default="")
    salt: Mapped[str] = mapped_column(Text_(), default=new_salt)
    """What the commitment to the reason in the public log is mixed with."""

    case: Mapped[Case] = relationship(lazy="joined", innerjoin=True)
    period: Mapped[Period] = relationship()


class Deferral(Model):
    """An award that moved to the next period because an objection to its case was unanswered: once for each award."""

    __tablename__ = "deferral"
    __table_args__ = laws(
        CheckConstraint("from_number >= 1", name="number"),
        CheckConstraint("to_period_id IS NULL OR to_period_id <> from_period_id", name="moves_on"),
        Index("ix_deferral_from_period", "from_period_id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), unique=True)
    from_period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    from_number: Mapped[int] = mapped_column(Whole())
    """The number the case had there."""
    to_period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id"))
    """The period it was published in again; None until then."""
    at: Mapped[dt.datetime] = mapped_column(Instant())


class Removal(Model):
    """A published case that left its period before the settlement, for good. Written once (trigger)."""

    __tablename__ = "removal"
    __table_args__ = laws(
        CheckConstraint("cause IN ('withdrawn', 'objection')", name="cause"),
        CheckConstraint("(cause = 'objection') = (objection_id IS NOT NULL)", name="objection_is_named"),
        CheckConstraint("number >= 1", name="number"),
        Index("ix_removal_from_period", "period_id", "number"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("published_case.id"), unique=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    """The period it left; of a deferred case that waits for the next one, the period it was deferred from."""
    number: Mapped[int] = mapped_column(Whole())
    """The number the case had there."""
    cause: Mapped[str] = mapped_column(Text_())
    """Withdrawn by its claimant, or taken out by an objection that was admitted."""
    objection_id: Mapped[int | None] = mapped_column(ForeignKey("objection.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
