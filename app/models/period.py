"""Periods: one settlement cycle of one plan: lock → publish → objections → settle → pay."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Flag, Instant, Key, Model, Record, Text_, Whole, laws
from app.models.plan import Plan, PoolTermsRow
from app.models.pool import Pool

_locked = text("state IN ('locked', 'checked', 'approved')")
_counts = text("state <> 'cancelled'")


class Period(Model):
    """One period of one pool. Its days come from the calendar of the pool terms it is locked under."""

    __tablename__ = "period"
    __table_args__ = laws(
        CheckConstraint(
            "state IN ('planned', 'postponed', 'locked', 'checked', 'approved', 'settled', 'paid', 'cancelled')",
            name="state",
        ),
        CheckConstraint("state NOT IN ('postponed', 'cancelled') OR reason <> ''", name="a_change_has_its_reason"),
        CheckConstraint("(members IS NULL) = (locked_at IS NULL)", name="locked_has_its_count"),
        CheckConstraint("(members IS NULL) = (seq IS NULL)", name="locked_has_its_seq"),
        CheckConstraint("members > 0 OR (run_off AND members = 0)", name="somebody_shares"),
        CheckConstraint(
            "state IN ('planned', 'postponed', 'cancelled') OR locked_at IS NOT NULL", name="published_is_locked"
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'settled', 'paid') OR approved_digest IS NOT NULL", name="settled_was_approved"
        ),
        CheckConstraint("state <> 'checked' OR checked_digest IS NOT NULL", name="checked_has_its_check"),
        CheckConstraint(
            "(checked_digest IS NULL) = (checked_by IS NULL) AND (checked_digest IS NULL) = (checked_at IS NULL)",
            name="a_check_is_whole",
        ),
        CheckConstraint(
            "approved_digest IS NULL OR (checked_digest IS NOT NULL AND approved_digest = checked_digest"
            " AND approved_by <> checked_by)",
            name="two_treasurers_one_sum",
        ),
        CheckConstraint("(state IN ('settled', 'paid')) = (settled_at IS NOT NULL)", name="settled_has_its_time"),
        CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_has_its_time"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_has_its_time"),
        CheckConstraint(
            "(approved_digest IS NULL) = (approved_by IS NULL) AND (approved_digest IS NULL) = (approved_at IS NULL)",
            name="an_approval_is_whole",
        ),
        CheckConstraint("(locked_at IS NULL) = (pool_terms_id IS NULL)", name="locked_has_its_terms"),
        CheckConstraint(
            "objections_last_day >= publication_day AND settle_day > objections_last_day AND pay_by_day >= settle_day",
            name="days_in_order",
        ),
        UniqueConstraint("pool_id", "year", "month", "number"),
        Index("ix_period_seq", "pool_id", "seq", unique=True, sqlite_where=_counts, postgresql_where=_counts),
        Index("ix_period_one_open_lock", "pool_id", unique=True, sqlite_where=_locked, postgresql_where=_locked),
        Index("ix_period_settle_day", "settle_day", "id"),
        Index("ix_period_of_plan_by_day", "plan_id", "publication_day", "id"),
        Index("ix_period_by_day", "publication_day", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    name: Mapped[str] = mapped_column(Text_(), unique=True)
    """`young-cancer-2026-10-1`: plan, year, month, number in the month."""
    year: Mapped[int] = mapped_column(Whole())
    month: Mapped[int] = mapped_column(Whole())
    number: Mapped[int] = mapped_column(Whole())
    state: Mapped[str] = mapped_column(Text_(), default="planned")
    publication_day: Mapped[dt.date] = mapped_column(Day())
    objections_last_day: Mapped[dt.date] = mapped_column(Day())
    settle_day: Mapped[dt.date] = mapped_column(Day())
    pay_by_day: Mapped[dt.date] = mapped_column(Day())
    seq: Mapped[int | None] = mapped_column(Whole())
    """The number of the settlement this lock leads to."""
    members: Mapped[int | None] = mapped_column(Whole())
    locked_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    visible_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When a signed checkpoint of the public log first held its `members-locked`: from then on the public sees it."""
    pool_terms_id: Mapped[int | None] = mapped_column(ForeignKey("pool_terms.id"))
    checked_digest: Mapped[str | None] = mapped_column(Text_())
    """Digest of the preview that a first treasurer checked."""
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    checked_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    approved_digest: Mapped[str | None] = mapped_column(Text_())
    """Digest of the checked preview that a second treasurer approved; settling anything else is refused."""
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    settled_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    paid_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    cancelled_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    reason: Mapped[str] = mapped_column(Text_(), default="")
    """Why it was postponed or cancelled; public."""
    received: Mapped[dict[str, Any] | None] = mapped_column(Record())
    """All claims of the plan at the lock as counts, and under `new` those handed in since the lock before; each adds
    up: received = approved + refused + withdrawn + open."""

    run_off: Mapped[bool] = mapped_column(Flag(), default=False)
    """The plan has closed: the claims of its run-off are settled out of what is left, and nobody is charged."""

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=True)
    pool: Mapped[Pool] = relationship(lazy="joined", innerjoin=True)
    pool_terms: Mapped[PoolTermsRow | None] = relationship(lazy="joined")

    @property
    def lock_over_at(self) -> dt.datetime | None:
        """When its lock ended: settled, or cancelled after it was locked; None before that."""
        return self.settled_at or (self.cancelled_at if self.locked_at is not None else None)
