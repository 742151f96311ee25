"""Pools in motion: who begins to share, what is paid in, who ends. Every change of a counter happens here.

Joins and ends hold their pool's lock in the shared form; a settlement and a lock hold it alone. A top-up commutes with
everything and needs none. On SQLite the write lock of the transaction does all of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, text, update

from app.db import db, engine_name
from app.domain import ledger
from app.domain.period_states import LOCKED_STATES
from app.models import Deposit, Membership, Payment, Period, Person, Plan, Pool, PoolCounter
from app.services import journal, lapses, rulebook, standings
from app.services.days import day_of

_POOL_LOCKS = 7219  # the class of advisory locks on PostgreSQL that are numbers of pools


class AlreadyMember(Exception):
    """This person shares in this plan already, in the same account; `ref` is the membership."""

    def __init__(self, ref: str) -> None:
        super().__init__("already a member")
        self.ref = ref


class MembershipEnded(Exception):
    """Money or a deed came for a membership that has ended."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many share in a pool, and the sum of their thresholds."""

    members: int
    thresholds_fen: int


def hold(pool: Pool, *, alone: bool) -> Pool:
    """Serialise against the pool's settlement, then read the pool as it is now."""
    if engine_name() == "postgresql":
        form = "" if alone else "_shared"
        db.session.execute(
            text(f"SELECT pg_advisory_xact_lock{form}(:kind, :pool)"), {"kind": _POOL_LOCKS, "pool": pool.id}
        )
    db.session.refresh(pool)
    return pool


def open_lock(pool_id: int) -> Period | None:
    """The period that is locked and not yet settled, if there is one."""
    return db.session.scalar(select(Period).where(Period.pool_id == pool_id, Period.state.in_(LOCKED_STATES)))


def counted(pool_id: int) -> Count:
    """What the counters say."""
    members, thresholds = db.session.execute(
        select(
            func.coalesce(func.sum(PoolCounter.members), 0), func.coalesce(func.sum(PoolCounter.thresholds_fen), 0)
        ).where(PoolCounter.pool_id == pool_id)
    ).one()
    return Count(int(members), int(thresholds))


def move_counter(pool_id: int, slot_of: int, *, members: int = 0, thresholds_fen: int = 0) -> None:
    """Add to one slot of a pool's counter; which slot does not matter, only the sum does."""
    db.session.execute(
        update(PoolCounter)
        .where(PoolCounter.pool_id == pool_id, PoolCounter.slot == slot_of % rulebook.SLOTS)
        .values(members=PoolCounter.members + members, thresholds_fen=PoolCounter.thresholds_fen + thresholds_fen)
    )


def begin(  # noqa: PLR0913 -- a membership has this many parents
    *,
    plan: Plan,
    pool: Pool,
    person: Person,
    account_id: int,
    member_terms_id: int,
    application_id: int | None,
    payment: Payment,
    at: dt.datetime,
) -> Membership:
    """Begin a membership with its first top-up: sharing at once, or pending while the pool is locked.

    Raises `AlreadyMember` when the person has a live membership in this plan.
    """
    hold(pool, alone=False)
    existing = db.session.scalar(
        select(Membership.ref).where(
            Membership.plan_id == plan.id,
            Membership.identity_hash == person.identity_hash,
            Membership.state.in_(("pending", "sharing")),
        )
    )
    if existing is not None:
        raise AlreadyMember(existing)
    waits = open_lock(pool.id) is not None
    membership = Membership(
        plan_id=plan.id,
        pool_id=pool.id,
        account_id=account_id,
        person_id=person.id,
        application_id=application_id,
        member_terms_id=member_terms_id,
        identity_hash=person.identity_hash,
        state="pending" if waits else "sharing",
        joined_at=at,
        joined_on=day_of(at),
        paid_net_fen=payment.amount_fen,
        join_seq=None if waits else pool.seq,
        join_index_fen=None if waits else pool.index_fen,
    )
    db.session.add(membership)
    db.session.flush()
    _book_deposit(membership, plan, payment, by=account_id, at=at)
    if not waits:
        move_counter(pool.id, membership.id, members=1, thresholds_fen=pool.index_fen + payment.amount_fen)
    return membership


def top_up(membership: Membership, payment: Payment, *, by: int | None, at: dt.datetime) -> None:
    """Add a received payment to a membership. Raises `MembershipEnded`; the caller puts the money in suspense.

    Past its deadline a membership has ended, also while its row waits for the clock to close it.
    """
    db.session.refresh(membership)
    if standings.standing_of(membership, at=at).kind == "ended":
        raise MembershipEnded
    changed = db.session.execute(
        update(Membership)
        .where(Membership.id == membership.id, Membership.state.in_(("pending", "sharing")))
        .values(paid_net_fen=Membership.paid_net_fen + payment.amount_fen)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise MembershipEnded
    db.session.refresh(membership)
    _book_deposit(membership, membership.pool.plan, payment, by=by, at=at)
    if membership.state == "sharing":
        move_counter(membership.pool_id, membership.id, thresholds_fen=payment.amount_fen)


def _book_deposit(membership: Membership, plan: Plan, payment: Payment, *, by: int | None, at: dt.datetime) -> None:
    pool = membership.pool.name
    entry = journal.book(
        "topup",
        f"payment:{payment.ref}",
        ledger.topup(plan.custody_account, pool, payment.amount_fen)
        if membership.state == "sharing"
        else ledger.topup_pending(plan.custody_account, pool, payment.amount_fen),
        by=by,
        at=at,
    )
    db.session.add(
        Deposit(
            membership_id=membership.id,
            entry_id=entry.id,
            payment_id=payment.id,
            kind="topup",
            amount_fen=payment.amount_fen,
            at=at,
        )
    )
    db.session.flush()


def has_somebody_to_move(pool: Pool, least_limit_fen: int | None) -> bool:
    """Whether anybody waits to begin, has an end that is due, or stands below the least limit of the grace window."""
    if open_lock(pool.id) is not None:
        return False
    sharing = (Membership.pool_id == pool.id) & (Membership.state == "sharing")
    kinds = [
        (Membership.pool_id == pool.id) & (Membership.state == "pending"),
        sharing & Membership.ends_after_seq.is_not(None) & (Membership.ends_after_seq <= pool.seq),
    ]
    if least_limit_fen is not None:
        kinds.append(sharing & (Membership.threshold_fen < least_limit_fen))
    return any(db.session.scalar(select(Membership.id).where(kind).limit(1)) is not None for kind in kinds)


def let_pending_enter(pool: Pool, *, at: dt.datetime, most: int = 10_000) -> int:
    """Let up to `most` pending members begin to share, lowest number first; returns how many. Not while locked."""
    hold(pool, alone=True)
    if open_lock(pool.id) is not None:
        return 0
    waiting = select(Membership.id).where(Membership.pool_id == pool.id, Membership.state == "pending")
    last = db.session.scalar(select(func.max(waiting.order_by(Membership.id).limit(most).subquery().c.id)))
    if last is None:
        return 0
    # A top-up takes no lock of the pool: only the rows as they are moved say what they hold.
    moved = db.session.scalars(
        update(Membership)
        .where(Membership.pool_id == pool.id, Membership.state == "pending", Membership.id <= last)
        .values(state="sharing", join_seq=pool.seq, join_index_fen=pool.index_fen)
        .returning(Membership.paid_net_fen)
        .execution_options(synchronize_session=False)
    ).all()
    entered, paid_fen = len(moved), sum(moved)
    move_counter(pool.id, int(last), members=entered, thresholds_fen=entered * pool.index_fen + paid_fen)
    if paid_fen:
        journal.book(
            "pending-enters",
            f"pending-enters:{pool.name}:{pool.seq}:{last}",
            ledger.pending_enters(pool.name, paid_fen),
            by=None,
            at=at,
        )
    db.session.expire_all()
    return entered


def carry_out_ends(pool: Pool, *, at: dt.datetime, most: int = 10_000) -> int:
    """End up to `most` memberships whose last settlement has been; returns how many. Not while locked."""
    hold(pool, alone=True)
    if open_lock(pool.id) is not None:
        return 0
    return end_where(
        pool,
        (Membership.ends_after_seq.is_not(None), Membership.ends_after_seq <= pool.seq),
        kind="ends",
        at=at,
        most=most,
    )


def lapse_due(pool: Pool, least_limit_fen: int, *, at: dt.datetime, most: int = 10_000) -> int:
    """End up to `most` memberships below the least limit of the whole grace window (standing.py); returns how many."""
    hold(pool, alone=True)
    if open_lock(pool.id) is not None:
        return 0
    return end_where(pool, lapses.run_out(pool, least_limit_fen, at=at), kind="lapse", at=at, most=most)


def end_where(pool: Pool, conditions: tuple[ColumnElement[bool], ...], *, kind: str, at: dt.datetime, most: int) -> int:
    """End sharing memberships in one sweep. Balances stay owed; arrears go to the reserve, then to all.

    The rows keep the reason they were given (`ends_as`); those without one have lapsed.
    """
    chosen = (Membership.pool_id == pool.id, Membership.state == "sharing", *conditions)
    first_ids = select(Membership.id).where(*chosen).order_by(Membership.id).limit(most).subquery()
    first, last = db.session.execute(select(func.min(first_ids.c.id), func.max(first_ids.c.id))).one()
    if first is None:
        return 0
    # A top-up takes no lock of the pool: only the rows as they are moved say what they hold.
    thresholds = db.session.scalars(
        update(Membership)
        .where(*chosen, Membership.id >= first, Membership.id <= last)
        .values(
            state=func.coalesce(Membership.ends_as, "lapsed"),
            ends_as=func.coalesce(Membership.ends_as, "lapsed"),
            ends_after_seq=func.coalesce(Membership.ends_after_seq, pool.seq),
            end_seq=pool.seq,
            ended_at=at,
        )
        .returning(Membership.threshold_fen)
        .execution_options(synchronize_session=False)
    ).all()
    balances = [threshold - pool.index_fen for threshold in thresholds if threshold is not None]
    owed_fen = sum(balance for balance in balances if balance > 0)
    arrears_fen = -sum(balance for balance in balances if balance < 0)
    move_counter(pool.id, first, members=-len(balances), thresholds_fen=-sum(balances) - len(balances) * pool.index_fen)
    plan = pool.plan.slug
    postings = (
        *ledger.close_with_positive_balance(pool.name, plan, owed_fen),
        *ledger.close_with_arrears(pool.name, plan, arrears_fen, journal.held_fen(ledger.reserve(plan))),
    )
    if postings:
        journal.book(kind, f"{kind}:{pool.name}:{pool.seq}:{first}-{last}", postings, by=None, at=at)
    db.session.expire_all()
    return len(balances)
