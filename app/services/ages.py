"""The age at which a plan is left: found by its day, told a month before, and carried out at the next boundary.

Where the rules name a plan to move to, the balance and the waiting already served go along; otherwise the balance goes
back. Nothing here looks at members whose day is not near: the day stands in an index.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, select, update

from app.db import db
from app.domain import ledger
from app.domain.calendar import birthday
from app.domain.terms import MemberTerms
from app.models import Deposit, Membership, MemberTermsRow, Plan, Pool
from app.services import audit, closings, counters, journal, messages, notices, outbox, rulebook
from app.services.days import day_of

ANNOUNCE: Final = "announce-age"
"""The work that tells, a month before, whoever reaches the age of a plan on one day."""
NOTICE_DAYS: Final = 30
_LOOK_BACK_DAYS: Final = 7


def terms_of(member_terms_id: int) -> MemberTerms:
    """The member terms behind the number that a membership is pinned to."""
    return rulebook.member_terms(db.session.get_one(MemberTermsRow, member_terms_id))


def age_out_day(birth_on: dt.date, terms: MemberTerms) -> dt.date | None:
    """The day on which somebody reaches the age at which a plan is left, under these terms; None where none is."""
    return None if terms.leaves_at_age is None else birthday(birth_on, terms.leaves_at_age)


def ask_to_announce(pool: Pool, *, at: dt.datetime) -> None:
    """Ask for the announcement of today's day, and of the days before that were missed. A day is announced once.

    Nothing is asked for a day that announces nobody.
    """
    for day, key in _unannounced(pool, at=at):
        outbox.ask(ANNOUNCE, key, at=at, pool=pool.id, day=day.isoformat())


def is_due(pool: Pool, *, at: dt.datetime) -> bool:
    """Whether somebody is to be told of the age, or has reached it."""
    somebody = select(Membership.id).where(*_reached(pool, at=at)).limit(1)
    return bool(_unannounced(pool, at=at)) or db.session.scalar(somebody) is not None


def _unannounced(pool: Pool, *, at: dt.datetime) -> list[tuple[dt.date, str]]:
    """The days of the last week whose announcement is not asked for yet, each with its key."""
    today = day_of(at)
    reached = db.session.scalars(
        select(Membership.age_out_on)
        .where(
            Membership.pool_id == pool.id,
            Membership.state == "sharing",
            Membership.age_out_on > today + dt.timedelta(days=NOTICE_DAYS - _LOOK_BACK_DAYS),
            Membership.age_out_on <= today + dt.timedelta(days=NOTICE_DAYS),
        )
        .distinct()
    ).all()
    days = [on - dt.timedelta(days=NOTICE_DAYS) for on in reached if on is not None]
    keys = [(day, f"{ANNOUNCE}:{pool.name}:{day.isoformat()}") for day in days]
    return [(day, key) for day, key in keys if not outbox.is_asked(key)]


def announce(payload: Mapping[str, Any], at: dt.datetime) -> None:
    """Tell everybody of a pool who reaches the age a month after the day of the work."""
    reached = dt.date.fromisoformat(payload["day"]) + dt.timedelta(days=NOTICE_DAYS)
    for membership in db.session.scalars(
        select(Membership).where(
            Membership.pool_id == payload["pool"],
            Membership.state == "sharing",
            Membership.age_out_on == reached,
            Membership.ends_as.is_(None),
        )
    ):
        messages.tell(
            membership.account_id,
            "age-ahead",
            key=f"age-ahead:{membership.ref}",
            at=at,
            plan=membership.pool.plan.slug,
            to=successor_of(membership) or "",
            membership=membership.ref,
            day=reached.isoformat(),
        )


def successor_of(membership: Membership) -> str | None:
    """The slug of the plan this member moves to, by the terms that were agreed; None: the membership ends."""
    return rulebook.member_terms(membership.member_terms).moves_to


def mark_due(pool: Pool, *, at: dt.datetime) -> int:
    """Let everybody who has reached the age end at the next boundary; returns how many. Who is leaving leaves."""
    reached = _reached(pool, at=at)
    if db.session.scalar(select(Membership.id).where(*reached).limit(1)) is None:
        return 0
    counters.hold(pool, alone=True)
    locked = counters.open_lock(pool.id) is not None
    marked = db.session.execute(
        update(Membership)
        .where(*reached)
        .values(ends_as="aged_out", ends_after_seq=pool.seq + locked, ends_at_lock=not locked)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    return int(marked.rowcount)  # type: ignore[attr-defined]


def _reached(pool: Pool, *, at: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.pool_id == pool.id,
        Membership.state == "sharing",
        Membership.age_out_on <= day_of(at),
        Membership.ends_as.is_(None),
    )


def move_on(pool: Pool, due: ColumnElement[bool], *, at: dt.datetime, most: int) -> tuple[int, ColumnElement[bool]]:
    """Move up to `most` members who have reached the age to the plan their rules name.

    Returns how many moved, and of whom it was not tried yet: they are not to be ended before it was. Hold the pool
    alone first. Who cannot move ends like everybody else: who has died, no plan to move to, a balance below its floor,
    or a membership there already.
    """
    found = db.session.scalars(
        select(Membership).where(due, Membership.ends_as == "aged_out").order_by(Membership.id).limit(most)
    ).all()
    last = found[-1].id if len(found) == most else None
    untried = and_(Membership.ends_as == "aged_out", Membership.id > last) if last is not None else false()
    return sum(_move(membership, pool, at=at) for membership in found), untried


def _move(membership: Membership, pool: Pool, *, at: dt.datetime) -> bool:
    slug = successor_of(membership)
    plan = db.session.scalar(select(Plan).where(Plan.slug == slug)) if slug else None
    if plan is None or membership.person.died_on is not None:
        return False
    db.session.refresh(membership, with_for_update={"of": Membership})
    to = counters.hold(db.session.scalars(select(Pool).where(Pool.plan_id == plan.id)).one(), alone=False)
    version = rulebook.version_on(plan.id, day_of(at))
    balance_fen = (membership.threshold_fen or 0) - pool.index_fen
    held_there = select(Membership.id).where(
        Membership.plan_id == plan.id,
        Membership.identity_hash == membership.identity_hash,
        Membership.state.in_(("pending", "sharing")),
    )
    too_low = balance_fen < max(1, rulebook.rules_of(version).pool.floor_fen)
    not_taken = too_low or closings.binding_of(plan.id) is not None
    if not_taken or plan.custody_account != pool.plan.custody_account or db.session.scalar(held_there) is not None:
        return False
    _begin_there(membership, plan, to, balance_fen, rulebook.member_terms_row(version).id, at=at)
    _end_here(membership, pool, to, balance_fen, at=at)
    return True


def _begin_there(  # noqa: PLR0913 -- one membership becomes another
    membership: Membership, plan: Plan, to: Pool, balance_fen: int, member_terms_id: int, *, at: dt.datetime
) -> None:
    waits = counters.open_lock(to.id) is not None
    db.session.add(
        Membership(
            plan_id=plan.id,
            pool_id=to.id,
            account_id=membership.account_id,
            person_id=membership.person_id,
            member_terms_id=member_terms_id,
            identity_hash=membership.identity_hash,
            state="pending" if waits else "sharing",
            joined_at=at,
            joined_on=day_of(at),
            paid_net_fen=balance_fen,
            join_seq=None if waits else to.seq,
            join_index_fen=None if waits else to.index_fen,
            age_out_on=age_out_day(membership.person.birth_on, terms_of(member_terms_id)),
            waits_from=membership.waiting_since,
            moved_from_id=membership.id,
        )
    )
    db.session.flush()


def _end_here(membership: Membership, pool: Pool, to: Pool, balance_fen: int, *, at: dt.datetime) -> None:
    """The row here ends, its balance goes over, both statements get their line, and the member is told."""
    there = db.session.scalars(select(Membership).where(Membership.moved_from_id == membership.id)).one()
    postings = (ledger.moves_pool if there.state == "sharing" else ledger.moves_pool_pending)(
        pool.name, to.name, balance_fen
    )
    entry = journal.book("move", f"move:{membership.ref}", postings, by=None, at=at)
    db.session.add_all(
        Deposit(membership_id=one.id, entry_id=entry.id, kind=kind, amount_fen=amount_fen, at=at)
        for one, kind, amount_fen in (
            (membership, "moved_out", -balance_fen),
            (there, "moved_in", balance_fen),
        )
    )
    counters.move_counter(pool.id, membership.id, members=-1, thresholds_fen=-balance_fen - pool.index_fen)
    if there.state == "sharing":
        counters.move_counter(to.id, there.id, members=1, thresholds_fen=balance_fen + to.index_fen)
    membership.paid_net_fen -= balance_fen
    membership.state, membership.end_seq, membership.ended_at = "aged_out", pool.seq, at
    db.session.flush()
    notices.issue("certificate", there.id, account_id=there.account_id, at=at)
    audit.note("move-plan", "membership", membership.ref, by=None, role="system", at=at, detail=f"to {there.ref}")
    messages.tell(
        there.account_id,
        "moved-plan",
        key=f"moved-plan:{there.ref}",
        at=at,
        plan=to.plan.slug,
        membership=there.ref,
        amount_fen=balance_fen,
    )
