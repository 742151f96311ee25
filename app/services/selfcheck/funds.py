"""The members' money: thresholds, counters, deposits and balances, each against the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db import db
from app.domain import ledger
from app.models import AccountBalance, Deposit, JournalEntry, Membership, Pool, PostingRow, Settlement
from app.services import counters, named_credits
from app.services.selfcheck.books import Books

_MOST = 100
_IN_PARTS = ("death-credit", named_credits.KIND)
"""Entries whose deposits are asked about elsewhere: booked whole, and reaching their members in parts."""


def thresholds(books: Books) -> Iterable[str]:
    """S − N · index, by the counters, is what the ledger holds for the members who share."""
    for pool in books.pools:
        counted = counters.counted(pool.id)
        derived = counted.thresholds_fen - counted.members * pool.index_fen
        booked = books.held_fen(ledger.member_funds(pool.name))
        if derived != booked:
            yield f"{pool.name}: thresholds − members × index = {derived}, the ledger says {booked}"


def pending(books: Books) -> Iterable[str]:
    """What pending members have paid is what the ledger holds for them."""
    rows = db.session.execute(
        select(Membership.pool_id, func.sum(Membership.paid_net_fen))
        .where(Membership.state == "pending")
        .group_by(Membership.pool_id)
    ).all()
    paid = {pool_id: int(fen) for pool_id, fen in rows}
    for pool in books.pools:
        booked = books.held_fen(ledger.pending_funds(pool.name))
        if paid.get(pool.id, 0) != booked:
            yield f"{pool.name}: pending members paid {paid.get(pool.id, 0)}, the ledger says {booked}"


def counted(books: Books) -> Iterable[str]:
    """The counters of each pool say what a count of all its rows says."""
    rows = db.session.execute(
        select(Membership.pool_id, func.count(), func.sum(Membership.threshold_fen))
        .where(Membership.state == "sharing")
        .group_by(Membership.pool_id)
    ).all()
    found = {pool_id: (int(members), int(fen or 0)) for pool_id, members, fen in rows}
    for pool in books.pools:
        members, fen = found.get(pool.id, (0, 0))
        said = counters.counted(pool.id)
        if (members, fen) != (said.members, said.thresholds_fen):
            yield f"{pool.name}: {members} rows with {fen}, counted {said.members} with {said.thresholds_fen}"


def balances(books: Books) -> Iterable[str]:
    """The balance kept for each account is the sum of its postings."""
    rows = db.session.execute(
        select(AccountBalance.account, func.sum(AccountBalance.net_fen)).group_by(AccountBalance.account)
    ).all()
    kept = {account: int(fen) for account, fen in rows}
    for account in sorted({*kept, *books.accounts}):
        if kept.get(account, 0) != books.net_fen(account):
            yield f"{account}: {kept.get(account, 0)} kept, its postings make {books.net_fen(account)}"


def deposits() -> Iterable[str]:
    """What a membership has paid is the sum of its deposits."""
    summed = (
        select(Deposit.membership_id, func.sum(Deposit.amount_fen).label("fen"))
        .group_by(Deposit.membership_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Membership.ref, Membership.paid_net_fen, func.coalesce(summed.c.fen, 0))
        .outerjoin(summed, summed.c.membership_id == Membership.id)
        .where(Membership.paid_net_fen != func.coalesce(summed.c.fen, 0))
        .limit(_MOST)
    ).all()
    for ref, paid, fen in rows:
        yield f"membership {ref}: paid {paid}, deposits {fen}"


def deposits_booked() -> Iterable[str]:
    """The deposits of each journal entry are what it moved for members.

    That is what members' and pending funds got, less what went to or came from balances that stayed owed.
    """
    families = ("member_funds:%", "pending_funds:%", "unclaimed_balances:%")

    def one_of(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        return or_(*(column.like(family) for family in families))

    moved = (
        select(
            PostingRow.entry_id,
            func.sum(
                case((one_of(PostingRow.credit_account), PostingRow.amount_fen), else_=0)
                - case((one_of(PostingRow.debit_account), PostingRow.amount_fen), else_=0)
            ).label("fen"),
        )
        .group_by(PostingRow.entry_id)
        .subquery()
    )
    paid = select(Deposit.entry_id, func.sum(Deposit.amount_fen).label("fen")).group_by(Deposit.entry_id).subquery()
    rows = db.session.execute(
        select(JournalEntry.ref, paid.c.fen, func.coalesce(moved.c.fen, 0))
        .join(paid, paid.c.entry_id == JournalEntry.id)
        .outerjoin(moved, moved.c.entry_id == JournalEntry.id)
        .where(paid.c.fen != func.coalesce(moved.c.fen, 0), JournalEntry.kind.not_in(_IN_PARTS))
        .limit(_MOST)
    ).all()
    for ref, fen, booked in rows:
        yield f"{ref}: deposits of {fen}, moved {booked}"


def left_behind_fen() -> ColumnElement[int]:
    """What an ended membership has left: paid, less everything it was charged. Needs the settlement of its end."""
    index_fen = func.coalesce(Settlement.index_after_fen, 0)
    return Membership.paid_net_fen + case(
        (Membership.join_index_fen.is_(None), 0), else_=Membership.join_index_fen - index_fen
    )


def unclaimed(books: Books) -> Iterable[str]:
    """What ended memberships have left is what the ledger holds as unclaimed, plan by plan."""
    left = left_behind_fen()
    rows = db.session.execute(
        select(Pool.plan_id, func.sum(case((left > 0, left), else_=0)))
        .join(Pool, Membership.pool_id == Pool.id)
        .outerjoin(Settlement, and_(Settlement.pool_id == Membership.pool_id, Settlement.seq == Membership.end_seq))
        .where(Membership.end_seq.is_not(None))
        .group_by(Pool.plan_id)
    ).all()
    owed = {plan_id: int(fen or 0) for plan_id, fen in rows}
    plans = {pool.plan_id: pool.plan.slug for pool in books.pools}
    for plan_id, slug in plans.items():
        booked = books.held_fen(ledger.unclaimed_balances(slug)) - named_credits.open_fen(plan_id)
        if owed.get(plan_id, 0) != booked:
            yield f"{slug}: ended memberships have {owed.get(plan_id, 0)} left, the ledger says {booked}"
