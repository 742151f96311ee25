"""The ledger at rest: entries are written whole, once, and only ever added to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import make_transient_to_detached

from app.db import db
from app.domain.ledger import Account, Entry, kind_of
from app.models import AccountBalance, JournalEntry, PostingRow
from app.services import holds, once

_POSTINGS = insert(PostingRow.__table__)  # type: ignore[arg-type]
_HELD = (
    select(AccountBalance.account, func.sum(AccountBalance.net_fen))
    .where(AccountBalance.account.in_(bindparam("wanted", expanding=True)))
    .group_by(AccountBalance.account)
)


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
    said = {"kind": kind, "ref": ref, "at": at, "by": by, "reverses": reverses}
    number = once.add(JournalEntry, "ref", **said)
    if number is None:
        raise BookedTwice(ref)
    db.session.execute(
        _POSTINGS,
        [
            {"entry_id": number, "debit_account": one.debit, "credit_account": one.credit, "amount_fen": one.amount_fen}
            for one in postings
        ],
    )
    entry = JournalEntry(id=number, **said)
    make_transient_to_detached(entry)  # it is at rest already: the session only has to know it
    db.session.add(entry)
    return entry


def spendable_fen(account: Account) -> int:
    """What an account holds; until this deed ends nobody else may spend from it.

    Whoever gives out of a reserve asks here: two who read the same sum at once would give it twice.
    """
    hold(account)
    return held_fen(account)


def hold(account: Account) -> None:
    """Until this deed ends nobody else may spend from an account: what is read of it from now on stays."""
    holds.hold(holds.Kind.LEDGER_ACCOUNT, account)


def held_fen(account: Account) -> int:
    """What an account holds, in its own direction: an asset by debit, a liability by credit."""
    return held([account])[account]


def held(accounts: Iterable[Account]) -> dict[Account, int]:
    """What each of these accounts holds, in its own direction: one question, however many postings there are."""
    wanted = list(accounts)
    net = {account: int(fen) for account, fen in db.session.execute(_HELD, {"wanted": wanted})}
    return {account: in_its_direction(account, net.get(account, 0)) for account in wanted}


def in_its_direction(account: Account, net_fen: int) -> int:
    """Debits less credits of an account, seen in its own direction."""
    return net_fen if kind_of(account) == "asset" else -net_fen
