"""Open data at rest: which files there are, what they hold, and which of them have to be written anew."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Day, Instant, Model, Text_, Whole, laws


class Dataset(Model):
    """One public file as it was written last. A file that is gone keeps its row, with an empty fingerprint.

    Whenever its bytes change a new public fact says so (trigger); only the archive and what is copied into it, at the
    top of the folder, have none.
    """

    __tablename__ = "dataset"
    __table_args__ = laws(
        CheckConstraint("length(sha256) IN (0, 64)", name="fingerprint"),
        CheckConstraint('bytes >= 0 AND "rows" >= 0', name="counts"),
        CheckConstraint("sha256 <> '' OR (bytes = 0 AND \"rows\" = 0)", name="gone_is_empty"),
        CheckConstraint("fact_id IS NOT NULL OR part = ''", name="stated"),
        Index("ix_dataset_name", "name", "path"),
        Index("ix_dataset_part", "part", "path"),
        Index("ix_dataset_ends_on", "ends_on"),
        Index("ix_dataset_at", "at"),
    )

    path: Mapped[str] = mapped_column(Text_(), primary_key=True)
    """Below /open-data/, e.g. `young-cancer-2026-10-1/cases.csv`."""
    part: Mapped[str] = mapped_column(Text_())
    """The folder: a period, a plan, or `latest`; empty at the top."""
    name: Mapped[str] = mapped_column(Text_())
    """The file in its folder."""
    sha256: Mapped[str] = mapped_column(Text_())
    bytes: Mapped[int] = mapped_column(Whole())
    rows: Mapped[int] = mapped_column(Whole())
    at: Mapped[dt.datetime] = mapped_column(Instant())
    """When it was written as it stands."""
    fact_id: Mapped[int | None] = mapped_column(ForeignKey("fact.id"))
    ends_on: Mapped[dt.date | None] = mapped_column(Day())
    """From this day on something in it may not be shown any more: it has to be written anew; None: never."""
    made_of: Mapped[str] = mapped_column(Text_(), default="")
    """Fingerprint of the files it was put together from; empty for one that was made from the rows themselves."""


class DatasetDue(Model):
    """A part whose files have to be written anew: something about it was numbered since."""

    __tablename__ = "dataset_due"
    __table_args__ = laws(CheckConstraint("part <> ''", name="named"))

    part: Mapped[str] = mapped_column(Text_(), primary_key=True)
    since: Mapped[dt.datetime] = mapped_column(Instant())


class RefusalCount(Model):
    """Refusals of a plan up to the lock of a period, as everybody may read them, by group of clauses. Immutable.

    Kept once, because what the next period may say depends on it (domain/refusal_groups.py).
    """

    __tablename__ = "refusal_count"
    __table_args__ = laws(CheckConstraint("number > 0", name="something"))

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), primary_key=True, autoincrement=False)
    clause_group: Mapped[str] = mapped_column(Text_(), primary_key=True)
    number: Mapped[int] = mapped_column(Whole())
