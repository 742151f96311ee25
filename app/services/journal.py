"""The ledger at rest: entries are written whole, once, and only ever added to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import func, select

from app.db import db
from app.domain.ledger import Account, Entry, kind_of
from app.models import AccountBalance, JournalEntry, PostingRow
from app.services.holds import Kind, hold


class BookedTwice(Exception):
    """A journal entry with this reference exists: the deed was done before."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"already booked: {ref}")
        self.ref = ref


def book(  # noqa: PLR0913 -- an entry is made of these
    kind: str, ref: str, postings: Entry, *, by: int | None, at: dt.datetime, reverses: int | None = None
) -> JournalEntry:
    """Write one entry with its postings; raises `BookedTwice` when the reference is taken and ValueError when empty."""
    if not postings:
        raise ValueError(f"an entry without postings: {ref}")
    if db.session.scalar(select(JournalEntry.id).where(JournalEntry.ref == ref)) is not None:
        raise BookedTwice(ref)
    entry = JournalEntry(kind=kind, ref=ref, at=at, by=by, reverses=reverses)
    db.session.add(entry)
    db.session.flush()
    db.session.add_all(
        PostingRow(
            entry_id=entry.id, debit_account=posting.debit, credit_account=posting.credit, amount_fen=posting.amount_fen
        )
        for posting in postings
    )
    db.session.flush()
    return entry


def spendable_fen(account: Account) -> int:
    """What an account holds; until this deed ends nobody else may spend from it.

    Whoever gives out of a reserve asks here: two who read the same sum at once would give it twice.
    """
    hold(Kind.LEDGER_ACCOUNT, account)
    return held_fen(account)


def held_fen(account: Account) -> int:
    """What an account holds, in its own direction: an asset by debit, a liability by credit."""
    return held([account])[account]


def held(accounts: Iterable[Account]) -> dict[Account, int]:
    """What each of these accounts holds, in its own direction: one question, however many postings there are."""
    wanted = list(accounts)
    rows = db.session.execute(
        select(AccountBalance.account, func.sum(AccountBalance.net_fen))
        .where(AccountBalance.account.in_(wanted))
        .group_by(AccountBalance.account)
    ).all()
    net = {account: int(fen) for account, fen in rows}
    return {account: in_its_direction(account, net.get(account, 0)) for account in wanted}


def in_its_direction(account: Account, net_fen: int) -> int:
    """Debits less credits of an account, seen in its own direction."""
    return net_fen if kind_of(account) == "asset" else -net_fen
