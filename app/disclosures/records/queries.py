"""The public facts about a period, as everybody may read and check them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from app.db import db
from app.domain.claim_figures import OTHER
from app.models import Case, Fact, LogEntry, Period
from app.services.run_log import Record

CASE_FACTS: Final = (
    "disclosure", "story", "case-corrected", "expired", "withdrawn", "takedown", "payout", "payout-returned",
)  # fmt: skip
"""The kinds of facts that are about one case."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One public fact about a period."""

    type: str
    at: dt.datetime
    fingerprint: str
    said: Mapping[str, Any]
    """What it says, as everybody may read it."""
    entry: int | None
    """Its number in the public log; None until it is signed."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What proves a period to a stranger: the count of its members, and where its facts stand in the log."""

    members: int
    root: str
    """Over all members who were counted, in hex; empty for a lock older than the counting."""
    locked: Stated
    settled: Stated | None


@dataclass(frozen=True, slots=True)
class Removed:
    """A case that left its period before the settlement."""

    number: int
    case: str
    """Its reference: the page stays."""
    cause: str
    """Withdrawn, or an objection: see `Removal.cause`."""
    at: dt.datetime


def facts(rows: Iterable[Record]) -> list[Stated]:
    """The public facts about a period, oldest first, each with the fingerprint of its text."""
    stated = (one for one in rows if one.source == "fact")
    return [_stated(fact.kind, fact.at, fact.text, fact.entry if fact.entry >= 0 else None) for fact in stated]


def facts_of_case(ref: str) -> list[Stated]:
    """The public facts about a case, oldest first."""
    rows = db.session.execute(
        select(Fact.type, Fact.at, Fact.body, LogEntry.number)
        .outerjoin(LogEntry, LogEntry.fact_id == Fact.id)
        .where(Fact.type.in_(CASE_FACTS), Fact.about == ref)
        .order_by(Fact.id)
    ).all()
    return [_stated(*row) for row in rows]


def _stated(kind: str, at: dt.datetime, body: str, entry: int | None) -> Stated:
    return Stated(kind, at, hashlib.sha256(body.encode()).hexdigest(), json.loads(body), entry)


def entry_of_case() -> ColumnElement[int | None]:
    """The entry that disclosed a case, the newest of several periods; the case is asked for outside."""
    return (
        select(func.max(LogEntry.number))
        .join(Fact, Fact.id == LogEntry.fact_id)
        .where(Fact.type == "disclosure", Fact.about == Case.ref)
        .correlate(Case)
        .scalar_subquery()
    )


def proven(period: Period, stated: Sequence[Stated]) -> Proven | None:
    """What proves a locked period; None before its lock."""
    locked = next((fact for fact in stated if fact.type == "members-locked"), None)
    if period.members is None or locked is None:
        return None
    settled = next((fact for fact in stated if fact.type == "settlement"), None)
    return Proven(period.members, str(locked.said.get("root", "")), locked, settled)


def told(period: Period, rows: Iterable[Record], stated: Sequence[Stated]) -> dict[str, Any]:
    """What a page shows of a period besides its rows: its proof, the refusals up to its lock, and its files.

    The refusals by group of clauses are as they were told once; both are empty until they are there.
    """
    known = list(rows)
    refusals = [(one.kind, one.number) for one in known if one.source == "refusals"]
    return {
        "proven": proven(period, stated),
        "refusals": sorted(refusals, key=lambda one: (one[0] == OTHER, len(one[0]), one[0])),
        "files": sorted((one.kind, one.number) for one in known if one.source == "file"),
    }


def removed(stated: Iterable[Stated]) -> list[Removed]:
    """The cases that left a period before its settlement, by number, as its public facts tell it."""
    left = [fact for fact in stated if fact.type == "removal"]
    return sorted(
        (Removed(fact.said["number"], fact.said["case"], fact.said["cause"], fact.at) for fact in left),
        key=lambda one: one.number,
    )
