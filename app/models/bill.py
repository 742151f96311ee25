"""Bills of a claim that is paid in parts: what treatment cost, handed in one by one, each decided by two people."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Fen, Instant, Key, Model, Ref, Sealed, Text_, laws, new_ref
from app.models.claim import Claim
from app.models.evidence import Evidence
from app.models.said import Said

_live = text("state IN ('submitted', 'judged', 'accepted')")
_to_judge = text("state IN ('submitted', 'judged')")
_uncounted = text("state = 'accepted' AND award_id IS NULL")


class Bill(Model):
    """One bill of one hospital. What was handed in is never edited; its state moves, and the part it counted in."""

    __tablename__ = "bill"
    __table_args__ = laws(
        CheckConstraint("state IN ('submitted', 'judged', 'accepted', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("incurred_fen > 0 AND paid_by_others_fen >= 0", name="amounts_not_negative"),
        CheckConstraint("incurred_fen > paid_by_others_fen", name="something_is_left"),
        CheckConstraint("award_id IS NULL OR state IN ('accepted', 'withdrawn', 'submitted')", name="counted_was_good"),
        Index("ix_bill_of_claim", "claim_id", "id"),
        Index("ix_bill_counts_once", "bill_hash", unique=True, sqlite_where=_live, postgresql_where=_live),
        Index("ix_bill_same", "bill_hash"),
        Index("ix_bill_to_judge", "state", "at", sqlite_where=_to_judge, postgresql_where=_to_judge),
        Index("ix_bill_uncounted", "claim_id", sqlite_where=_uncounted, postgresql_where=_uncounted),
        Index("ix_bill_of_award", "award_id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    bill_hash: Mapped[bytes] = mapped_column(Sealed())
    """Keyed hash of person, hospital and number: finds the same bill again, also in another claim of the person."""
    hospital_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    hospital = Said()
    number_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    number = Said()
    day: Mapped[dt.date] = mapped_column(Day())
    """The day it was paid on."""
    incurred_fen: Mapped[int] = mapped_column(Fen())
    paid_by_others_fen: Mapped[int] = mapped_column(Fen())
    """What the public medical scheme and others have paid back of it."""
    state: Mapped[str] = mapped_column(Text_(), default="submitted")
    at: Mapped[dt.datetime] = mapped_column(Instant())
    """When it was handed in."""
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))
    """The part of the claim it was counted in; None while no part was made of it."""

    claim: Mapped[Claim] = relationship(lazy="joined", innerjoin=True)
    steps: Mapped[list[BillStep]] = relationship(lazy="selectin", order_by="BillStep.id")
    papers: Mapped[list[Evidence]] = relationship(secondary="bill_paper", lazy="selectin", order_by="Evidence.id")

    @property
    def net_fen(self) -> int:
        """What it left to pay."""
        return self.incurred_fen - self.paid_by_others_fen


class BillStep(Model):
    """One move of a bill: who made it, when, by which clause and why. Immutable (trigger).

    Who accepts or refuses is another person than who recommended last (trigger).
    """

    __tablename__ = "bill_step"
    __table_args__ = laws(
        CheckConstraint(
            "move IN ('recommend_acceptance', 'recommend_refusal', 'accept', 'refuse', 'withdraw', 'take_back_part', "
            "'reopen')",
            name="move",
        ),
        CheckConstraint(
            "move NOT IN ('recommend_refusal', 'refuse') OR (clause <> '' AND reason_sealed IS NOT NULL)",
            name="refusal_says_why",
        ),
        Index("ix_bill_step_of_bill", "bill_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"))
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    move: Mapped[str] = mapped_column(Text_())
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
    clause: Mapped[str] = mapped_column(Text_(), default="")
    reason_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    reason = Said()


class BillPaper(Model):
    """Which document is the paper of which bill."""

    __tablename__ = "bill_paper"
    __table_args__ = laws(Index("ix_bill_paper_of_bill", "bill_id"))

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True, autoincrement=False)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"))


class BillsClosed(Model):
    """A claim takes no bills any more: its claimant said that was all, or its days passed. Immutable (trigger)."""

    __tablename__ = "bills_closed"
    __table_args__ = laws()

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(Instant())
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The claimant who said so; None when the days passed."""
