"""Groups that invite, their lists, what was wrong with lines, and the invitations. None of it is a membership."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Instant, Key, Model, Ref, Sealed, Text_, Whole, laws, new_ref
from app.models.account import Account
from app.models.plan import Plan

_group_lives = text("state IN ('asked', 'admitted')")
_list_lives = text("state IN ('checking', 'checked', 'sending', 'sent')")
_unanswered = text("state IN ('waiting', 'invited')")


class Group(Model):
    """A company, a village or a school whose organiser wants to invite people; a caseworker admits it or does not."""

    __tablename__ = "organiser_group"
    __table_args__ = laws(
        CheckConstraint("kind IN ('company', 'village', 'school')", name="kind"),
        CheckConstraint("state IN ('asked', 'admitted', 'refused', 'ended')", name="state"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_once"),
        CheckConstraint("state <> 'refused' OR (reason IS NOT NULL AND reason <> '')", name="refused_for_a_reason"),
        CheckConstraint("decided_by IS NULL OR decided_by <> account_id", name="nobody_admits_the_own_group"),
        Index("ix_organiser_group_waiting", "asked_at", sqlite_where=text("state = 'asked'"),
              postgresql_where=text("state = 'asked'")),
        Index("ix_organiser_group_name", "account_id", "name", unique=True, sqlite_where=_group_lives,
              postgresql_where=_group_lives),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(Text_())
    name: Mapped[str] = mapped_column(Text_())
    """As people who are invited read it."""
    contact_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """How to reach the organiser; gone when the group has ended."""
    state: Mapped[str] = mapped_column(Text_(), default="asked")
    asked_at: Mapped[dt.datetime] = mapped_column(Instant())
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(Text_())

    account: Mapped[Account] = relationship(foreign_keys=account_id, lazy="joined", innerjoin=True)


class MemberList(Model):
    """One file of a group for one plan. The file itself is sealed, and kept until the worker has read it."""

    __tablename__ = "member_list"
    __table_args__ = laws(
        CheckConstraint("state IN ('checking', 'checked', 'sending', 'sent', 'dropped', 'over')", name="state"),
        CheckConstraint("(state = 'checking') = (file_sealed IS NOT NULL)", name="the_file_goes_when_it_is_read"),
        CheckConstraint("(state IN ('sending', 'sent', 'over')) = (expires_at IS NOT NULL)", name="sent_until_a_day"),
        CheckConstraint("(state IN ('dropped', 'over')) = (ended_at IS NOT NULL)", name="ended_at_an_instant"),
        CheckConstraint("lines_read >= 0 AND good >= 0 AND bad >= 0 AND good + bad = lines_read", name="lines_add_up"),
        Index("ix_member_list_same_file", "group_id", "plan_id", "digest", unique=True, sqlite_where=_list_lives,
              postgresql_where=_list_lives),
        Index("ix_member_list_of_group", "group_id", "id"),
        Index("ix_member_list_lives", "expires_at", "uploaded_at", sqlite_where=_list_lives,
              postgresql_where=_list_lives),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    group_id: Mapped[int] = mapped_column(ForeignKey("organiser_group.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    digest: Mapped[bytes] = mapped_column(Sealed())
    """A keyed hash of the file: the same file twice is one list."""
    file_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    file_lines: Mapped[int] = mapped_column(Whole())
    """How many lines the file has, so that a page can say how far the reading is."""
    state: Mapped[str] = mapped_column(Text_(), default="checking")
    lines_read: Mapped[int] = mapped_column(Whole(), default=0)
    good: Mapped[int] = mapped_column(Whole(), default=0)
    bad: Mapped[int] = mapped_column(Whole(), default=0)
    problem: Mapped[str | None] = mapped_column(Text_())
    """Why a list ended that nobody ended: `broken` (the file) or `plan_closes`."""
    language: Mapped[str] = mapped_column(Text_(), default="zh", server_default="zh")
    """The language of the mails: that of the people invited, which need not be the organiser's."""
    uploaded_at: Mapped[dt.datetime] = mapped_column(Instant())
    expires_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant())

    group: Mapped[Group] = relationship(lazy="joined", innerjoin=True)
    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=True)


class ListRefusal(Model):
    """What is wrong with one line of a list: its number and the name of the rule, and nothing of what it said."""

    __tablename__ = "list_refusal"
    __table_args__ = laws()

    list_id: Mapped[int] = mapped_column(ForeignKey("member_list.id"), primary_key=True)
    line: Mapped[int] = mapped_column(Whole(), primary_key=True)
    reason: Mapped[str] = mapped_column(Text_())
    day: Mapped[dt.date | None] = mapped_column(Day())
    """The day the reason depends on: from when somebody too young may join, until when somebody too old might have."""


class Invitation(Model):
    """One person on a list, invited into one plan. What is personal goes when the list is over."""

    __tablename__ = "invitation"
    __table_args__ = laws(
        CheckConstraint("state IN ('waiting', 'invited', 'taken', 'declined', 'expired', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'taken') = (account_id IS NOT NULL)", name="taken_by_an_account"),
        CheckConstraint("(state IN ('taken', 'declined')) = (answered_at IS NOT NULL)", name="answered_at_an_instant"),
        CheckConstraint("state IN ('waiting', 'invited') OR email_sealed IS NULL", name="the_address_goes_first"),
        CheckConstraint("state NOT IN ('waiting', 'invited') OR (name_sealed IS NOT NULL AND birth_on IS NOT NULL)",
                        name="an_open_one_names_somebody"),
        CheckConstraint("length(identity_hash) = 32 AND length(code_hash) = 32", name="hashes"),
        UniqueConstraint("list_id", "identity_hash"),
        UniqueConstraint("list_id", "line"),
        Index("ix_invitation_open", "group_id", "plan_id", "identity_hash", unique=True, sqlite_where=_unanswered,
              postgresql_where=_unanswered),
        Index("ix_invitation_of_list", "list_id", "state", "id"),
        Index("ix_invitation_of_account", "account_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    """Never leaves the house: the code that people are given is made from it with the pepper."""
    list_id: Mapped[int] = mapped_column(ForeignKey("member_list.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("organiser_group.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    line: Mapped[int] = mapped_column(Whole())
    identity_hash: Mapped[bytes] = mapped_column(Sealed())
    """The keyed hash of the document; its number is not kept: whoever answers shows that they know it."""
    document_type: Mapped[str] = mapped_column(Text_())
    name_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    email_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    birth_on: Mapped[dt.date | None] = mapped_column(Day())
    province: Mapped[str | None] = mapped_column(Text_())
    code_hash: Mapped[bytes] = mapped_column(Sealed(), unique=True)
    state: Mapped[str] = mapped_column(Text_(), default="waiting")
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Whose account took it: an answer in person, not yet a membership."""

    member_list: Mapped[MemberList] = relationship(lazy="joined", innerjoin=True)
