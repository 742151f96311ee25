"""A member has died: shares charged since are credited back, the membership ends, the heirs get the balance."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, func, select

from app.db import db
from app.domain import ledger
from app.models import Credit, Deposit, JournalEntry, Membership, NamedCredit, Pool, PostingRow, Settlement
from app.services import counters, heirs, journal, statement
from app.services.days import midnight

_KIND = "death-credit"


def credit_back(pool: Pool, due: ColumnElement[bool], *, at: dt.datetime) -> int:
    """Before they end, credit every member of a pool who has died with the shares charged since; returns how many."""
    died = db.session.scalars(select(Membership).where(due, Membership.ends_as == "died")).all()
    return sum(bool(credit(membership, pool, at=at)) for membership in died)


def credit(membership: Membership, pool: Pool, *, at: dt.datetime) -> int:
    """Credit the shares charged after the day of the death that were not credited yet; returns the sum in fen.

    Hold the pool first. It comes from the reserve, and what that does not hold is shared later. Where the membership
    had ended owing, what it owed was made good then, so only the rest is owed to the heirs.
    """
    died_on = membership.person.died_on
    if died_on is None:
        return 0
    since = midnight(died_on + dt.timedelta(days=1))
    amount_fen = statement.shared_fen(membership, since=since) - _credited_fen(membership, since=since)
    if amount_fen <= 0:
        return 0
    db.session.refresh(membership, with_for_update={"of": Membership})
    plan, shares = pool.plan.slug, membership.state == "sharing"
    reserve_fen = journal.spendable_fen(ledger.reserve(plan))
    if shares:
        postings = ledger.credit_to_members(pool.name, plan, amount_fen, reserve_fen)
    else:
        behind_fen = max(0, -statement.balance_fen(membership))
        postings = ledger.credit_to_heirs(pool.name, plan, max(0, amount_fen - behind_fen), reserve_fen)
    if not postings:
        return 0
    entry = journal.book(_KIND, f"{_KIND}:{membership.ref}:{pool.seq}", postings, by=None, at=at)
    db.session.add(Deposit(membership_id=membership.id, entry_id=entry.id, kind="credit", amount_fen=amount_fen, at=at))
    membership.paid_net_fen += amount_fen
    if shares:
        counters.move_counter(pool.id, membership.id, thresholds_fen=amount_fen)
    db.session.flush()
    return amount_fen


def pay_heirs(pool: Pool, *, at: dt.datetime) -> None:
    """After a sweep: what the members of it who have died held is owed to the accounts their relatives named."""
    died = db.session.scalars(
        select(Membership).where(
            Membership.pool_id == pool.id,
            Membership.end_seq == pool.seq,
            Membership.state == "died",
            Membership.ended_at == at,
        )
    ).all()
    for membership in died:
        heirs.owe(membership, at=at)


def shared_later_fen(custody_account: str) -> int:
    """What such credits ever gave that no reserve held: owed before it is in custody, until all have shared it."""
    unpaid = [
        ledger.unpaid_shares(name)
        for name in db.session.scalars(select(Pool.name).where(Pool.plan.has(custody_account=custody_account)))
    ]
    found = db.session.scalar(
        select(func.coalesce(func.sum(PostingRow.amount_fen), 0))
        .join(JournalEntry, PostingRow.entry_id == JournalEntry.id)
        .where(JournalEntry.kind == _KIND, PostingRow.debit_account.in_(unpaid))
    )
    return int(found or 0)


def _credited_fen(membership: Membership, *, since: dt.datetime) -> int:
    """What came back of the shares charged since: after the death, and by name where a settlement was corrected."""
    after_death = (
        select(func.coalesce(func.sum(Deposit.amount_fen), 0))
        .join(JournalEntry, Deposit.entry_id == JournalEntry.id)
        .where(Deposit.membership_id == membership.id, JournalEntry.kind == _KIND)
    )
    corrected = (
        select(func.coalesce(func.sum(Credit.over_fen), 0))
        .join(NamedCredit, NamedCredit.credit_id == Credit.id)
        .join(Settlement, and_(Settlement.pool_id == Credit.pool_id, Settlement.seq == Credit.seq))
        .where(
            NamedCredit.membership_id == membership.id,
            NamedCredit.into_seq.is_(None),
            Settlement.at >= since,
        )
    )
    return sum(int(db.session.scalar(question) or 0) for question in (after_death, corrected))
