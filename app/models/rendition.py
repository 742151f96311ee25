"""Renditions: pictures of the pages of a document, made from its view for whoever looks at it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, synonym

from app.db import Instant, Key, Model, Text_, Whole, laws


def _of_drawn(document: str) -> tuple[CheckConstraint | UniqueConstraint, ...]:
    """What holds for every page that was drawn; `document` is the column that names what it is a page of."""
    return (
        CheckConstraint("kind IN ('page', 'thumb')", name="kind"),
        CheckConstraint("page >= 1", name="page"),
        CheckConstraint(
            "(object IS NULL) = (width_px IS NULL) AND (object IS NULL) = (height_px IS NULL)",
            name="drawn_has_its_size",
        ),
        CheckConstraint("width_px IS NULL OR (width_px >= 1 AND height_px >= 1)", name="size"),
        UniqueConstraint(document, "page", "kind"),
    )


class Drawn:
    """What every page that was drawn has, whichever document it belongs to."""

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    page: Mapped[int] = mapped_column(Whole())
    """From 1."""
    kind: Mapped[str] = mapped_column(Text_())
    object: Mapped[str | None] = mapped_column(Text_(), unique=True)
    """Its name in the store; null when this page cannot be drawn."""
    width_px: Mapped[int | None] = mapped_column(Whole())
    height_px: Mapped[int | None] = mapped_column(Whole())
    made_at: Mapped[dt.datetime] = mapped_column(Instant())


class Rendition(Drawn, Model):
    """One page as a JPEG, large or small, encrypted under the key of its document; or the fact that it cannot be drawn.

    It goes with its document: without the document's key nobody can read it.
    """

    __tablename__ = "rendition"
    __table_args__ = laws(*_of_drawn("evidence_id"))

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))

    document_id: Mapped[int] = synonym("evidence_id")


class CorrectionRendition(Drawn, Model):
    """The same of a document that proves the correction of a person."""

    __tablename__ = "correction_rendition"
    __table_args__ = laws(*_of_drawn("document_id"))

    document_id: Mapped[int] = mapped_column(ForeignKey("correction_paper.id"))
