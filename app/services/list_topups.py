"""Top-ups by list: an organiser pays the same amount into many memberships of the own account in one go.

Each piece of a list is one journal entry and a few statements, like enrolment by list. A membership that is not the
organiser's, has ended, waits to begin or is past its deadline takes no part; the caller is told how many took part, and
only for these money is booked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import insert, literal, select, update

from app.db import db, new_ref
from app.domain import ledger
from app.models import Account, Deposit, Membership, Pool
from app.services import audit, closings, counters, journal, lapses

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class ToppedUp:
    """What came of one piece of a list."""

    memberships: int
    paid_fen: int


def chunks(refs: Iterable[str]) -> Iterator[list[str]]:
    """A long list in pieces that each fit a transaction."""
    source = iter(refs)
    while piece := list(islice(source, _CHUNK)):
        yield piece


def top_up(pool: Pool, refs: Sequence[str], amount_fen: int, *, account: Account, at: dt.datetime) -> ToppedUp:
    """Pay the amount into each of these memberships (see `chunks`); call it in one transaction.

    `ValueError` for an amount that is no money.
    """
    if amount_fen <= 0:
        message = f"{amount_fen} fen is no top-up"
        raise ValueError(message)
    closings.check_open(pool.plan)
    conditions = [
        Membership.ref.in_(refs),
        Membership.account_id == account.id,
        Membership.pool_id == pool.id,
        Membership.state == "sharing",
    ]
    if lapses.may_lapse_today(pool, at=at):
        conditions.append(Membership.threshold_fen >= lapses.least_limit_fen(pool, at=at))
    paid = db.session.scalars(
        update(Membership)
        .where(*conditions)
        .values(paid_net_fen=Membership.paid_net_fen + amount_fen)
        .returning(Membership.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not paid:
        return ToppedUp(0, 0)
    total_fen = amount_fen * len(paid)
    postings = ledger.topup(pool.plan.custody_account, pool.name, total_fen)
    entry = journal.book("list", f"list:{pool.name}:{new_ref()}", postings, by=account.id, at=at)
    mine = select(
        Membership.id, literal(entry.id), literal("topup"), literal(amount_fen), literal(at, type_=Deposit.at.type)
    ).where(Membership.id.in_(paid))
    db.session.execute(insert(Deposit).from_select(["membership_id", "entry_id", "kind", "amount_fen", "at"], mine))
    counters.move_counter(pool.id, paid[0], thresholds_fen=total_fen)
    audit.note(
        "top-up-list", "pool", pool.name, by=account.id, role="member", at=at, detail=f"{len(paid)} of {len(refs)}"
    )
    db.session.expire_all()
    return ToppedUp(len(paid), total_fen)
