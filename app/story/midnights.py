"""Which midnights the clock has to strike: those on which something can be due. The others would do nothing.

A midnight does something when a period is to be published or settled, when the grace of somebody can be over, on the
first of a month (periods are planned ahead), when somebody nears or reaches the age of leaving, when details of cases
expire, when a claimant is reminded or told that we are late, or when work in the outbox is due. Everything is asked of
the rows as they stand, anew after every midnight that was struck. What is left out is the weekly
look for files that nobody remembers: no scene leaves any.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain.period_states import LOCKED_STATES
from app.models import Case, Claim, Membership, Outbox, Payment, Period, Pool, RuleVersion, Settlement
from app.services import ages, broken_promises, rulebook, unanswered
from app.services.days import day_of, midnight

_DAY = dt.timedelta(days=1)
_MOST_GRACE = 40
"""No rule version of the story has more days of grace."""


@dataclass(frozen=True, slots=True)
class Midnight:
    """A midnight on which something can be due: the whole tick, or only work in the outbox."""

    at: dt.datetime
    only_work: bool


def following(after: dt.datetime, end: dt.datetime) -> Midnight | None:
    """The next midnight that matters after an instant, up to another one; None when there is none."""
    first, last = day_of(after) + _DAY, day_of(end)
    return _next(first, last) if first <= last else None


def _next(first: dt.date, last: dt.date) -> Midnight | None:
    """The first midnight from `first` to `last` on which something can be due."""
    days = [day for day in _days(first, last) if first <= day <= last]
    whole = _of_answers(first, min(days, default=last)) or min(days, default=None)
    work = _of_work(first)
    if work is not None and work <= last and (whole is None or work < whole):
        return Midnight(midnight(work), only_work=True)
    return Midnight(midnight(whole), only_work=False) if whole is not None else None


def _of_work(first: dt.date) -> dt.date | None:
    """The day at whose midnight the earliest work of the outbox is due."""
    due = db.session.scalar(select(func.min(Outbox.due_at)).where(Outbox.done_at.is_(None), Outbox.dead_at.is_(None)))
    return max(first, day_of(due - dt.timedelta(microseconds=1)) + _DAY) if due is not None else None


def _of_answers(first: dt.date, before: dt.date) -> dt.date | None:
    """The first day before another one on which a claimant is reminded of a question, or told that we are late."""
    asked = db.session.scalar(select(Claim.id).where(Claim.state == "evidence_asked").limit(1)) is not None
    late = bool(broken_promises.due(midnight(before)))
    if not asked and not late:
        return None
    days = (first + number * _DAY for number in range((before - first).days))
    return next((day for day in days if unanswered.due(midnight(day)) or (late and _is_late(midnight(day)))), None)


def _is_late(at: dt.datetime) -> bool:
    """Whether a claimant is told at a midnight that a promised day has passed."""
    return bool(broken_promises.due(at))


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    yield first if first.day == 1 else (first.replace(day=1) + 32 * _DAY).replace(day=1)
    yield from _of_periods(first, last)
    yield from _of_grace(first, last)
    yield from _of_ages(first)
    yield from _of_details(first)


def _of_periods(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Publication and settle days. What could not be locked or settled on its day is tried at every midnight after."""
    rows = db.session.execute(
        select(Period.state, Period.publication_day, Period.settle_day).where(
            Period.state.in_(("planned", "postponed", *LOCKED_STATES)), Period.publication_day <= last
        )
    ).all()
    for state, publication_day, settle_day in rows:
        yield max(first, publication_day if state in ("planned", "postponed") else settle_day)


def _of_grace(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The day after each settlement, and the one on which the window of grace passes it; so too for what is reversed.

    A window begins at the midnight so many days ago: it passes what happened at that very midnight, or before it.
    """
    since = midnight(first - _MOST_GRACE * _DAY)
    settled = db.session.scalars(
        select(Settlement.at).where(Settlement.at >= since, Settlement.share_fen > 0).distinct()
    ).all()
    reversed_ = db.session.scalars(
        select(Payment.reversed_at).where(Payment.state == "reversed", Payment.reversed_at >= since)
    ).all()
    versions = db.session.scalars(select(RuleVersion)).all()
    changed = {midnight(version.valid_from) for version in versions if version.valid_from <= last}
    for moment in {*settled, *(one for one in reversed_ if one is not None), *changed}:
        day = day_of(moment)
        yield day + _DAY
        for grace in {rulebook.rules_of(version).pool.grace_days for version in versions}:
            yield day + (grace if moment == midnight(day) else grace + 1) * _DAY


def _of_details(first: dt.date) -> Iterator[dt.date]:
    """The day on which the details of published cases expire next."""
    ends_on = db.session.scalar(select(func.min(Case.detail_ends_on)))
    if ends_on is not None:
        yield max(first, ends_on)


def _of_ages(first: dt.date) -> Iterator[dt.date]:
    """The day on which somebody reaches the age of leaving, and the one on which that is told."""
    for pool_id in db.session.scalars(select(Pool.id)).all():
        for ahead in (0, ages.NOTICE_DAYS):
            reached = db.session.scalar(
                select(Membership.age_out_on)
                .where(
                    Membership.pool_id == pool_id,
                    Membership.state == "sharing",
                    Membership.age_out_on.is_not(None),
                    Membership.age_out_on >= first + ahead * _DAY,
                )
                .order_by(Membership.age_out_on)
                .limit(1)
            )
            if reached is not None:
                yield reached - ahead * _DAY
