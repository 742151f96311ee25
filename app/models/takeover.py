"""Takeovers: a parent offers somebody of age the own memberships, who takes them to an account of their own."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, Key, Model, Ref, Sealed, Text_, laws, new_ref
from app.models.person import Person

_offered = text("state = 'offered'")


class Takeover(Model):
    """One link for one person, used once. What it came to is written once and stays (trigger)."""

    __tablename__ = "takeover"
    __table_args__ = laws(
        CheckConstraint("state IN ('offered', 'withdrawn', 'done')", name="state"),
        CheckConstraint("(state = 'offered') = (ended_at IS NULL)", name="an_end_has_its_time"),
        CheckConstraint("(state = 'done') = (to_account_id IS NOT NULL)", name="done_has_its_account"),
        CheckConstraint("(proved_by IS NULL) = (proved_at IS NULL)", name="a_proof_has_time_and_account"),
        CheckConstraint("state <> 'done' OR to_account_id = proved_by", name="whoever_proved_takes_over"),
        CheckConstraint("to_account_id <> from_account_id", name="goes_to_another_account"),
        CheckConstraint("expires_at > offered_at", name="lives_for_a_while"),
        Index(
            "ix_takeover_one_offer", "person_id", unique=True, sqlite_where=_offered, postgresql_where=_offered
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[bytes] = mapped_column(Sealed(), unique=True)
    offered_at: Mapped[dt.datetime] = mapped_column(Instant())
    expires_at: Mapped[dt.datetime] = mapped_column(Instant())
    state: Mapped[str] = mapped_column(Text_(), default="offered")
    proved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Which account showed the person's identity number last."""
    proved_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    to_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant())

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
