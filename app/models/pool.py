"""Pools: the members of a plan who carry the same share, as one number instead of millions of rows."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Fen, Key, Model, Text_, Whole, laws
from app.models.plan import Plan


class Pool(Model):
    """What everybody in it was charged so far, and how often. A balance is the own threshold less the index."""

    __tablename__ = "pool"
    __table_args__ = laws(
        UniqueConstraint("plan_id", "band"),
        CheckConstraint("index_fen >= 0", name="index_not_negative"),
        CheckConstraint("seq >= 0", name="seq_not_negative"),
        CheckConstraint("surplus_fen >= 0", name="surplus_not_negative"),
        CheckConstraint("credits_fen >= 0", name="credits_not_negative"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    band: Mapped[str] = mapped_column(Text_(), default="all")
    name: Mapped[str] = mapped_column(Text_(), unique=True)
    """What the ledger's accounts of this pool are called after: the plan's slug while a plan has one pool."""
    index_fen: Mapped[int] = mapped_column(Fen(), default=0)
    seq: Mapped[int] = mapped_column(Whole(), default=0)
    """Number of the last settlement."""
    surplus_fen: Mapped[int] = mapped_column(Fen(), default=0)
    credits_fen: Mapped[int] = mapped_column(Fen(), default=0)
    """What of the surplus are credits since the last settlement."""

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=True)


class PoolCounter(Model):
    """How many share and the sum of their thresholds, split over slots so that joins do not queue behind one row."""

    __tablename__ = "pool_counter"
    __table_args__ = laws(CheckConstraint("slot >= 0", name="slot_not_negative"))

    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(Whole(), primary_key=True)
    members: Mapped[int] = mapped_column(Whole(), default=0)
    thresholds_fen: Mapped[int] = mapped_column(Fen(), default=0)
