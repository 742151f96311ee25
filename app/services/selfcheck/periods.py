"""Locks: one at a time, of exactly those who are charged, and of nobody whose time was over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.db import db
from app.domain.period_states import LOCKED_STATES
from app.models import Award, Case, Membership, Period, Pool, RefusalCount, Settlement
from app.services import counters, lapses
from app.services.days import day_of

_MOST = 100


def disclosed() -> Iterable[str]:
    """Every award was published as a case."""
    hidden = db.session.scalars(
        select(Award.id).outerjoin(Case, Case.award_id == Award.id).where(Case.id.is_(None)).limit(_MOST)
    )
    yield from (f"award {number} was never disclosed" for number in hidden)


def one_lock() -> Iterable[str]:
    """A pool has at most one period that is locked and not settled."""
    rows = db.session.execute(
        select(Pool.name, func.count(Period.id))
        .join(Period, Period.pool_id == Pool.id)
        .where(Period.state.in_(LOCKED_STATES))
        .group_by(Pool.name)
        .having(func.count(Period.id) > 1)
    ).all()
    yield from (f"{name}: {locked} periods are locked at once" for name, locked in rows)


def locked_is_charged() -> Iterable[str]:
    """Who was locked is who was charged; an open lock still counts the same heads."""
    for period in _open_locks():
        counted = counters.counted(period.pool_id).members
        if counted != period.members:
            yield f"{period.name}: {period.members} locked, {counted} counted"
    for name, locked, charged in db.session.execute(
        select(Period.name, Period.members, Settlement.members)
        .join(Settlement, Settlement.period_id == Period.id)
        .where(Period.members != Settlement.members)
    ):
        yield f"{name}: {locked} locked, {charged} charged"


def past_their_time() -> Iterable[str]:
    """Nobody was locked whose grace was over or whose end was due, and nobody left waiting who could have entered."""
    for period in _open_locks():
        if period.locked_at is None:
            raise LookupError(f"{period.name} is locked without an instant")
        late = _over(period, period.locked_at)
        rows = db.session.execute(
            select(Membership.ref, Membership.state)
            .where(Membership.pool_id == period.pool_id, late)
            .order_by(Membership.id)
            .limit(_MOST)
        ).all()
        yield from (f"{period.name}: membership {ref} was {state} past its time" for ref, state in rows)


def _over(period: Period, at: dt.datetime) -> ColumnElement[bool]:
    """Memberships that should have moved before this lock."""
    pool = period.pool
    sharing = Membership.state == "sharing"
    late: list[ColumnElement[bool]] = [
        and_(Membership.state == "pending", Membership.joined_at < at),
        and_(sharing, Membership.ends_after_seq < period.seq),
    ]
    before = db.session.scalar(
        select(Period)
        .where(Period.pool_id == pool.id, Period.locked_at < at)
        .order_by(Period.locked_at.desc())
        .limit(1)
    )
    # On the day a lock is over nobody ends: who was charged is a member until 24:00.
    if before is None or (before.lock_over_at is not None and day_of(before.lock_over_at) < day_of(at)):
        run_out = lapses.run_out(pool, lapses.least_limit_fen(pool, at=at), at=at)
        late.append(and_(sharing, *run_out))
    return or_(*late)


def claims_add_up() -> Iterable[str]:
    """At every lock received = approved + refused + withdrawn + open, and refusals told by group are all of them."""
    told = dict(
        db.session.execute(
            select(RefusalCount.period_id, func.sum(RefusalCount.number)).group_by(RefusalCount.period_id)
        ).all()
    )
    rows = db.session.execute(select(Period.id, Period.name, Period.received).where(Period.received.is_not(None)))
    for number, name, received in rows:
        for counts in (received, received.get("new", {})):
            parts = sum(int(counts.get(part, 0)) for part in ("approved", "refused", "withdrawn", "open"))
            if counts.get("received", 0) != parts:
                yield f"{name}: {counts.get('received', 0)} claims received, {parts} told"
        if number in told and told[number] != received["refused"]:
            yield f"{name}: {received['refused']} refused, {told[number]} told by clause"


def _open_locks() -> list[Period]:
    return list(db.session.scalars(select(Period).where(Period.state.in_(LOCKED_STATES)).order_by(Period.id)))
