"""Plans and their rule versions: what was promised, from which day, word for word."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Instant, Key, Model, Record, Text_, Whole, laws


class Plan(Model):
    """One mutual-aid scheme with its own pools, rules and money."""

    __tablename__ = "plan"
    __table_args__ = laws(CheckConstraint("position >= 0", name="position"))

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    slug: Mapped[str] = mapped_column(Text_(), unique=True)
    position: Mapped[int] = mapped_column(Whole())
    custody_account: Mapped[str] = mapped_column(Text_())
    """Name of the account at the bank that holds this plan's money, as the ledger calls it (`bank:<name>`)."""
    opened_on: Mapped[dt.date] = mapped_column(Day())


class RuleVersion(Model):
    """The immutable text and parameters of a plan from a day on. Never updated: a trigger refuses."""

    __tablename__ = "rule_version"
    __table_args__ = laws(
        UniqueConstraint("plan_id", "number"),
        UniqueConstraint("plan_id", "valid_from"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[int] = mapped_column(Whole())
    valid_from: Mapped[dt.date] = mapped_column(Day())
    published_at: Mapped[dt.datetime] = mapped_column(Instant())
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    fingerprint: Mapped[str] = mapped_column(Text_(), unique=True)
    rules: Mapped[dict[str, Any]] = mapped_column(Record(), deferred=True)
    """The whole version as data (`app.domain.rules.to_data`); large, so it is loaded only when it is read."""

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=True)


class MemberTermsRow(Model):
    """The part of a version that is pinned to memberships."""

    __tablename__ = "member_terms"
    __table_args__ = laws()

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    rule_version_id: Mapped[int] = mapped_column(ForeignKey("rule_version.id"), unique=True)
    terms: Mapped[dict[str, Any]] = mapped_column(Record(), deferred=True)

    version: Mapped[RuleVersion] = relationship(lazy="joined", innerjoin=True)


class PoolTermsRow(Model):
    """The part of a version that holds for the whole pool; a period is locked under one of these."""

    __tablename__ = "pool_terms"
    __table_args__ = laws()

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    rule_version_id: Mapped[int] = mapped_column(ForeignKey("rule_version.id"), unique=True)
    terms: Mapped[dict[str, Any]] = mapped_column(Record(), deferred=True)

    version: Mapped[RuleVersion] = relationship(lazy="joined", innerjoin=True)
