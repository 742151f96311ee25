"""Notices: PDFs of recorded facts. The fact is the truth; the file is its picture, rendered once and kept."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Ref, Text_, Whole, laws, new_ref


class Notice(Model):
    """One notice about one recorded thing. Without an account it is public."""

    __tablename__ = "notice"
    __table_args__ = laws(
        CheckConstraint(
            "kind IN ('certificate', 'decision', 'payout', 'bulletin', 'receipt', 'question')", name="kind"
        ),
        CheckConstraint("(kind = 'bulletin') = (account_id IS NULL)", name="only_bulletins_are_public"),
        UniqueConstraint("kind", "about"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    kind: Mapped[str] = mapped_column(Text_())
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    about: Mapped[int] = mapped_column(Key())
    """The row it tells of: a membership, a decision, a payout, a period, a claim or a question to one, by kind."""
    at: Mapped[dt.datetime] = mapped_column(Instant())


class NoticeFile(Model):
    """A notice rendered in one language: written once, sealed like evidence when it is personal."""

    __tablename__ = "notice_file"
    __table_args__ = laws(UniqueConstraint("notice_id", "language"))

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    language: Mapped[str] = mapped_column(Text_())
    object: Mapped[str] = mapped_column(Text_(), unique=True)
    sha256: Mapped[str] = mapped_column(Text_())
    size_bytes: Mapped[int] = mapped_column(Whole())
    rendered_at: Mapped[dt.datetime] = mapped_column(Instant())
