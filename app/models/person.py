"""People: the human who may receive. May differ from the account that pays: a child, a parent."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Day, Instant, Key, Model, Ref, Sealed, Text_, laws, new_ref

_child = text("relation = 'child'")


class Person(Model):
    """One human. Name and identity number are sealed; the keyed hash finds the same human again."""

    __tablename__ = "person"
    __table_args__ = laws(
        CheckConstraint("document_type IN ('resident', 'passport')", name="document_type"),
        CheckConstraint("relation IN ('self', 'child', 'spouse', 'parent', 'member')", name="relation"),
        Index("ix_person_of_account", "account_id", "identity_hash", unique=True),
        Index("ix_person_child_born", "birth_on", sqlite_where=_child, postgresql_where=_child),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    relation: Mapped[str] = mapped_column(Text_())
    """To the account: `self`, `child`, `spouse`, `parent`, or `member` of a group enrolled by list."""
    name_sealed: Mapped[bytes] = mapped_column(Sealed())
    birth_on: Mapped[dt.date] = mapped_column(Day())
    province: Mapped[str] = mapped_column(Text_())
    document_type: Mapped[str] = mapped_column(Text_())
    document_sealed: Mapped[bytes] = mapped_column(Sealed())
    identity_hash: Mapped[bytes] = mapped_column(Sealed())
    """HMAC(pepper, document type ‖ number): unique in a plan among live memberships."""
    created_at: Mapped[dt.datetime] = mapped_column(Instant())
    died_on: Mapped[dt.date | None] = mapped_column(Day())
    """The day of the death, once a caseworker has confirmed it."""
