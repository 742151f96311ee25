"""Who looks after which claim, and who is away. Facts: an assignment ends, it is never edited."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Day, Instant, Key, Model, Sealed, Text_, laws
from app.models.said import Said

_lives = text("ended_at IS NULL")


class Assignment(Model):
    """One claim with one caseworker, from an instant until it ends. No lock: others may still move the claim."""

    __tablename__ = "assignment"
    __table_args__ = laws(
        CheckConstraint("how IN ('own', 'taken_over', 'handed_over', 'round_robin', 'bulk')", name="how"),
        CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="an_end_has_its_reason"),
        CheckConstraint(
            "ended_why IN ('step_done', 'decided', 'given_back', 'handed_over', 'taken_over', 'role_ended', "
            "'conflict')",
            name="ended_why",
        ),
        CheckConstraint("(how = 'round_robin') = (assigned_by IS NULL)", name="only_the_round_has_nobody"),
        CheckConstraint("how NOT IN ('taken_over', 'handed_over') OR reason_sealed IS NOT NULL", name="says_why"),
        CheckConstraint("ended_at IS NULL OR ended_at >= at", name="ends_after_it_began"),
        Index("ix_assignment_live", "claim_id", unique=True, sqlite_where=_lives, postgresql_where=_lives),
        Index("ix_assignment_of_claim", "claim_id", "id"),
        Index("ix_assignment_last", "assigned_to", "at"),
        Index("ix_assignment_open", "assigned_to", sqlite_where=_lives, postgresql_where=_lives),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    assigned_to: Mapped[int] = mapped_column(ForeignKey("account.id"))
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Null when the round did it."""
    at: Mapped[dt.datetime] = mapped_column(Instant())
    how: Mapped[str] = mapped_column(Text_())
    reason_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    reason = Said()
    """Why it was handed over or taken over."""
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    ended_why: Mapped[str | None] = mapped_column(Text_())


class Absence(Model):
    """A caseworker is away until a day, that day included; the round passes over whoever is away."""

    __tablename__ = "absence"
    __table_args__ = laws(
        Index("ix_absence_live", "account_id", unique=True, sqlite_where=_lives, postgresql_where=_lives),
        CheckConstraint("ended_at IS NULL OR ended_at >= at", name="ends_after_it_began"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    until_on: Mapped[dt.date] = mapped_column(Day())
    at: Mapped[dt.datetime] = mapped_column(Instant())
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When it was replaced or called off."""
