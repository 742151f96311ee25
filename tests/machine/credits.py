"""Credits as the oracle books them: member by member, to whoever paid the settlement that was wrong."""

from __future__ import annotations

import datetime as dt

from tests.machine.nouns import LIVE, day_of
from tests.machine.oracle import Pool


def creditable(pool: Pool) -> dict[int, int]:
    """Settlements that may be credited, by their place, and how much to each who was charged."""
    left = [share - fen for (_at, share), fen in zip(pool.charges, pool.credited, strict=True)]
    return {number: fen for number, fen in enumerate(left) if fen > 0}


def credit(pool: Pool, number: int, over: int, *, by_operator: bool, today: dt.date) -> None:
    """A settlement charged each of its members too much: who pays the next one gets it there, others by name."""
    charged, (at, _share) = pool.charged[number], pool.charges[number]
    gone = [
        member
        for member in charged
        if (member.state not in LIVE or member.ends_at == "lock" or pool.shares_no_more(today))
        and not (member.died_on is not None and member.died_on < day_of(at))
    ]
    pool.credited[number] += over
    pool.surplus_fen += over * (len(charged) - len(gone))
    pool.named += [(member, at, over) for member in gone]
    for member in gone:
        member.corrected.append((at, over))
    if by_operator:
        pool.operator_fen += over * len(charged)
    else:
        pool.bear(over * len(charged))


def give_named(pool: Pool, *, at: dt.datetime) -> None:
    """Whoever has ended gets the part; whoever stays after all leaves it to everybody, between two locks."""
    waiting, pool.named = pool.named, []
    for member, charged_at, fen in waiting:
        if member.state not in LIVE:
            behind = max(0, -member.balance_fen)
            member.move(at, "credit", fen)
            _make_good(pool, min(fen, behind))
            member.goes_back = member.goes_back or member.balance_fen > 0
        elif member.ending is None and pool.locked is None and not pool.shares_no_more(day_of(at)):
            pool.surplus_fen += fen
            member.corrected.remove((charged_at, fen))
        else:
            pool.named.append((member, charged_at, fen))


def _make_good(pool: Pool, fen: int) -> None:
    """What was lost comes back: first what nobody has shared yet, then to the reserve."""
    shared_later = min(fen, pool.unpaid_fen)
    pool.unpaid_fen -= shared_later
    pool.reserve_fen += fen - shared_later
