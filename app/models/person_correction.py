"""Corrections: somebody says that what is kept of a person is wrong; what it was and what it shall be stay sealed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, Key, Model, Ref, Sealed, Text_, Whole, laws, new_ref
from app.models.person import Person

_waiting = text("state = 'asked'")


class PersonCorrection(Model):
    """One correction of one person: asked for with documents and answered by a caseworker, or made at once.

    What was asked for stays as it is; erasing an account destroys both values (trigger).
    """

    __tablename__ = "person_correction"
    __table_args__ = laws(
        CheckConstraint("state IN ('asked', 'accepted', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("fields <> ''", name="corrects_something"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="an_answer_has_its_time"),
        CheckConstraint(
            "state <> 'asked' OR (before_sealed IS NOT NULL AND after_sealed IS NOT NULL)", name="waits_with_both"
        ),
        CheckConstraint("state <> 'asked' OR decided_by IS NULL", name="nobody_has_answered_what_waits"),
        CheckConstraint("state <> 'refused' OR decided_by IS NOT NULL", name="a_no_has_its_person"),
        Index("ix_person_correction_one", "person_id", unique=True, sqlite_where=_waiting, postgresql_where=_waiting),
        Index("ix_person_correction_waiting", "asked_at", "id", sqlite_where=_waiting, postgresql_where=_waiting),
        Index("ix_person_correction_of_account", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    fields: Mapped[str] = mapped_column(Text_())
    """What it corrects, comma between: of `name`, `birth`, `document`, `province`."""
    before_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    after_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """What stood there, and what shall stand there; null once the account was closed."""
    asked_at: Mapped[dt.datetime] = mapped_column(Instant())
    state: Mapped[str] = mapped_column(Text_(), default="asked")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Null for what was made at once, or withdrawn."""
    reason_sealed: Mapped[bytes | None] = mapped_column(Sealed())

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    papers: Mapped[list[CorrectionPaper]] = relationship(lazy="selectin", order_by="CorrectionPaper.id")


class CorrectionPaper(Model):
    """One document that proves a correction, kept like evidence: encrypted, under a key of its own."""

    __tablename__ = "correction_paper"
    __table_args__ = laws(
        CheckConstraint(
            "media_type IN ('image/jpeg', 'image/png', 'image/heic', 'application/pdf')", name="media_type"
        ),
        CheckConstraint("size_bytes > 0", name="not_empty"),
        Index("ix_correction_paper_of_correction", "correction_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    correction_id: Mapped[int] = mapped_column(ForeignKey("person_correction.id"))
    name_sealed: Mapped[bytes] = mapped_column(Sealed())
    media_type: Mapped[str] = mapped_column(Text_())
    size_bytes: Mapped[int] = mapped_column(Whole())
    pages: Mapped[int] = mapped_column(Whole())
    wrapped_key: Mapped[bytes] = mapped_column(Sealed())
    """Destroying it erases the document."""
    original_object: Mapped[str] = mapped_column(Text_(), unique=True)
    view_object: Mapped[str] = mapped_column(Text_(), unique=True)
    view_media_type: Mapped[str] = mapped_column(Text_())
    uploaded_at: Mapped[dt.datetime] = mapped_column(Instant())
    removed_at: Mapped[dt.datetime | None] = mapped_column(Instant())

    @property
    def turn_degrees(self) -> int:
        """It lies as it came."""
        return 0
