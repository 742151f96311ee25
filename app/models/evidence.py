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
        CheckConstraint(
            "media_type IN ('image/jpeg', 'image/png', 'image/heic', 'application/pdf')", name="media_type"
        ),
        CheckConstraint("size_bytes > 0", name="not_empty"),
        CheckConstraint("turn_degrees IN (0, 90, 180, 270)", name="turn"),
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
    made_on_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """The day the file says it was made on, under the document's own key and gone with it; null when it says none."""
    original_object: Mapped[str] = mapped_column(Text_(), unique=True)
    view_object: Mapped[str] = mapped_column(Text_(), unique=True)
    view_media_type: Mapped[str] = mapped_column(Text_())
    turn_degrees: Mapped[int] = mapped_column(Whole(), default=0, server_default="0")
    """How far its owner turned it to the right to be read; the files stay as they are."""
    place: Mapped[int | None] = mapped_column(Whole())
    """The number of the first document in whose place it was put; null for one in a place of its own."""
    uploaded_at: Mapped[dt.datetime] = mapped_column(Instant())
    removed_at: Mapped[dt.datetime | None] = mapped_column(Instant())
