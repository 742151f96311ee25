"""What a bank took back when the money was gone already: the reserve bears it as far as it goes, then all of the pool.

An ended membership holds its balance as money that is owed, and nothing when it is behind. So whenever its balance
moves, what is owed moves between max(0, balance before) and max(0, balance after); the rest is a loss, or makes one
good.
"""

from __future__ import annotations

import datetime as dt

from app.domain import ledger
from app.domain.ledger import Account, Entry
from app.models import Membership, Pool
from app.services import journal, statement

_KIND = "reversal-loss"


def borne(pool: Pool, account: Account, loss_fen: int) -> Entry:
    """The postings that give a loss to an account: from the reserve, what that does not hold is shared later."""
    reserve = ledger.reserve(pool.plan.slug)
    from_reserve_fen = min(loss_fen, max(0, journal.spendable_fen(reserve)))
    return (
        *ledger.move(reserve, account, from_reserve_fen),
        *ledger.move(ledger.unpaid_shares(pool.name), account, loss_fen - from_reserve_fen),
    )


def made_good(pool: Pool, account: Account, gain_fen: int) -> Entry:
    """The postings that take back out of an account what was lost: first what nobody has shared yet.

    The rest is the reserve's. Hold the pool first, so that no settlement shares it at the same time.
    """
    unpaid = ledger.unpaid_shares(pool.name)
    unpaid_fen = min(gain_fen, max(0, journal.spendable_fen(unpaid)))
    return (
        *ledger.move(account, unpaid, unpaid_fen),
        *ledger.move(account, ledger.reserve(pool.plan.slug), gain_fen - unpaid_fen),
    )


def even_out(membership: Membership, moved_fen: int, named: str, *, by: int | None, at: dt.datetime) -> None:
    """After the balance of an ended membership and what is owed moved by as much: book what is lost, or made good.

    `named` is unique for what moved it. Before it rises (`moved_fen` > 0), hold the pool.
    """
    pool, after_fen = membership.pool, statement.balance_fen(membership)
    lost_fen = max(0, after_fen) - max(0, after_fen - moved_fen) - moved_fen
    unclaimed = ledger.unclaimed_balances(pool.plan.slug)
    if lost_fen > 0:
        journal.book(_KIND, f"{_KIND}:{named}", borne(pool, unclaimed, lost_fen), by=by, at=at)
    elif lost_fen < 0:
        postings = made_good(pool, unclaimed, -lost_fen)
        journal.book(_KIND, f"reversal-made-good:{named}", postings, by=by, at=at)


def bear_pending(membership: Membership, *, at: dt.datetime) -> None:
    """Somebody pending has ended who was behind after moving here: the pending funds are made whole."""
    behind_fen = -statement.balance_fen(membership)
    postings = borne(membership.pool, ledger.pending_funds(membership.pool.name), behind_fen)
    journal.book(_KIND, f"{_KIND}:{membership.ref}", postings, by=None, at=at)
