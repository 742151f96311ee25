"""Credits for wrong settlements: booked as they say, and reaching everybody who was charged, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import and_, func, or_, select

from app.db import db
from app.domain import ledger
from app.models import Credit, Deposit, Membership, NamedCredit, Pool, PostingRow, Settlement


def booked() -> Iterable[str]:
    """Each credit moved what it says, and the settlement it went into names all of them."""
    into: defaultdict[tuple[int, int], int] = defaultdict(int)
    for credit in _confirmed():
        yield from _moved(credit)
        into[credit.pool_id, credit.into_seq or 0] += credit.carried_fen or 0
    for pool_id, seq, fen in db.session.execute(
        select(Credit.pool_id, NamedCredit.into_seq, func.sum(Credit.over_fen))
        .join(NamedCredit, NamedCredit.credit_id == Credit.id)
        .where(NamedCredit.into_seq.is_not(None))
        .group_by(Credit.pool_id, NamedCredit.into_seq)
    ):
        into[pool_id, seq or 0] += int(fen)
    for (pool_id, seq), fen in sorted(into.items()):
        pool = db.session.get_one(Pool, pool_id)
        said = db.session.scalar(
            select(Settlement.credits_fen).where(Settlement.pool_id == pool_id, Settlement.seq == seq)
        )
        said = pool.credits_fen if said is None and seq == pool.seq + 1 else said
        if said != fen:
            yield f"{pool.name}: credits of {fen} go into settlement {seq}, which names {said}"


def _confirmed() -> Sequence[Credit]:
    return db.session.scalars(select(Credit).where(Credit.state == "confirmed").order_by(Credit.id)).all()


def _moved(credit: Credit) -> Iterable[str]:
    pool = credit.pool
    wanted = {
        ledger.rounding_carry(pool.name): credit.carried_fen or 0,
        ledger.unclaimed_balances(pool.plan.slug): (credit.named or 0) * credit.over_fen,
        ledger.reserve(pool.plan.slug): -(credit.from_reserve_fen or 0),
    }
    for account, fen in wanted.items():
        moved = sum(
            int(db.session.scalar(
                select(func.coalesce(func.sum(PostingRow.amount_fen), 0))
                .where(PostingRow.entry_id == credit.entry_id, side == account)
            ) or 0) * sign
            for side, sign in ((PostingRow.credit_account, 1), (PostingRow.debit_account, -1))
        )  # fmt: skip
        if moved != fen:
            yield f"credit {credit.ref}: {account} moved {moved}, should be {fen}"


def reached() -> Iterable[str]:
    """Each credit is of those who were charged, names exactly as many as it says, and gives each of them once."""
    for credit in _confirmed():
        charged = db.session.scalar(
            select(func.count(Membership.id)).where(
                Membership.pool_id == credit.pool_id,
                Membership.join_seq < credit.seq,
                or_(Membership.end_seq.is_(None), Membership.end_seq >= credit.seq),
            )
        )
        if charged != credit.members:
            yield f"credit {credit.ref}: {credit.members} were charged, the rows say {charged}"
        parts = db.session.execute(
            select(NamedCredit.done_at.is_not(None), NamedCredit.into_seq.is_not(None), func.count())
            .where(NamedCredit.credit_id == credit.id)
            .group_by(NamedCredit.done_at.is_not(None), NamedCredit.into_seq.is_not(None))
        ).all()
        if sum(number for _done, _carried, number in parts) != credit.named:
            yield f"credit {credit.ref}: {credit.named} named, as many parts: {parts}"
        given = sum(number for done, carried, number in parts if done and not carried)
        lines = db.session.scalar(
            select(func.count(Deposit.id))
            .join(NamedCredit, and_(NamedCredit.membership_id == Deposit.membership_id))
            .where(
                NamedCredit.credit_id == credit.id,
                NamedCredit.done_at.is_not(None),
                Deposit.entry_id == credit.entry_id,
                Deposit.amount_fen == credit.over_fen,
            )
        )
        if lines != given:
            yield f"credit {credit.ref}: {given} parts were carried out, {lines} memberships got them"


def not_in_custody_fen(custody_account: str) -> int:
    """What credits gave that was not there: unpaid shares that all will share, and what the operator has promised."""
    found = db.session.scalar(
        select(func.coalesce(func.sum(Credit.members * Credit.over_fen - Credit.from_reserve_fen), 0))
        .join(Pool, Credit.pool_id == Pool.id)
        .where(Credit.state == "confirmed", Pool.plan.has(custody_account=custody_account))
    )
    return int(found or 0)
