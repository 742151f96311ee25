"""Settlements: one row per pool and period says what millions would say elsewhere. All rows here are immutable."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Fen, Instant, Key, Model, Whole, laws


class Award(Model):
    """The input: what one claim asks of one period. A claim may have several (instalments, bills)."""

    __tablename__ = "award"
    __table_args__ = laws(
        CheckConstraint("amount_fen > 0", name="something"),
        CheckConstraint("number >= 1", name="number"),
        UniqueConstraint("period_id", "number"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    number: Mapped[int] = mapped_column(Whole())
    amount_fen: Mapped[int] = mapped_column(Fen())


class Settlement(Model):
    """Every input and every term of one settlement (money.md), checked by the database as well as by the code."""

    __tablename__ = "settlement"
    __table_args__ = laws(
        CheckConstraint("members > 0 OR (members = 0 AND share_fen = 0 AND fee_fen = 0)", name="members_positive"),
        CheckConstraint("share_fen >= 0", name="share_not_negative"),
        CheckConstraint("cases >= 0", name="cases_not_negative"),
        CheckConstraint("room_fen IS NULL OR room_fen >= 0", name="room_not_negative"),
        CheckConstraint(
            "approved_fen >= 0 AND shared_payouts_fen >= 0 AND fee_fen >= 0 AND unpaid_fen >= 0 "
            "AND from_reserve_fen >= 0 AND from_operator_fen >= 0 AND credits_fen >= 0 "
            "AND surplus_before_fen >= 0 AND surplus_after_fen >= 0",
            name="terms_not_negative",
        ),
        CheckConstraint("need_fen = shared_payouts_fen + fee_fen + unpaid_fen", name="need_is_its_terms"),
        CheckConstraint(
            "share_fen * members + surplus_before_fen = need_fen + surplus_after_fen", name="nothing_is_lost"
        ),
        CheckConstraint("index_after_fen = index_before_fen + share_fen", name="index_moves_by_the_share"),
        CheckConstraint(
            "shared_payouts_fen + from_reserve_fen + from_operator_fen <= approved_fen", name="never_more_than_approved"
        ),
        CheckConstraint(
            "(entry_id IS NULL) = (need_fen = 0 AND from_reserve_fen = 0 AND from_operator_fen = 0)",
            name="money_moves_with_an_entry",
        ),
    )

    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Whole(), primary_key=True, autoincrement=False)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), unique=True)
    pool_terms_id: Mapped[int] = mapped_column(ForeignKey("pool_terms.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
    cases: Mapped[int] = mapped_column(Whole())
    members: Mapped[int] = mapped_column(Whole())
    room_fen: Mapped[int | None] = mapped_column(Fen())
    index_at_new_year_fen: Mapped[int] = mapped_column(Fen())
    settlements_left: Mapped[int] = mapped_column(Whole())
    unpaid_waiting_fen: Mapped[int] = mapped_column(Fen())
    credits_fen: Mapped[int] = mapped_column(Fen())
    reserve_before_fen: Mapped[int] = mapped_column(Fen())
    approved_fen: Mapped[int] = mapped_column(Fen())
    shared_payouts_fen: Mapped[int] = mapped_column(Fen())
    fee_fen: Mapped[int] = mapped_column(Fen())
    unpaid_fen: Mapped[int] = mapped_column(Fen())
    need_fen: Mapped[int] = mapped_column(Fen())
    from_reserve_fen: Mapped[int] = mapped_column(Fen())
    from_operator_fen: Mapped[int] = mapped_column(Fen())
    share_fen: Mapped[int] = mapped_column(Fen())
    index_before_fen: Mapped[int] = mapped_column(Fen())
    index_after_fen: Mapped[int] = mapped_column(Fen())
    surplus_before_fen: Mapped[int] = mapped_column(Fen())
    surplus_after_fen: Mapped[int] = mapped_column(Fen())
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)


class SettlementAward(Model):
    """The result for one award. All three may be 0: then nothing is paid and the claim is closed as settled."""

    __tablename__ = "settlement_award"
    __table_args__ = laws(
        ForeignKeyConstraint(
            ["pool_id", "seq"], ["settlement.pool_id", "settlement.seq"], name="fk_settlement_award_settlement"
        ),
        CheckConstraint(
            "asked_fen > 0 AND shared_fen >= 0 AND from_reserve_fen >= 0 AND from_operator_fen >= 0",
            name="parts_not_negative",
        ),
        CheckConstraint("shared_fen + from_reserve_fen + from_operator_fen <= asked_fen", name="never_more_than_asked"),
        Index("ix_settlement_award_of_settlement", "pool_id", "seq"),
    )

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), primary_key=True, autoincrement=False)
    pool_id: Mapped[int] = mapped_column(Key())
    seq: Mapped[int] = mapped_column(Whole())
    asked_fen: Mapped[int] = mapped_column(Fen())
    shared_fen: Mapped[int] = mapped_column(Fen())
    from_reserve_fen: Mapped[int] = mapped_column(Fen())
    from_operator_fen: Mapped[int] = mapped_column(Fen())

    award: Mapped[Award] = relationship(lazy="joined", innerjoin=True)

    @property
    def received_fen(self) -> int:
        """What the claimant receives, before arrears are set off."""
        return self.shared_fen + self.from_reserve_fen + self.from_operator_fen
