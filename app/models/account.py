"""Accounts: somebody who signs in. May own people and memberships, may work here, or both."""

from __future__ import annotations

import datetime as dt

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, Key, Model, Ref, Text_, laws, new_ref

_confirmed = text("email_confirmed_at IS NOT NULL")
_waiting = text("email_confirmed_at IS NULL AND closed_at IS NULL")


class Account(Model, UserMixin):
    """Somebody who signs in with an e-mail address and a password.

    An address belongs to one account from the moment its owner has confirmed it; until then anybody may have typed it.
    """

    __tablename__ = "account"
    __table_args__ = laws(
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("language IN ('zh', 'en')", name="language"),
        CheckConstraint(
            "closed_at IS NULL OR (email = '' AND email_confirmed_at IS NULL)", name="closed_keeps_no_address"
        ),
        Index("ix_account_email", "email", unique=True, sqlite_where=_confirmed, postgresql_where=_confirmed),
        Index("ix_account_unconfirmed", "email", "created_at", sqlite_where=_waiting, postgresql_where=_waiting),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    email: Mapped[str] = mapped_column(Text_())
    email_confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    name: Mapped[str] = mapped_column(Text_())
    password_hash: Mapped[str] = mapped_column(Text_())
    password_set_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When it was last changed; links for a new one that are older open nothing. Null for the one of the beginning."""
    language: Mapped[str] = mapped_column(Text_(), default="zh")
    created_at: Mapped[dt.datetime] = mapped_column(Instant())
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    demo_label: Mapped[str | None] = mapped_column(Text_(), unique=True)
    """How the demo's role switch finds this account, e.g. "treasurer-1"; null for everybody else."""

    roles: Mapped[list[StaffRole]] = relationship(
        primaryjoin="and_(Account.id == StaffRole.account_id, StaffRole.ended_at.is_(None))",
        foreign_keys="StaffRole.account_id",
        viewonly=True,
        lazy="selectin",
    )

    def works_as(self, role: str) -> bool:
        """Whether this account holds the staff role now."""
        return any(held.role == role for held in self.roles)


class StaffRole(Model):
    """An appointment: one account in one role, from a day until it ends. Ended rows stay."""

    __tablename__ = "staff_role"
    __table_args__ = laws(
        CheckConstraint("role IN ('caseworker', 'treasurer', 'operator', 'auditor', 'investigator')", name="role"),
        CheckConstraint("ended_at IS NULL OR ended_at >= appointed_at", name="ends_after_it_began"),
        Index(
            "ix_staff_role_held",
            "account_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(Text_())
    appointed_at: Mapped[dt.datetime] = mapped_column(Instant())
    appointed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant())
