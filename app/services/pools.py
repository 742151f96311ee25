"""Pools in motion: who begins to share, what is paid in, who ends. Every change of a counter happens here.

Joins and ends hold their pool's lock in the shared form; a settlement and a lock hold it alone. A top-up commutes with
everything and needs none. On SQLite the write lock of the transaction does all of it.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import and_, func, select, update

from app.db import db
from app.domain import ledger
from app.models import Deposit, Membership, Payment, Person, Plan, Pool, SuspenseItem
from app.services import ages, closings, deaths, ending, journal, lapses, standings, suspense
from app.services.counters import Count, counted, hold, hold_of, move_counter, open_lock
from app.services.days import day_of

__all__ = ["Count", "counted", "hold", "hold_of", "move_counter", "open_lock"]


class AlreadyMember(Exception):
    """This person shares in this plan already, in the same account; `ref` is the membership."""

    def __init__(self, ref: str) -> None:
        super().__init__("already a member")
        self.ref = ref


class MembershipEnded(Exception):
    """Money or a deed came for a membership that has ended."""


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
    held: SuspenseItem | None = None,
) -> Membership:
    """Begin a membership with its first top-up: sharing at once, or pending while the pool is locked.

    `held` is given when the payment has waited in suspense. Raises `AlreadyMember` when the person has a live
    membership in this plan, and `PlanCloses`.
    """
    hold(pool, alone=False)
    closings.check_open(plan)
    _check_no_member(plan, person)
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
        age_out_on=ages.age_out_day(person.birth_on, ages.terms_of(member_terms_id)),
    )
    db.session.add(membership)
    db.session.flush()
    if held is not None:
        suspense.close(held, "accepted", at=at)
    _book_deposit(membership, plan, payment, by=account_id, at=at, held=held is not None)
    if not waits:
        move_counter(pool.id, membership.id, members=1, thresholds_fen=pool.index_fen + payment.amount_fen)
    return membership


def _check_no_member(plan: Plan, person: Person) -> None:
    existing = db.session.scalar(
        select(Membership.ref).where(
            Membership.plan_id == plan.id,
            Membership.identity_hash == person.identity_hash,
            Membership.state.in_(("pending", "sharing")),
        )
    )
    if existing is not None:
        raise AlreadyMember(existing)


def top_up(membership: Membership, payment: Payment, *, by: int | None, at: dt.datetime) -> None:
    """Add a received payment to a membership. Raises `MembershipEnded`; the caller puts the money in suspense.

    Past its deadline a membership has ended, also while its row waits for the clock to close it. Raises `PlanCloses`
    from the announcement of a closing on.
    """
    db.session.refresh(membership)
    closings.check_open(membership.pool.plan)
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


def _book_deposit(  # noqa: PLR0913 -- whose, what, from where, when
    membership: Membership, plan: Plan, payment: Payment, *, by: int | None, at: dt.datetime, held: bool = False
) -> None:
    pool, shares = membership.pool.name, membership.state == "sharing"
    if held:
        to = ledger.member_funds(pool) if shares else ledger.pending_funds(pool)
        ref, postings = f"accepted:{payment.ref}", ledger.suspense_accepted(to, payment.amount_fen)
    else:
        pay_in = ledger.topup if shares else ledger.topup_pending
        ref, postings = f"payment:{payment.ref}", pay_in(plan.custody_account, pool, payment.amount_fen)
    entry = journal.book("topup", ref, postings, by=by, at=at)
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


def has_somebody_to_move(pool: Pool, least_limit_fen: int | None, *, at: dt.datetime) -> bool:
    """Whether anybody waits to begin, has an end that is due, or stands below the least limit of the grace window."""
    if open_lock(pool.id) is not None:
        return False
    kinds = [(Membership.pool_id == pool.id) & (Membership.state == "pending"), ending.due(pool, at=at)]
    if least_limit_fen is not None:
        sharing = (Membership.pool_id == pool.id) & (Membership.state == "sharing")
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
        # Whoever moved here and had a top-up taken back since may be behind, and all who enter together as well.
        enters = ledger.pending_enters(pool.name, abs(paid_fen))
        postings = enters if paid_fen > 0 else ledger.reversal(enters)
        journal.book("pending-enters", f"pending-enters:{pool.name}:{pool.seq}:{last}", postings, by=None, at=at)
    db.session.expire_all()
    return entered


def carry_out_ends(pool: Pool, *, at: dt.datetime, most: int = 10_000) -> int:
    """End, or move to the next plan, up to `most` memberships whose boundary is here; returns how many.

    Not while locked. Right before a lock it is everybody who is ending.
    """
    hold(pool, alone=True)
    if open_lock(pool.id) is not None:
        return 0
    due = ending.due(pool, at=at)
    deaths.credit_back(pool, due, at=at)
    moved, untried = ages.move_on(pool, due, at=at, most=most)
    ended = ending.end_where(pool, (due, ~untried), kind="ends", at=at, most=most)
    deaths.pay_heirs(pool, at=at)
    return moved + ended


def lapse_due(pool: Pool, least_limit_fen: int, *, at: dt.datetime, most: int = 10_000) -> int:
    """End up to `most` memberships below the least limit of the whole grace window (standing.py); returns how many.

    Whoever has died is credited first, like before every end, and may go on to the boundary by that.
    """
    hold(pool, alone=True)
    if open_lock(pool.id) is not None:
        return 0
    run_out = lapses.run_out(pool, least_limit_fen, at=at)
    deaths.credit_back(pool, and_(Membership.pool_id == pool.id, Membership.state == "sharing", *run_out), at=at)
    ended = ending.end_where(pool, run_out, kind="lapse", at=at, most=most)
    deaths.pay_heirs(pool, at=at)
    return ended
