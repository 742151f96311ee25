"""Periods that are planned follow the calendar of newer rules: from the day these hold, and never once they are locked.

Whatever a treasurer has moved stays where it is. A day that the new calendar no longer has cancels its period in
public; a day that it adds gets a period of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain.calendar import PeriodDays, PlannedPeriod, period_name, periods_of_month
from app.models import Period, PeriodStep, Pool, RuleVersion
from app.services import audit, closings, facts, pools, rescheduling, rulebook, run_log
from app.services.days import day_of

DEED = "follow-calendar"
CAUSE = "calendar_changed"


@dataclass(frozen=True, slots=True)
class Changes:
    """What has to change of the plan of one pool."""

    moved: Sequence[tuple[Period, PlannedPeriod]]
    gone: Sequence[Period]
    new: Sequence[PlannedPeriod]


def is_due(pool: Pool, *, at: dt.datetime) -> bool:
    """Whether newer rules have another calendar for a period than the one it was planned by. Reads only."""
    newer = (
        select(Period.id)
        .join(PeriodStep, (PeriodStep.period_id == Period.id) & (PeriodStep.step == "planned"))
        .join(RuleVersion, RuleVersion.plan_id == Period.plan_id)
        .where(
            _ahead(pool, at), RuleVersion.published_at > PeriodStep.at, RuleVersion.valid_from <= Period.publication_day
        )
    )
    if db.session.scalar(newer.limit(1)) is None or closings.binding_of(pool.plan_id) is not None:
        return False
    found = _changes(pool, at=at)
    return bool(found.moved or found.gone or found.new)


def follow(pool: Pool, *, at: dt.datetime) -> list[str]:
    """Bring what is planned to the days of the rules that hold then; returns what was done, for the operator's log."""
    pools.hold(pool, alone=True)
    found = _changes(pool, at=at)
    for period, days in found.moved:
        before = rescheduling.days_of(period)
        after = PeriodDays(days.publication_day, days.objections_last_day, days.settle_day, days.pay_by_day)
        rescheduling.keep_days(period, after)
        _tell(period, before, at=at)
    for period in found.gone:
        rescheduling.cancel(period, reason=CAUSE, by=None, at=at)
    made = [_planned(pool, days) for days in found.new]
    run_log.remember_planned(made, at=at)
    return [
        *(f"{period.name}: follows the new calendar" for period, _days in found.moved),
        *(f"{period.name}: cancelled, the new calendar has no such day" for period in found.gone),
        *(f"{period.name}: planned, the new calendar has one more" for period in made),
    ]


def _changes(pool: Pool, *, at: dt.datetime) -> Changes:
    """Day by day: what stays, then what moves to the next free day in order, then what is left over."""
    rows = db.session.scalars(
        select(Period)
        .where(Period.pool_id == pool.id, ~Period.run_off, Period.publication_day > day_of(at))
        .order_by(Period.publication_day)
    ).all()
    months = sorted({(row.year, row.month) for row in rows})
    moved: list[tuple[Period, PlannedPeriod]] = []
    gone: list[Period] = []
    new: list[PlannedPeriod] = []
    for month in months:
        held = [row for row in rows if (row.year, row.month) == month and row.state != "cancelled"]
        by_hand = {row.number for row in held if row.state != "planned"}
        wanted = [one for one in _foreseen(pool, *month, after=day_of(at)) if one.number not in by_hand]
        days = {one.publication_day for one in wanted}
        planned = [row for row in held if row.state == "planned"]
        stays = {row.publication_day for row in planned} & days
        free = [one for one in wanted if one.publication_day not in stays]
        others = [row for row in planned if row.publication_day not in stays]
        moved += zip(others, free, strict=False)
        gone += others[len(free) :]
        new += free[len(others) :]
    return Changes(moved, gone, new)


def _foreseen(pool: Pool, year: int, month: int, *, after: dt.date) -> list[PlannedPeriod]:
    """The periods of a month, each as the rules say that hold on its publication day."""
    chosen = select(RuleVersion).where(RuleVersion.plan_id == pool.plan_id)
    versions = db.session.scalars(chosen.order_by(RuleVersion.valid_from, RuleVersion.number)).all()
    found: list[PlannedPeriod] = []
    for place, version in enumerate(versions):
        until = versions[place + 1].valid_from if place + 1 < len(versions) else dt.date.max
        if version.valid_from.replace(day=1) > dt.date(year, month, 1) or until <= dt.date(year, month, 1):
            continue
        calendar = rulebook.rules_of(version).pool.calendar
        found += (
            one
            for one in periods_of_month(calendar, year, month)
            if version.valid_from <= one.publication_day < until and one.publication_day > after
        )
    return found


def _planned(pool: Pool, days: PlannedPeriod) -> Period:
    last = db.session.scalar(
        select(func.max(Period.number)).where(
            Period.pool_id == pool.id, Period.year == days.year, Period.month == days.month
        )
    )
    number = (last or 0) + 1
    made = Period(
        plan_id=pool.plan_id, pool_id=pool.id, year=days.year, month=days.month, number=number, state="planned",
        name=period_name(pool.name, days.year, days.month, number), publication_day=days.publication_day,
        objections_last_day=days.objections_last_day, settle_day=days.settle_day, pay_by_day=days.pay_by_day,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _tell(period: Period, before: PeriodDays, *, at: dt.datetime) -> None:
    facts.state(
        "calendar", period.name, at=at, plan=period.plan.slug,
        publication_day_before=before.publication_day.isoformat(), publication_day=period.publication_day.isoformat(),
        settle_day_before=before.settle_day.isoformat(), settle_day=period.settle_day.isoformat(),
    )  # fmt: skip
    moved = f"{before.publication_day} → {period.publication_day}"
    audit.note(DEED, "period", period.name, by=None, role="system", at=at, detail=moved)
    db.session.flush()


def _ahead(pool: Pool, at: dt.datetime):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a condition on periods
    return (Period.pool_id == pool.id) & (Period.state == "planned") & (Period.publication_day > day_of(at))
