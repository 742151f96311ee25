"""How memberships end: at a boundary, never between a lock and its settlement, and with every fen accounted for.

What was asked for between two locks waits for the next lock; what was asked for while a period is locked waits for its
settlement. A positive balance stays owed (`unclaimed_balances`) until it has gone back; arrears go to the reserve, then
to all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, update

from app.db import db
from app.domain import ledger
from app.models import Membership, Period, Pool
from app.services import counters, journal, outbox, refunds
from app.services.days import day_of

TOLD: Final = "tell-ended"
"""The work that tells the members of one sweep that their memberships have ended."""
AGE: Final = "aged_out"
"""The one reason that ends nobody for good: any other takes its place."""
_GOES_BACK: Final = ("left", "helped", "aged_out", "rescinded", "closed")
"""Whoever ends so gets the balance back without asking. Who lapsed asks; who died is answered for by the heirs."""


class EndsAlready(Exception):
    """The membership is ending or has ended; `ends_as` says how."""

    def __init__(self, ends_as: str) -> None:
        super().__init__(f"ends already: {ends_as}")
        self.ends_as = ends_as


def may_still_end(membership: Membership) -> bool:
    """Whether a reason to end can still be given: there is none yet, or only the age."""
    return membership.ended_at is None and membership.ends_as in (None, AGE)


def lock_is_due(pool: Pool, *, at: dt.datetime) -> bool:
    """Whether the pool is about to be locked: a planned period has reached its publication day."""
    return (
        db.session.scalar(
            select(Period.id)
            .where(
                Period.pool_id == pool.id,
                Period.state.in_(("planned", "postponed")),
                Period.publication_day <= day_of(at),
            )
            .limit(1)
        )
        is not None
    )


def due(pool: Pool, *, at: dt.datetime) -> ColumnElement[bool]:
    """Which memberships of a pool that is not locked have reached their boundary.

    Before a lock it is every one that is ending, also when the settlement it waited for was cancelled.
    """
    ending = and_(Membership.pool_id == pool.id, Membership.state == "sharing", Membership.ends_after_seq.is_not(None))
    if lock_is_due(pool, at=at):
        return ending
    return and_(ending, Membership.ends_after_seq <= pool.seq, ~Membership.ends_at_lock)


def at_boundary(membership: Membership, ends_as: str) -> None:
    """Let a sharing membership end at its next boundary: the next lock, or after the settlement of the open one.

    A death replaces every other reason, and every reason the age, which only moves a member on; the boundary of the
    replaced reason stays. Hold the pool first. Raises `EndsAlready`.
    """
    pool = membership.pool
    locked = counters.open_lock(pool.id) is not None
    goes_on = Membership.ends_as.is_(None)
    replaced = Membership.ends_as != "died" if ends_as == "died" else Membership.ends_as == AGE
    changed = db.session.execute(
        update(Membership)
        .where(Membership.id == membership.id, Membership.state == "sharing", or_(goes_on, replaced))
        .values(
            ends_as=ends_as,
            ends_after_seq=func.coalesce(Membership.ends_after_seq, pool.seq + locked),
            ends_at_lock=case((goes_on, not locked), else_=Membership.ends_at_lock),
        )
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(membership)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise EndsAlready(membership.ends_as or membership.state)


def end_where(pool: Pool, conditions: Sequence[ColumnElement[bool]], *, kind: str, at: dt.datetime, most: int) -> int:
    """End sharing memberships in one sweep; returns how many.

    The rows keep the reason they were given (`ends_as`); those without one have lapsed.
    """
    chosen = (Membership.pool_id == pool.id, Membership.state == "sharing", *conditions)
    first_ids = select(Membership.id).where(*chosen).order_by(Membership.id).limit(most).subquery()
    first, last = db.session.execute(select(func.min(first_ids.c.id), func.max(first_ids.c.id))).one()
    if first is None:
        return 0
    # A top-up takes no lock of the pool: only the rows as they are moved say what they hold.
    ended = db.session.execute(
        update(Membership)
        .where(*chosen, Membership.id >= first, Membership.id <= last)
        .values(
            state=func.coalesce(Membership.ends_as, "lapsed"),
            ends_as=func.coalesce(Membership.ends_as, "lapsed"),
            ends_after_seq=func.coalesce(Membership.ends_after_seq, pool.seq),
            end_seq=pool.seq,
            ended_at=at,
        )
        .returning(Membership.id, Membership.account_id, Membership.state, Membership.threshold_fen)
        .execution_options(synchronize_session=False)
    ).all()
    if not ended:  # a top-up came in between, and nobody is out of money any more
        return 0
    _close(pool, ended, f"{kind}:{pool.name}:{pool.seq}:{first}-{last}", kind, at=at)
    outbox.ask(
        TOLD, f"{TOLD}:{pool.name}:{pool.seq}:{first}-{last}", at=at,
        pool=pool.id, seq=pool.seq, first=int(first), last=int(last),
    )  # fmt: skip
    db.session.expire_all()
    return len(ended)


def _close(
    pool: Pool, ended: Sequence[Row[int, int, str, int | None]], ref: str, kind: str, *, at: dt.datetime
) -> None:
    """Take the ended rows out of the counters and the members' funds, and make due what goes back."""
    balances = [(row, (row.threshold_fen or 0) - pool.index_fen) for row in ended]
    owed_fen = sum(balance for _row, balance in balances if balance > 0)
    arrears_fen = -sum(balance for _row, balance in balances if balance < 0)
    total_fen = owed_fen - arrears_fen
    counters.move_counter(
        pool.id, ended[0].id, members=-len(ended), thresholds_fen=-total_fen - len(ended) * pool.index_fen
    )
    plan = pool.plan.slug
    postings = ledger.close_with_positive_balance(pool.name, plan, owed_fen)
    if arrears_fen:
        postings += ledger.close_with_arrears(pool.name, plan, arrears_fen, journal.spendable_fen(ledger.reserve(plan)))
    if postings:
        journal.book(kind, ref, postings, by=None, at=at)
    refunds.owe_many(
        [(row.id, row.account_id, balance) for row, balance in balances if balance > 0 and row.state in _GOES_BACK],
        at=at,
    )


def is_past_boundary(membership: Membership, *, at: dt.datetime) -> bool:
    """Whether the end of a membership cannot be undone any more, though its row may still be open."""
    if membership.state != "sharing":
        return True
    pool = membership.pool
    if counters.open_lock(pool.id) is not None:
        return False
    reached = select(Membership.id).where(Membership.id == membership.id, due(pool, at=at))
    return db.session.scalar(reached) is not None
