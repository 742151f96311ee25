"""The figures of claims, kept by day: once a day what its steps changed is added, so that no page counts all claims.

A day is counted once it is over, from the steps of its claims as they were before it and after it
(app/domain/claim_figures.py). So the figures go until a day, everybody sees which, and counting is bounded by what
happened since, not by how many claims there are.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, select, update

from app.db import db
from app.domain.claim_figures import ENDS_OF_APPEALS, STATES, STEPS, Figure, K, Step, at_rank, figures_of, named_groups
from app.models import Claim, ClaimFigure, ClaimStep, Decision, FigureDay, Membership
from app.services.days import day_of, midnight

_LATE: Final = dt.timedelta(hours=1)
"""So long after midnight nothing of the day before is still being written."""
_AT_ONCE: Final = 31
"""Days counted at most at once, so that a long pause is caught up in pieces."""
MONTHS: Final = 12
_DAY: Final = dt.timedelta(days=1)
_Counted = defaultdict[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Took:
    """How long one step took: how many claims took it, the median and the days within which nine of ten were done."""

    number: int
    median_days: int | None
    p90_days: int | None

    @property
    def is_public(self) -> bool:
        """Whether so many took it that the public sees how long."""
        return self.number >= K


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of claims, of one plan or of all, over twelve months."""

    until_on: dt.date | None
    """The last day that is counted; None before the first."""
    since: str
    """The first month, as "2025-12"."""
    took: Mapping[str, Took]
    states: Mapping[str, int]
    """approved, refused, withdrawn and open, of the claims handed in since then: together what was received."""
    refused_by: Sequence[tuple[str, int]]
    """Groups of clauses, each of five and more; the rest under "other"."""
    appeals: Mapping[str, int]
    decided_by: Mapping[int, int] = field(default_factory=dict)
    """For the staff: decisions by the account's number."""

    @property
    def received(self) -> int:
        """Claims handed in: approved + refused + withdrawn + open."""
        return sum(self.states.values())

    @property
    def overturned_per_hundred(self) -> int | None:
        """Of a hundred appeals that were decided, how many changed the decision; None without any."""
        decided = self.appeals["overturned"] + self.appeals["upheld"]
        return round(100 * self.appeals["overturned"] / decided) if decided else None


def figures() -> tuple[Figures, dict[int, Figures]]:
    """The one question behind the public page and the staff page: all plans together, and each by its number.

    Twelve months up to the day that was counted last. It reads counted rows: a few for each month, kind and value,
    however many claims there are.
    """
    until_on = db.session.scalar(select(func.max(FigureDay.until_on)))
    since = _months_before(until_on) if until_on else ""
    rows = db.session.execute(
        select(ClaimFigure.plan_id, ClaimFigure.kind, ClaimFigure.value, func.sum(ClaimFigure.number))
        .where(ClaimFigure.month >= since)
        .group_by(ClaimFigure.plan_id, ClaimFigure.kind, ClaimFigure.value)
    ).all()
    together: _Counted = defaultdict(Counter)
    apart: dict[int, _Counted] = defaultdict(lambda: defaultdict(Counter))
    for plan_id, kind, value, number in rows:
        together[kind][value] += int(number)
        apart[plan_id][kind][value] += int(number)
    by_plan = {plan_id: _told(counted, until_on, since) for plan_id, counted in apart.items()}
    return _told(together, until_on, since), by_plan


def _told(counted: _Counted, until_on: dt.date | None, since: str) -> Figures:
    took = {}
    for step in STEPS:
        days = [(int(value), number) for value, number in counted[step].items()]
        took[step] = Took(sum(number for _days, number in days), at_rank(days, 50), at_rank(days, 90))
    return Figures(
        until_on=until_on,
        since=since,
        took=took,
        states={state: counted["state"][state] for state in STATES},
        refused_by=named_groups(counted["refused_by"].items()),
        appeals={end: counted["appeal"][end] for end in ENDS_OF_APPEALS.values()},
        decided_by={int(who): number for who, number in counted["decided_by"].items() if who.isdigit()},
    )


def is_due(at: dt.datetime) -> bool:
    """Whether a day is over that was not counted."""
    return _days_due(at) is not None


def count(at: dt.datetime) -> int:
    """Count the days that are over, at most a month of them at once; returns how many claims had moved in them."""
    due = _days_due(at)
    if due is None:
        return 0
    first, last = due
    begin, end = midnight(first), midnight(last + _DAY)
    moved = select(ClaimStep.claim_id).where(ClaimStep.at >= begin, ClaimStep.at < end).distinct()
    claims = _steps_of(moved, before=end)
    delta: Counter[tuple[int, Figure]] = Counter()
    for plan_id, steps in claims.values():
        earlier = figures_of([step for step in steps if step.on < first])
        for figure, number in figures_of(steps).items():
            delta[plan_id, figure] += number
        for figure, number in earlier.items():
            delta[plan_id, figure] -= number
    db.session.add(FigureDay(until_on=last, counted_at=at))
    db.session.flush()  # of two that count at once, the second fails here
    for (plan_id, (month, kind, value)), number in sorted(delta.items()):
        if number:
            _add(plan_id, month, kind, value, number)
    db.session.flush()
    return len(claims)


def recounted(until_on: dt.date) -> Counter[tuple[int, Figure]]:
    """Everything anew from all steps up to a day: what the kept figures must be equal to."""
    found: Counter[tuple[int, Figure]] = Counter()
    for plan_id, steps in _steps_of(None, before=midnight(until_on + _DAY)).values():
        for figure, number in figures_of(steps).items():
            found[plan_id, figure] += number
    return found


def kept() -> Counter[tuple[int, Figure]]:
    """What is kept, in the shape of `recounted`."""
    rows = db.session.scalars(select(ClaimFigure).where(ClaimFigure.number > 0))
    return Counter({(row.plan_id, (row.month, row.kind, row.value)): row.number for row in rows})


def _days_due(at: dt.datetime) -> tuple[dt.date, dt.date] | None:
    last_over = day_of(at - _LATE) - _DAY
    until_on = db.session.scalar(select(func.max(FigureDay.until_on)))
    if until_on is None:
        first_at = db.session.scalar(select(func.min(ClaimStep.at)))
        until_on = day_of(first_at) - _DAY if first_at else None
    if until_on is None or until_on >= last_over:
        return None
    return until_on + _DAY, min(last_over, until_on + _AT_ONCE * _DAY)


def _steps_of(moved: object, *, before: dt.datetime) -> dict[int, tuple[int, list[Step]]]:
    """Every step before an instant of these claims (all of them for None), with the plan, by the claim's number."""
    asked = (
        select(ClaimStep.claim_id, Membership.plan_id, ClaimStep.move, ClaimStep.from_state, ClaimStep.to_state,
               ClaimStep.at, ClaimStep.role, ClaimStep.account_id)
        .join(Claim, ClaimStep.claim_id == Claim.id)
        .join(Membership, Claim.membership_id == Membership.id)
        .where(ClaimStep.at < before)
        .order_by(ClaimStep.id)
    )  # fmt: skip
    refusals = select(Decision.claim_id, Decision.clause).where(Decision.verdict == "refuse").order_by(Decision.id)
    if moved is not None:
        asked = asked.where(ClaimStep.claim_id.in_(moved))  # type: ignore[arg-type]
        refusals = refusals.where(Decision.claim_id.in_(moved))  # type: ignore[arg-type]
    clauses: dict[int, list[str]] = defaultdict(list)
    for claim_id, clause in db.session.execute(refusals):
        clauses[claim_id].append(clause)
    found: dict[int, tuple[int, list[Step]]] = {}
    for claim_id, plan_id, move, from_state, to_state, at, role, by in db.session.execute(asked):
        clause = clauses[claim_id].pop(0) if move == "refuse" and clauses[claim_id] else ""
        step = Step(move, from_state, to_state, day_of(at), role, by, clause)
        found.setdefault(claim_id, (plan_id, []))[1].append(step)
    return found


def _add(plan_id: int, month: str, kind: str, value: str, number: int) -> None:
    same = (
        ClaimFigure.plan_id == plan_id,
        ClaimFigure.month == month,
        ClaimFigure.kind == kind,
        ClaimFigure.value == value,
    )
    changed = db.session.execute(
        update(ClaimFigure)
        .where(*same)
        .values(number=ClaimFigure.number + number)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        db.session.add(ClaimFigure(plan_id=plan_id, month=month, kind=kind, value=value, number=number))
        db.session.flush()


def _months_before(day: dt.date) -> str:
    """The first of twelve months that end with the one of a day."""
    months = day.year * 12 + day.month - MONTHS
    return f"{months // 12}-{months % 12 + 1:02d}"
