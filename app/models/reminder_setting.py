"""From which balance on, and on which way, a member wants to be reminded; every word about it stays."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Fen, Flag, Instant, Key, Model, laws


class ReminderSetting(Model):
    """What was set for one membership; the newest of the account that looks after it counts. Immutable (trigger)."""

    __tablename__ = "reminder_setting"
    __table_args__ = laws(
        CheckConstraint("below_fen > 0", name="something"),
        Index("ix_reminder_setting_in_pool", "pool_id", "membership_id", "id"),
        Index("ix_reminder_setting_of_membership", "membership_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    """The pool of the membership, which never changes: a settlement finds the few that are set in its pool."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    """Who set it."""
    below_fen: Mapped[int | None] = mapped_column(Fen())
    """The balance below which to remind, earlier than the rules do; null: when the rules do."""
    by_mail: Mapped[bool] = mapped_column(Flag())
    """Also by mail; otherwise on the page alone. That days of grace begin is always told by mail."""
    set_at: Mapped[dt.datetime] = mapped_column(Instant())
