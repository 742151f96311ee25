"""A membership ended by a decision: something that applied was not declared at joining."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Day, Instant, Key, Model, Ref, Sealed, Text_, laws, new_ref

_asked = text("state = 'contested'")


class Rescission(Model):
    """One caseworker's decision, its clause and reason; the member may contest it once, and another person answers."""

    __tablename__ = "rescission"
    __table_args__ = laws(
        CheckConstraint("state IN ('decided', 'contested', 'upheld', 'lifted')", name="state"),
        CheckConstraint("clause <> ''", name="rests_on_a_clause"),
        CheckConstraint("(state = 'decided') = (contest_sealed IS NULL)", name="contested_says_why"),
        CheckConstraint(
            "(state IN ('upheld', 'lifted')) = (answered_at IS NOT NULL) "
            "AND (answered_at IS NULL) = (answered_by IS NULL)",
            name="an_answer_has_time_and_person",
        ),
        CheckConstraint("answered_by IS NULL OR answered_by <> decided_by", name="another_person_answers"),
        Index("ix_rescission_contested", "decided_at", sqlite_where=_asked, postgresql_where=_asked),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    clause: Mapped[str] = mapped_column(Text_())
    reason_sealed: Mapped[bytes] = mapped_column(Sealed())
    """What was not declared and how it is known; for the member and the caseworkers."""
    state: Mapped[str] = mapped_column(Text_(), default="decided")
    decided_at: Mapped[dt.datetime] = mapped_column(Instant())
    decided_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    contest_until: Mapped[dt.date] = mapped_column(Day())
    """The last day to contest it; the membership does not end before that day is over, or the answer is there."""
    contest_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
