"""Everything a period went through, read from what is at rest: one question for its run log and its public facts.

Most steps are deeds of the audit trail, the comparisons of the books are runs of the questions, and what stands nowhere
else is a row of its own (`PeriodStep`): when it was planned, how long the settlement took, and each time it was paid.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, func, literal, select, union_all

from app.db import Text_, Whole, db
from app.domain.run_log import DESK, PUBLIC, TIMED, Line
from app.models import Audit, CheckRun, Dataset, Fact, LogEntry, Period, PeriodChange, PeriodStep, RefusalCount
from app.services.days import midnight

_DAY = dt.timedelta(days=1)
FACTS: Final = (
    "members-locked", "objection", "deferral", "removal", "settlement", "postponed", "cancelled", "correction",
)  # fmt: skip
"""The kinds of facts that are about a period as a whole."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row that tells of a period, wherever it stands."""

    source: str
    """fact, audit, check, step; refusals (kind is their group, number how many) or file (its path and bytes)."""
    number: int
    kind: str
    at: dt.datetime
    role: str
    text: str
    """The body of a fact."""
    who: int
    took_ms: int
    found: int
    entry: int
    """The number of a fact in the public log; -1 while it has none."""


def _everything() -> Any:
    """The question, put together once: it is long, and every public period asks it."""
    none, nothing, no_entry = literal("", Text_()), literal(0, Whole()), literal(-1, Whole())
    name = bindparam("name", type_=Text_())
    parts: list[Any] = [
        select(
            literal("fact", Text_()).label("source"), Fact.id.label("number"), Fact.type.label("kind"),
            Fact.at.label("at"), none.label("role"), Fact.body.label("text"), nothing.label("who"),
            nothing.label("took_ms"), nothing.label("found"), func.coalesce(LogEntry.number, -1).label("entry"),
        ).outerjoin(LogEntry, LogEntry.fact_id == Fact.id).where(Fact.type.in_(FACTS), Fact.about == name),
        select(
            literal("audit", Text_()), Audit.id, Audit.deed, Audit.at, Audit.role, none,
            func.coalesce(Audit.account_id, 0), nothing, nothing, no_entry,
        ).where(Audit.about_kind == "period", Audit.about_ref == name),
        select(
            literal("check", Text_()), CheckRun.id, CheckRun.trigger, CheckRun.at, literal("system", Text_()), none,
            nothing, CheckRun.duration_ms, CheckRun.findings, no_entry,
        ).where(CheckRun.about == name),
        select(
            literal("step", Text_()), PeriodStep.id, PeriodStep.step, PeriodStep.at, literal("system", Text_()), none,
            nothing, func.coalesce(PeriodStep.took_ms, 0), nothing, no_entry,
        ).join(Period, PeriodStep.period_id == Period.id).where(Period.name == name),
        select(
            literal("refusals", Text_()), RefusalCount.number, RefusalCount.clause_group,
            func.coalesce(Period.locked_at, Period.cancelled_at), none, none, nothing, nothing, nothing, no_entry,
        ).join(Period, RefusalCount.period_id == Period.id).where(Period.name == name),
        select(
            literal("file", Text_()), Dataset.bytes, Dataset.path, Dataset.at, none, none, nothing, nothing, nothing,
            no_entry,
        ).where(Dataset.part == name, Dataset.sha256 != ""),
    ]  # fmt: skip
    return union_all(*parts)


_EVERYTHING = _everything()


def records(name: str) -> list[Record]:
    """Every row about the period of this name, oldest first."""
    found = [Record(*row) for row in db.session.execute(_EVERYTHING, {"name": name})]
    return sorted(found, key=lambda one: (one.at, _RANK.get(one.kind, 1), one.number))


_STEPS = frozenset({"audit", "check", "step"})
_RANK = {"planned": 0, "before-settlement": 0, "settle": 1, "after-settlement": 2, "paid": 3, "release-payouts": 1}
"""Of one instant, what came first."""


def lines(period: Period, rows: Iterable[Record], changes: Sequence[PeriodChange], *, desk: bool = False) -> list[Line]:
    """The run log of a period, oldest first: instants, roles and lateness. `desk`: as the treasury reads it."""
    known = list(rows)
    took = {one.at: one.took_ms for one in known if one.source == "step" and one.kind == "settled"}
    return [
        Line(
            one.kind,
            one.at,
            one.role,
            who=one.who or None,
            due=_due(period, one, changes) if one.kind in TIMED else None,
            took_ms=one.took_ms if one.source == "check" else took.get(one.at) if one.kind == "settle" else None,
            found=one.found if one.source == "check" else None,
        )
        for one in known
        if one.source in _STEPS and one.kind in (DESK if desk else PUBLIC)
    ]


def _due(period: Period, one: Record, changes: Sequence[PeriodChange]) -> dt.datetime:
    """When a step was due, by the days as they stood then: a lock that came late moved them itself."""
    if one.kind == "lock":
        late = [change.publication_day_before for change in changes if change.kind == "late"]
        return midnight(late[0] if late else period.publication_day)
    return midnight(period.settle_day if one.kind == "settle" else period.pay_by_day + _DAY)


def remember_planned(periods: Iterable[Period], *, at: dt.datetime) -> None:
    """Keep when these periods were planned."""
    db.session.add_all(PeriodStep(period_id=period.id, step="planned", n=1, at=at) for period in periods)


def remember_settled(period: Period, *, at: dt.datetime, took_ms: int) -> None:
    """Keep how long the settlement of a period took."""
    db.session.add(PeriodStep(period_id=period.id, step="settled", n=1, at=at, took_ms=took_ms))


def remember_paid(period: Period, *, at: dt.datetime) -> None:
    """Keep that everything of a period has arrived: for the first time, or again after a payment came back."""
    before = db.session.scalar(
        select(func.count(PeriodStep.id)).where(PeriodStep.period_id == period.id, PeriodStep.step == "paid")
    )
    db.session.add(PeriodStep(period_id=period.id, step="paid", n=(before or 0) + 1, at=at))
