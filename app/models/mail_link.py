"""Links in mails: whoever opens one reads the mail of that address. Used once, for a short time."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, Key, Model, Ref, Sealed, Text_, laws, new_ref
from app.models.account import Account


class MailLink(Model):
    """One link. Its token is never kept: the mail is given it, this row has the hash. Frozen once used (trigger)."""

    __tablename__ = "mail_link"
    __table_args__ = laws(
        CheckConstraint("purpose IN ('confirm', 'change', 'reset')", name="purpose"),
        CheckConstraint("(purpose = 'reset') = (account_id IS NULL)", name="belongs_to_somebody"),
        CheckConstraint("length(token_hash) = 32", name="token_is_a_hash"),
        CheckConstraint("expires_at > created_at", name="expires_after_it_was_made"),
        CheckConstraint("used_at IS NULL OR used_at >= created_at", name="used_after_it_was_made"),
        Index("ix_mail_link_of_account", "account_id"),
        Index("ix_mail_link_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    purpose: Mapped[str] = mapped_column(Text_())
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Null for a reset: whose address it is, is looked up when the mail is written and when the link is used, so that
    the page that asked for it does not know."""
    email_sealed: Mapped[bytes] = mapped_column(Sealed())
    """The address the mail goes to."""
    former_email_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """The address that a change replaced, until it has been told."""
    token_hash: Mapped[bytes] = mapped_column(Sealed(), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(Instant())
    expires_at: Mapped[dt.datetime] = mapped_column(Instant())
    used_at: Mapped[dt.datetime | None] = mapped_column(Instant())

    account: Mapped[Account | None] = relationship(lazy="joined")
