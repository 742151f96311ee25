"""Messages: the inbox on the site. What is said by mail is always readable here as well."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Record, Text_, laws


class Message(Model):
    """One message to one account; its words are composed from kind and values when it is read."""

    __tablename__ = "message"
    __table_args__ = laws(Index("ix_message_inbox", "account_id", "at"))

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(Text_(), unique=True)
    """Makes it be said once."""
    kind: Mapped[str] = mapped_column(Text_())
    values: Mapped[dict[str, Any]] = mapped_column(Record())
    at: Mapped[dt.datetime] = mapped_column(Instant())
    read_at: Mapped[dt.datetime | None] = mapped_column(Instant())
