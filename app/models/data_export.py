"""Exports of one's own data: asked for, made in the background, kept encrypted for some days, then gone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Ref, Sealed, Text_, Whole, laws, new_ref

_living = text("state IN ('asked', 'ready')")


class DataExport(Model):
    """One file of everything an account may take along. An account has one that lives at most."""

    __tablename__ = "data_export"
    __table_args__ = laws(
        CheckConstraint("state IN ('asked', 'ready', 'gone')", name="state"),
        CheckConstraint("language IN ('zh', 'en')", name="language"),
        CheckConstraint(
            "state <> 'ready' OR (object IS NOT NULL AND wrapped_key IS NOT NULL AND size_bytes > 0 "
            "AND made_at IS NOT NULL AND expires_at IS NOT NULL)",
            name="a_file_has_its_key",
        ),
        CheckConstraint("state <> 'gone' OR wrapped_key IS NULL", name="what_is_gone_has_no_key"),
        CheckConstraint("(state = 'gone') = (gone_at IS NOT NULL)", name="gone_has_its_time"),
        Index("ix_data_export_one", "account_id", unique=True, sqlite_where=_living, postgresql_where=_living),
        Index("ix_data_export_of_account", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    language: Mapped[str] = mapped_column(Text_())
    state: Mapped[str] = mapped_column(Text_(), default="asked")
    asked_at: Mapped[dt.datetime] = mapped_column(Instant())
    made_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    expires_at: Mapped[dt.datetime | None] = mapped_column(Instant(), index=True)
    gone_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    object: Mapped[str | None] = mapped_column(Text_(), unique=True)
    wrapped_key: Mapped[bytes | None] = mapped_column(Sealed())
    """The key of this one file; destroyed when it is gone."""
    size_bytes: Mapped[int | None] = mapped_column(Whole())
