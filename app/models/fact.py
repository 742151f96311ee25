"""Facts: everything that enters the public log, written in the transaction of the deed, not yet numbered."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Text_, laws


class Fact(Model):
    """One public fact as canonical JSON, without personal data. Immutable (trigger); a correction is another fact."""

    __tablename__ = "fact"
    __table_args__ = laws(Index("ix_fact_about", "type", "about"))

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    type: Mapped[str] = mapped_column(Text_())
    about: Mapped[str] = mapped_column(Text_())
    """What it is about, as the public calls it: a period's name, a case's reference, a plan's slug and version."""
    at: Mapped[dt.datetime] = mapped_column(Instant())
    body: Mapped[str] = mapped_column(Text_())
