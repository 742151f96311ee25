"""Work that leaves the transaction: asked for inside it, done after it, lost never.

The truth is the table. A worker takes one piece of work by a lease (compare-and-set), so that no two do it at once;
when a worker is killed its lease runs out and somebody else does the work. Handlers are harmless when they run twice,
because everything they write has a unique key; app/jobs/work.py says for each kind what that is.

`handlers` maps each kind of work to the function that does it; the jobs floor fills it, because that is where the
adapters and rooms are known. A handler runs in the transaction that marks its work as done: all of it is written, or
nothing. Kinds in `outside` open transactions of their own, because they wait for somebody else or read for long.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from app.db import db, transaction
from app.domain.retries import LEASE, MOST_ATTEMPTS, wait_after
from app.models import Outbox
from app.services import audit, once
from app.services.traces import trace_of

Handler = Callable[[Mapping[str, Any], dt.datetime], None]
Clock = Callable[[], dt.datetime]
handlers: dict[str, Handler] = {}
outside: dict[str, dt.timedelta] = {}
"""Kinds whose handlers open transactions of their own, with the lease each of them needs."""
last_words: dict[str, Callable[[Mapping[str, Any], dt.datetime], None]] = {}
"""Kind → what is done when it is tried no more, so that nobody waits for it any longer; in the same transaction."""
ASKED = "work-asked"
"""Set in the session's info by whoever asked for work, so that the porch may wake a worker."""

_log = logging.getLogger(__name__)
_BATCH = 1_000


class WorkerLost(Exception):
    """Whoever held the lease never came back."""


class LeaseLost(Exception):
    """The lease ran out while the work was done, and somebody else has taken it: nothing of this run is kept."""


class NotDead(Exception):
    """This is no dead letter (any more): somebody tried it again or gave it up before."""


class NoReason(ValueError):
    """Work is given up for a reason that can be read later."""


@dataclass(frozen=True, slots=True)
class _Leased:
    """One piece of work in the hands of one worker."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    token: str


def ask(kind: str, key: str, *, at: dt.datetime, **payload: Any) -> None:
    """Ask for a piece of work; a key that was used before asks for nothing, also when two ask at once."""
    once.add(Outbox, "key", kind=kind, key=key, payload=payload, created_at=at, due_at=at, attempts=0)
    db.session.info[ASKED] = True


def is_asked(key: str) -> bool:
    """Whether work with this key was asked for before, done or not."""
    return db.session.scalar(select(Outbox.id).where(Outbox.key == key)) is not None


def sweep(at: dt.datetime, *, real_now: Clock | None = None) -> int:
    """Do what is due, oldest first, each in its own transaction; returns how many were done.

    Leases are measured by `real_now`, in real time; without it, by `at`. Work that fails stays, is tried again later
    and later, and the name of its error is kept for the operator.
    """
    clock: Clock = real_now or (lambda: at)
    done = 0
    for _step in range(_BATCH):
        leased = _lease(at, clock)
        if leased is None:
            break
        done += _do(leased, at)
    return done


def _free(at: dt.datetime, real_at: dt.datetime) -> ColumnElement[bool]:
    """Undone, due, and in nobody's hands."""
    return and_(
        Outbox.done_at.is_(None),
        Outbox.dead_at.is_(None),
        Outbox.due_at <= at,
        or_(Outbox.leased_until.is_(None), Outbox.leased_until <= real_at),
    )


def _lease(at: dt.datetime, clock: Clock) -> _Leased | None:
    """Take the oldest piece of work that is free, in a transaction of its own; None when nothing is."""
    if db.session.scalar(select(Outbox.id).where(_free(at, clock())).limit(1)) is None:
        return None
    with transaction():
        real_at = clock()
        while True:
            work = db.session.scalar(
                select(Outbox)
                .where(_free(at, real_at))
                .order_by(Outbox.due_at, Outbox.id)
                .limit(1)
                .with_for_update(skip_locked=True)
                .execution_options(populate_existing=True)
            )
            if work is None:
                return None
            if work.attempts < MOST_ATTEMPTS:
                break
            _bury(work, WorkerLost.__name__, at=at)
        work.attempts += 1
        work.leased_by = secrets.token_hex(8)
        work.leased_until = real_at + outside.get(work.kind, LEASE)
        db.session.flush()
        return _Leased(work.id, work.kind, work.payload, work.leased_by)


def _do(leased: _Leased, at: dt.datetime) -> bool:
    try:
        if leased.kind in outside:
            handlers[leased.kind](leased.payload, at)
            with transaction():
                _mark_done(leased, at)
        else:
            with transaction():
                _mark_done(leased, at)
                handlers[leased.kind](leased.payload, at)
    except LeaseLost:
        _log.warning("work %s was taken over by somebody else", leased.id)
        return False
    except Exception as error:  # noqa: BLE001 -- whatever it is, the work stays and is tried again
        db.session.rollback()
        _log.error("work %s (%s) failed: %s\n%s", leased.id, leased.kind, type(error).__name__, trace_of(error))
        _put_back(leased, type(error).__name__, at)
        return False
    return True


def _mark_done(leased: _Leased, at: dt.datetime) -> None:
    """Done, if the lease is still ours; on PostgreSQL this row stays locked until the transaction ends."""
    changed = db.session.execute(
        update(Outbox)
        .where(Outbox.id == leased.id, Outbox.leased_by == leased.token)
        .values(done_at=at, leased_until=None, leased_by=None)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLost


def _put_back(leased: _Leased, error: str, at: dt.datetime) -> None:
    with transaction():
        work = db.session.get(Outbox, leased.id, with_for_update=True, populate_existing=True)
        if work is None or work.leased_by != leased.token:
            return
        wait = wait_after(work.attempts)
        if wait is None:
            _bury(work, error, at=at)
            return
        work.leased_until = work.leased_by = None
        work.last_error, work.due_at = error, at + wait


def _bury(work: Outbox, error: str, *, at: dt.datetime) -> None:
    """Too often: a dead letter, which waits for a person."""
    work.leased_until = work.leased_by = None
    work.last_error, work.dead_at = error, at
    audit.note("bury-work", "work", work.key, by=None, role="system", at=at, detail=f"{work.kind}: {error}")
    if (said := last_words.get(work.kind)) is not None:
        said(work.payload, at)
    db.session.flush()


def dead_letters() -> int:
    """How many pieces of work wait for a person."""
    found = db.session.scalar(
        select(func.count(Outbox.id)).where(Outbox.dead_at.is_not(None), Outbox.given_up_at.is_(None))
    )
    return int(found or 0)


def try_again(work_id: int, *, by: int, role: str, at: dt.datetime) -> None:
    """Let a dead letter be tried again from its first attempt. Raises `NotDead` for whoever comes second."""
    key = _answer(work_id, dead_at=None, attempts=0, due_at=at, last_error=None)
    audit.note("retry-work", "work", key, by=by, role=role, at=at)
    db.session.info[ASKED] = True


def give_up(work_id: int, reason: str, *, by: int, role: str, at: dt.datetime) -> None:
    """Leave a dead letter undone, for a reason. Raises `NoReason`, and `NotDead` for whoever comes second."""
    if not reason.strip():
        raise NoReason
    key = _answer(work_id, given_up_at=at, given_up_because=reason.strip())
    audit.note("give-up-work", "work", key, by=by, role=role, at=at)


def _answer(work_id: int, **values: Any) -> str:
    """Compare-and-set on a dead letter; returns its key."""
    key = db.session.scalar(
        update(Outbox)
        .where(Outbox.id == work_id, Outbox.dead_at.is_not(None), Outbox.given_up_at.is_(None))
        .values(**values)
        .returning(Outbox.key)
        .execution_options(synchronize_session=False)
    )
    if key is None:
        raise NotDead
    db.session.expire_all()
    return key
