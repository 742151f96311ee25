"""Statements: what was paid in and what was shared, derived line by line, never stored per member and period.

The lines of a membership are its deposits and the settlements of its pool in (join_seq, end_seq], in the order of time.
Their sum is the balance: the threshold less the index of the pool.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Subquery, func, literal, select, union_all

from app.db import Text_, Whole, db
from app.models import Deposit, Membership, Period, Settlement

SHARE = "share"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement; `amount_fen` raises (+) or lowers (−) the balance, `balance_fen` is what it came to."""

    at: dt.datetime
    kind: str
    """A kind of deposit (topup, credit, refund, reversal), or `SHARE`."""
    amount_fen: int
    balance_fen: int
    period: str | None
    """The name of the period a share belongs to; None for money that was paid in or out."""


def balance_fen(membership: Membership) -> int:
    """What a membership holds now; of one that has ended, what it held when it did. Negative: arrears."""
    if membership.join_index_fen is None or membership.join_seq is None:
        return membership.paid_net_fen
    if membership.end_seq is None:
        return membership.join_index_fen + membership.paid_net_fen - membership.pool.index_fen
    charged_fen = _index_after(membership.pool_id, membership.end_seq) - membership.join_index_fen
    return membership.paid_net_fen - charged_fen


def balance_at(membership: Membership, at: dt.datetime) -> int:
    """What a membership held at an instant; a booking or a settlement of that very instant counts."""
    entries = _entries(membership)
    found = db.session.scalar(select(func.coalesce(func.sum(entries.c.amount_fen), 0)).where(entries.c.at <= at))
    return int(found or 0)


def count_lines(membership: Membership) -> int:
    """How many lines the whole statement has."""
    return db.session.scalar(select(func.count()).select_from(_entries(membership))) or 0


def lines(membership: Membership, *, skip: int = 0, most: int | None = None) -> list[Line]:
    """The statement, newest first: `most` lines after the first `skip` ones, each with the balance it came to."""
    entries = _entries(membership)
    in_time = (entries.c.at, entries.c.rank, entries.c.number)
    rows = db.session.execute(
        select(
            entries.c.at,
            entries.c.kind,
            entries.c.amount_fen,
            entries.c.period,
            func.sum(entries.c.amount_fen).over(order_by=in_time).label("balance_fen"),
        )
        .order_by(*(column.desc() for column in in_time))
        .offset(skip)
        .limit(most)
    ).all()
    return [Line(row.at, row.kind, int(row.amount_fen), int(row.balance_fen), row.period or None) for row in rows]


def shared_fen(membership: Membership, *, since: dt.datetime) -> int:
    """What a membership was charged in shares from an instant on."""
    entries = _entries(membership)
    found = db.session.scalar(
        select(func.coalesce(func.sum(entries.c.amount_fen), 0)).where(entries.c.kind == SHARE, entries.c.at >= since)
    )
    return -int(found or 0)


def _index_after(pool_id: int, seq: int) -> int:
    """The index of a pool after its settlement number `seq`; 0 before the first."""
    found = db.session.scalar(
        select(Settlement.index_after_fen).where(Settlement.pool_id == pool_id, Settlement.seq == seq)
    )
    return found or 0


def _entries(membership: Membership) -> Subquery:
    """Deposits and shares in one shape. At one instant a deposit comes first, as a settlement counts what was there."""
    deposits: Any = select(
        Deposit.at.label("at"),
        literal(0, Whole()).label("rank"),
        Deposit.id.label("number"),
        Deposit.kind.label("kind"),
        Deposit.amount_fen.label("amount_fen"),
        literal("", Text_()).label("period"),
    ).where(Deposit.membership_id == membership.id)
    if membership.join_seq is None:
        return deposits.subquery()
    shares = (
        select(
            Settlement.at,
            literal(1, Whole()),
            Settlement.seq,
            literal(SHARE, Text_()),
            -Settlement.share_fen,
            Period.name,
        )
        .join(Period, Settlement.period_id == Period.id)
        .where(Settlement.pool_id == membership.pool_id, Settlement.seq > membership.join_seq)
    )
    if membership.end_seq is not None:
        shares = shares.where(Settlement.seq <= membership.end_seq)
    return union_all(deposits, shares).subquery()
