"""The public facts about a period, as everybody may read and check them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal, select

from app.db import Text_, Whole, db
from app.domain.claim_figures import OTHER
from app.models import Case, Fact, LogEntry, Objection, Period
from app.services.objections import OfCase
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


def of_case(case: Case) -> tuple[list[Stated], list[OfCase]]:
    """The public facts about a case and the objections to it, each oldest first: one question."""
    objections = select(
        literal("objection", Text_()), Objection.id, Objection.state, Objection.filed_at, Objection.public_reason,
        literal(-1, Whole()), func.coalesce(Objection.answered_at, Objection.filed_at),
    ).where(Objection.case_id == case.id)  # fmt: skip
    facts = (
        select(
            literal("fact", Text_()),
            Fact.id,
            Fact.type,
            Fact.at,
            Fact.body,
            func.coalesce(LogEntry.number, -1),
            Fact.at,
        )
        .outerjoin(LogEntry, LogEntry.fact_id == Fact.id)
        .where(Fact.type.in_(CASE_FACTS), Fact.about == case.ref)
    )
    rows = sorted(db.session.execute(objections.union_all(facts)).all(), key=lambda row: row[1])
    return (
        [_stated(row[2], row[3], row[4], row[5] if row[5] >= 0 else None) for row in rows if row[0] == "fact"],
        [OfCase(row[3], row[2], None if row[2] == "open" else row[6], row[4]) for row in rows if row[0] == "objection"],
    )


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
