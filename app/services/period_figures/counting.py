"""Who shared in a period, asked of the database in a few set-based questions: no member is ever read one by one.

Who was locked for settlement s joined before it (join_seq ≤ s − 1) and did not end before it (end_seq ≥ s, or not at
all). Both numbers stay with a membership for ever, so that the answer is the same whenever it is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, literal, or_, select

from app.db import db
from app.domain.calendar import latest_birth
from app.domain.masking import AGE_BANDS, last_years
from app.models import Membership, Period, Person
from app.services import rulebook
from app.services.days import day_of


@dataclass(frozen=True, slots=True)
class Short:
    """Who is below the limit while a lock is open."""

    grace: Mapping[str, int]
    """Members in grace by age band."""
    arrears_fen: int
    """What those below zero owe together."""


def bands(period: Period) -> dict[str, int]:
    """Who was locked, by age band on the day of the lock. One pass that counts, whatever the bands."""
    seq, locked_at = _lock_of(period)
    limits = _limits(day_of(locked_at))
    younger = [func.coalesce(func.sum(case((is_younger, 1), else_=0)), 0) for _name, is_younger in limits]
    row = db.session.execute(
        select(*younger, func.count())
        .select_from(Membership)
        .join(Person, Membership.person_id == Person.id)
        .where(*_locked(period.pool_id, seq))
    ).one()
    found, before = {}, 0
    for name, up_to in zip(AGE_BANDS, row, strict=True):
        found[name], before = int(up_to) - before, int(up_to)
    return {name: number for name, number in found.items() if number}


def short(period: Period) -> Short:
    """Who of an open lock is in grace, by age band, and what those below zero owe: a range of the few below."""
    _seq, locked_at = _lock_of(period)
    limits = [(is_younger, literal(name)) for name, is_younger in _limits(day_of(locked_at))]
    band = case(*limits, else_=literal(AGE_BANDS[-1])).label("band")
    owed = case((Membership.threshold_fen < period.pool.index_fen, period.pool.index_fen - Membership.threshold_fen))
    rows = db.session.execute(
        select(band, func.count(), func.coalesce(func.sum(owed), 0))
        .select_from(Membership)
        .join(Person, Membership.person_id == Person.id)
        .where(
            Membership.pool_id == period.pool_id,
            Membership.state == "sharing",
            Membership.threshold_fen < period.pool.index_fen + _floor_fen(period),
        )
        .group_by("band")
    ).all()
    return Short({name: int(number) for name, number, _fen in rows}, sum(int(fen) for *_rest, fen in rows))


def joined(period: Period) -> int:
    """Who began to share since the lock before, also those who ended before this one."""
    seq, _locked_at = _lock_of(period)
    came = select(func.count()).where(Membership.pool_id == period.pool_id, Membership.join_seq == seq - 1)
    return int(db.session.scalar(came) or 0)


def left(period: Period) -> dict[str, int]:
    """Who ended sharing since the lock before, by how."""
    seq, _locked_at = _lock_of(period)
    rows = db.session.execute(
        select(Membership.state, func.count())
        .where(Membership.pool_id == period.pool_id, Membership.end_seq == seq - 1, Membership.join_seq.is_not(None))
        .group_by(Membership.state)
    ).all()
    return {state: int(number) for state, number in rows}


def _locked(pool_id: int, seq: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.pool_id == pool_id,
        Membership.join_seq <= seq - 1,
        or_(Membership.end_seq.is_(None), Membership.end_seq >= seq),
    )


def _limits(day: dt.date) -> list[tuple[str, ColumnElement[bool]]]:
    """Each band but the oldest, and whether a person is of it or younger on a day."""
    return [(name, Person.birth_on > latest_birth(day, years + 1)) for name, years in last_years()]


def _floor_fen(period: Period) -> int:
    if period.pool_terms is None:
        raise LookupError(f"{period.name} is locked without its terms")
    return rulebook.pool_terms(period.pool_terms).floor_fen


def _lock_of(period: Period) -> tuple[int, dt.datetime]:
    if period.seq is None or period.locked_at is None:
        raise LookupError(f"{period.name} is not locked")
    return period.seq, period.locked_at
