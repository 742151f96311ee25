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


def count_lines(membership: Membership, *, before: dt.datetime | None = None) -> int:
    """How many lines the statement has, or how many of them lie before an instant."""
    entries = _entries(membership)
    wanted = select(func.count()).select_from(entries)
    return db.session.scalar(wanted if before is None else wanted.where(entries.c.at < before)) or 0


def lines(
    membership: Membership,
    *,
    skip: int = 0,
    most: int | None = None,
    since: dt.datetime | None = None,
    before: dt.datetime | None = None,
) -> list[Line]:
    """The statement, newest first: `most` lines after the first `skip` ones, each with the balance it came to.

    `since` and `before` name the part that is wanted, [since, before); the balances are those of the whole.
    """
    entries = _entries(membership)
    in_time = (entries.c.at, entries.c.rank, entries.c.number)
    running = func.sum(entries.c.amount_fen).over(order_by=in_time).label("balance_fen")
    whole = select(*entries.c, running).subquery()
    wanted = select(whole).order_by(whole.c.at.desc(), whole.c.rank.desc(), whole.c.number.desc())
    if since is not None:
        wanted = wanted.where(whole.c.at >= since)
    if before is not None:
        wanted = wanted.where(whole.c.at < before)
    rows = db.session.execute(wanted.offset(skip).limit(most)).all()
    return [Line(row.at, row.kind, int(row.amount_fen), int(row.balance_fen), row.period or None) for row in rows]


def sums(membership: Membership, *, since: dt.datetime, before: dt.datetime) -> dict[str, int]:
    """What each kind of line came to in [since, before); kinds without a line are left out."""
    entries = _entries(membership)
    rows = db.session.execute(
        select(entries.c.kind, func.sum(entries.c.amount_fen))
        .where(entries.c.at >= since, entries.c.at < before)
        .group_by(entries.c.kind)
    ).all()
    return {kind: int(fen) for kind, fen in rows}


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
