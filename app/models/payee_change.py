"""Another account for money that was awarded already: one person names it, another one confirms it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Ref, Sealed, Text_, laws, new_ref

_asked = text("state = 'asked'")


class PayeeChange(Model):
    """A relative names another account after the amount was decided; a caseworker answers. Kept (trigger)."""

    __tablename__ = "payee_change"
    __table_args__ = laws(
        CheckConstraint("state IN ('asked', 'confirmed', 'refused')", name="state"),
        CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL) AND (state = 'asked') = (decided_by IS NULL)",
            name="an_answer_has_time_and_person",
        ),
        CheckConstraint("decided_by <> named_by", name="takes_two_people"),
        CheckConstraint("state <> 'refused' OR reason <> ''", name="a_no_has_its_reason"),
        Index("ix_payee_change_one", "claim_id", unique=True, sqlite_where=_asked, postgresql_where=_asked),
        Index("ix_payee_change_of_claim", "claim_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    account_sealed: Mapped[bytes] = mapped_column(Sealed())
    """The bank account that is to be paid instead."""
    named_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    named_at: Mapped[dt.datetime] = mapped_column(Instant())
    state: Mapped[str] = mapped_column(Text_(), default="asked")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    reason: Mapped[str] = mapped_column(Text_(), default="")
    """Why not, for whoever named it."""
