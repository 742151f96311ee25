"""Credits: what a settlement charged too much, proposed by one treasurer and confirmed by another."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Fen, Instant, Key, Model, Ref, Text_, Whole, laws, new_ref
from app.models.membership import Membership
from app.models.pool import Pool
from app.models.settlement import Settlement

_open = text("done_at IS NULL")


class Credit(Model):
    """One credit for one settlement. Booked when a second treasurer confirms it; frozen from then on (trigger).

    All confirmed credits of a settlement together are never more than its share (trigger).
    """

    __tablename__ = "credit"
    __table_args__ = laws(
        ForeignKeyConstraint(["pool_id", "seq"], ["settlement.pool_id", "settlement.seq"], name="fk_credit_settlement"),
        CheckConstraint("state IN ('proposed', 'confirmed', 'refused')", name="state"),
        CheckConstraint("cause IN ('operator', 'rules')", name="cause"),
        CheckConstraint("over_fen > 0 AND members > 0", name="something"),
        CheckConstraint("reason <> ''", name="says_why"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="an_answer_has_its_time"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="an_answer_has_its_treasurer"),
        CheckConstraint("decided_by <> proposed_by", name="two_people"),
        CheckConstraint(
            "(state = 'confirmed') = (entry_id IS NOT NULL) AND (entry_id IS NULL) = (named IS NULL) "
            "AND (entry_id IS NULL) = (carried_fen IS NULL) AND (entry_id IS NULL) = (from_reserve_fen IS NULL) "
            "AND (entry_id IS NULL) = (into_seq IS NULL)",
            name="confirmed_is_booked",
        ),
        CheckConstraint("named >= 0 AND named <= members", name="named_are_of_those_charged"),
        CheckConstraint("carried_fen = (members - named) * over_fen", name="the_rest_is_carried"),
        CheckConstraint(
            "from_reserve_fen >= 0 AND from_reserve_fen <= members * over_fen "
            "AND (cause = 'rules' OR from_reserve_fen = 0)",
            name="the_operator_pays_its_own",
        ),
        CheckConstraint("into_seq > seq", name="a_later_settlement_is_lowered"),
        Index("ix_credit_of_settlement", "pool_id", "seq"),
        Index("ix_credit_into", "pool_id", "into_seq"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    seq: Mapped[int] = mapped_column(Whole())
    """The settlement that charged too much."""
    members: Mapped[int] = mapped_column(Whole())
    over_fen: Mapped[int] = mapped_column(Fen())
    """What each of them was charged too much."""
    cause: Mapped[str] = mapped_column(Text_())
    """Whose error it was (`credits.CAUSES`), and so who pays."""
    reason: Mapped[str] = mapped_column(Text_())
    """Public words."""
    state: Mapped[str] = mapped_column(Text_(), default="proposed")
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[dt.datetime] = mapped_column(Instant())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    named: Mapped[int | None] = mapped_column(Whole())
    """How many of them have left and get it by name."""
    carried_fen: Mapped[int | None] = mapped_column(Fen())
    """What entered the carry, for those who still share."""
    from_reserve_fen: Mapped[int | None] = mapped_column(Fen())
    into_seq: Mapped[int | None] = mapped_column(Whole())
    """The settlement whose surplus carried in holds it."""

    settlement: Mapped[Settlement] = relationship(lazy="joined", innerjoin=True, overlaps="pool")
    pool: Mapped[Pool] = relationship(lazy="joined", innerjoin=True, foreign_keys=[pool_id])


class NamedCredit(Model):
    """The part of a credit that goes to one membership that has left; at most one a membership and credit.

    Written when the credit is confirmed, carried out once, at the end of the membership at the earliest. Who takes the
    leaving back shares again: the part enters the carry then.
    """

    __tablename__ = "named_credit"
    __table_args__ = laws(
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("into_seq IS NULL OR done_at IS NOT NULL", name="carried_is_done"),
        UniqueConstraint("credit_id", "membership_id"),
        UniqueConstraint("credit_id", "number"),
        Index("ix_named_credit_open", "credit_id", "number", sqlite_where=_open, postgresql_where=_open),
        Index("ix_named_credit_membership", "membership_id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    credit_id: Mapped[int] = mapped_column(ForeignKey("credit.id"))
    number: Mapped[int] = mapped_column(Whole())
    """From 1 to the number of those named: never one more (trigger)."""
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    done_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    into_seq: Mapped[int | None] = mapped_column(Whole())
    """The settlement into whose carry it went, when the membership goes on after all."""

    credit: Mapped[Credit] = relationship(lazy="joined", innerjoin=True)
    membership: Mapped[Membership] = relationship(lazy="select")
