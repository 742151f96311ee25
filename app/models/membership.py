"""Memberships: one person in one plan, and what was paid in. What was charged lives in the pool, not here."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Fen, Flag, Instant, Key, Model, Ref, Sealed, Text_, Whole, laws, new_ref
from app.models.person import Person
from app.models.plan import MemberTermsRow
from app.models.pool import Pool

_live = text("state IN ('pending', 'sharing')")
_sharing = text("state = 'sharing'")
_pending = text("state = 'pending'")
_ending = text("state = 'sharing' AND ends_after_seq IS NOT NULL")
_ended = text("end_seq IS NOT NULL")
_aging = text("state = 'sharing' AND age_out_on IS NOT NULL")


class Membership(Model):
    """One person in one plan. `threshold_fen` is stored by the database; the balance is threshold − pool index."""

    __tablename__ = "membership"
    __table_args__ = laws(
        CheckConstraint(
            "state IN ('pending', 'sharing', 'left', 'lapsed', 'helped', 'rescinded', 'aged_out', 'died', 'closed')",
            name="state",
        ),
        CheckConstraint("(state IN ('pending', 'sharing')) = (end_seq IS NULL)", name="ended_has_end_seq"),
        CheckConstraint("(state IN ('pending', 'sharing')) = (ended_at IS NULL)", name="ended_has_ended_at"),
        CheckConstraint("(join_seq IS NULL) = (join_index_fen IS NULL)", name="joins_at_one_point"),
        CheckConstraint("state <> 'sharing' OR join_seq IS NOT NULL", name="sharing_has_join_seq"),
        CheckConstraint("state <> 'pending' OR join_seq IS NULL", name="pending_has_no_join_seq"),
        CheckConstraint("end_seq IS NULL OR join_seq IS NULL OR end_seq >= join_seq", name="ends_after_it_joined"),
        CheckConstraint("(ends_after_seq IS NULL) = (ends_as IS NULL)", name="an_end_has_its_reason"),
        CheckConstraint(
            "ends_as IN ('left', 'lapsed', 'helped', 'rescinded', 'aged_out', 'died', 'closed')", name="ends_as"
        ),
        CheckConstraint("NOT ends_at_lock OR ends_as IS NOT NULL", name="an_end_at_a_lock_is_an_end"),
        Index(
            "ix_membership_live_identity",
            "plan_id",
            "identity_hash",
            unique=True,
            sqlite_where=_live,
            postgresql_where=_live,
        ),
        Index(
            "ix_membership_threshold",
            "pool_id",
            "threshold_fen",
            "id",
            sqlite_where=_sharing,
            postgresql_where=_sharing,
        ),
        Index("ix_membership_pending", "pool_id", sqlite_where=_pending, postgresql_where=_pending),
        Index("ix_membership_ending", "pool_id", "ends_after_seq", sqlite_where=_ending, postgresql_where=_ending),
        Index("ix_membership_aging", "pool_id", "age_out_on", sqlite_where=_aging, postgresql_where=_aging),
        Index("ix_membership_ended", "pool_id", "end_seq", sqlite_where=_ended, postgresql_where=_ended),
        Index("ix_membership_account", "account_id"),
        Index("ix_membership_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), unique=True)
    """Null for a member enrolled by list."""
    member_terms_id: Mapped[int] = mapped_column(ForeignKey("member_terms.id"))
    identity_hash: Mapped[bytes] = mapped_column(Sealed())
    state: Mapped[str] = mapped_column(Text_())
    joined_at: Mapped[dt.datetime] = mapped_column(Instant())
    joined_on: Mapped[dt.date] = mapped_column(Day())
    join_seq: Mapped[int | None] = mapped_column(Whole())
    join_index_fen: Mapped[int | None] = mapped_column(Fen())
    paid_net_fen: Mapped[int] = mapped_column(Fen())
    """Deposits + credits − refunds − reversals; of either sign."""
    threshold_fen: Mapped[int | None] = mapped_column(Fen(), Computed("join_index_fen + paid_net_fen", persisted=True))
    ends_after_seq: Mapped[int | None] = mapped_column(Whole())
    ends_as: Mapped[str | None] = mapped_column(Text_())
    ends_at_lock: Mapped[bool] = mapped_column(Flag(), default=False)
    """The end was asked for between two locks and waits for the next one."""
    end_seq: Mapped[int | None] = mapped_column(Whole())
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    age_out_on: Mapped[dt.date | None] = mapped_column(Day())
    """The day the person reaches the age at which the plan is left; null where none is."""
    waits_from: Mapped[dt.date | None] = mapped_column(Day())
    """The day waiting counts from, when the member brought waiting along from another plan; null: the joining day."""
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"), unique=True)
    """The membership of the plan before, whose balance came along."""

    pool: Mapped[Pool] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    member_terms: Mapped[MemberTermsRow] = relationship(lazy="joined", innerjoin=True)

    @property
    def waiting_since(self) -> dt.date:
        """The day the waiting period counts from."""
        return self.waits_from or self.joined_on


class Deposit(Model):
    """Money that moved a threshold: in or out, credit or move. A statement's other half."""

    __tablename__ = "deposit"
    __table_args__ = laws(
        CheckConstraint("kind IN ('topup', 'credit', 'moved_in', 'refund', 'reversal', 'moved_out')", name="kind"),
        CheckConstraint("(kind IN ('topup', 'credit', 'moved_in')) = (amount_fen > 0)", name="sign_follows_kind"),
        CheckConstraint("amount_fen <> 0", name="not_nothing"),
        Index("ix_deposit_statement", "membership_id", "at"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    kind: Mapped[str] = mapped_column(Text_())
    amount_fen: Mapped[int] = mapped_column(Fen())
    at: Mapped[dt.datetime] = mapped_column(Instant())
