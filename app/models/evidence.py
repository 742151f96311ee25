"""Evidence: a document attached to a claim, an objection or a report. Encrypted before it is stored."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Ref, Sealed, Text_, Whole, laws, new_ref


class Evidence(Model):
    """One stored document. The original stays as it came; the view is what a reviewer looks at."""

    __tablename__ = "evidence"
    __table_args__ = laws(
        CheckConstraint(
            "(CASE WHEN claim_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN objection_id IS NULL THEN 0 ELSE 1 END) "
            "+ (CASE WHEN report_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="belongs_to_one",
        ),
        CheckConstraint("media_type IN ('image/jpeg', 'image/png', 'application/pdf')", name="media_type"),
        CheckConstraint("size_bytes > 0", name="not_empty"),
        Index("ix_evidence_of_claim", "claim_id", "id"),
        Index("ix_evidence_of_objection", "objection_id", "id"),
        Index("ix_evidence_of_report", "report_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"))
    objection_id: Mapped[int | None] = mapped_column(ForeignKey("objection.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    kind: Mapped[str] = mapped_column(Text_())
    """Key of the checklist's document kind; "objection" for what was filed with one."""
    name_sealed: Mapped[bytes] = mapped_column(Sealed())
    """The file's name as the claimant's device called it."""
    media_type: Mapped[str] = mapped_column(Text_())
    size_bytes: Mapped[int] = mapped_column(Whole())
    pages: Mapped[int] = mapped_column(Whole())
    original_hash: Mapped[bytes] = mapped_column(Sealed(), index=True)
    """Keyed hash of the original: finds the same document again, tells nobody what is in it."""
    wrapped_key: Mapped[bytes] = mapped_column(Sealed())
    """The document's own key, wrapped by the key-encryption key; destroying it erases the document."""
    original_object: Mapped[str] = mapped_column(Text_(), unique=True)
    view_object: Mapped[str] = mapped_column(Text_(), unique=True)
    view_media_type: Mapped[str] = mapped_column(Text_())
    uploaded_at: Mapped[dt.datetime] = mapped_column(Instant())
    removed_at: Mapped[dt.datetime | None] = mapped_column(Instant())
