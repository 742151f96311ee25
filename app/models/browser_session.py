"""Sessions: one browser in which somebody is signed in, or was."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, Key, Model, Ref, Sealed, Text_, laws, new_ref
from app.models.account import Account


class BrowserSession(Model):
    """One sign-in. The browser holds its key, this row only the hash; ended rows stay for a while, and open nothing.

    Times are real ones, whatever the clock of a demonstration says.
    """

    __tablename__ = "browser_session"
    __table_args__ = laws(
        CheckConstraint("length(key_hash) = 32", name="key_is_a_hash"),
        CheckConstraint("ends_at > created_at", name="ends_after_it_began"),
        Index("ix_browser_session_of_account", "account_id", "ends_at"),
        Index("ix_browser_session_ends_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key_hash: Mapped[bytes] = mapped_column(Sealed(), unique=True)
    device: Mapped[str] = mapped_column(Text_())
    """Kind of browser and kind of device in coarse words, e.g. "firefox-android"; nothing finer is kept."""
    created_at: Mapped[dt.datetime] = mapped_column(Instant())
    seen_at: Mapped[dt.datetime] = mapped_column(Instant())
    """When somebody was last at work in it, to ten minutes."""
    ends_at: Mapped[dt.datetime] = mapped_column(Instant())
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When it was ended by somebody, before its time."""

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
