"""Cases: a claim as the public sees it: pseudonymous, at a publication level, decided once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Fen, Key, Model, Ref, Text_, Whole, laws, new_ref, new_salt
from app.models.period import Period
from app.models.settlement import Award

_ends = text("detail_ends_on IS NOT NULL")
_known = text("true_province <> ''")


class Case(Model):
    """What is published of one award. Attributes are already coarsened so that few are never singled out.

    What is no longer shown never comes back, and its salt goes with it (triggers).
    """

    __tablename__ = "published_case"
    __table_args__ = laws(
        CheckConstraint("level IN (0, 1, 2, 3)", name="level"),
        CheckConstraint("amount_fen > 0", name="something"),
        Index("ix_published_case_of_period", "period_id", "number"),
        Index(
            "ix_published_case_true_attributes", "published_on", "true_age_band", "true_province", "true_disease_group"
        ),
        Index("ix_published_case_detail_ends", "detail_ends_on", "id", sqlite_where=_ends, postgresql_where=_ends),
        Index("ix_published_case_amount", "amount_fen", "period_id"),
        Index(
            "ix_published_case_disease_group",
            "disease_group",
            "detail_ends_on",
            sqlite_where=_ends,
            postgresql_where=_ends,
        ),
        Index("ix_published_case_place", "place", "detail_ends_on", sqlite_where=_ends, postgresql_where=_ends),
        Index("ix_published_case_true_known", "published_on", "id", sqlite_where=_known, postgresql_where=_known),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), unique=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    number: Mapped[int] = mapped_column(Whole())
    level: Mapped[int] = mapped_column(Whole())
    age_band: Mapped[str] = mapped_column(Text_())
    place: Mapped[str] = mapped_column(Text_())
    disease_group: Mapped[str] = mapped_column(Text_())
    amount_fen: Mapped[int] = mapped_column(Fen())
    decided_on: Mapped[dt.date] = mapped_column(Day())
    published_on: Mapped[dt.date] = mapped_column(Day())
    detail_ends_on: Mapped[dt.date | None] = mapped_column(Day())
    """From this day on age, place, group and story are no longer shown; None where nothing of them is shown (any more).
    """
    salt: Mapped[str] = mapped_column(Text_(), default=new_salt)
    """Of the commitment in its public fact; shown beside the details, and destroyed (empty) with them.
    A correction that shows them more coarsely has a new one."""
    true_age_band: Mapped[str] = mapped_column(Text_())
    """The true attributes: never shown; later cases count them for the small-group rule, and then they are forgotten
    (empty)."""
    true_province: Mapped[str] = mapped_column(Text_())
    true_disease_group: Mapped[str] = mapped_column(Text_())

    award: Mapped[Award] = relationship(lazy="joined", innerjoin=True)
    period: Mapped[Period] = relationship(lazy="joined", innerjoin=True)
