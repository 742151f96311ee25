"""The public facts about a period, as everybody may read and check them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.services.run_log import Record

FACTS: Final = (
    "members-locked",
    "objection",
    "deferral",
    "removal",
    "settlement",
    "postponed",
    "cancelled",
    "correction",
)
"""The kinds of facts that are about a period as a whole."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One public fact about a period."""

    type: str
    at: dt.datetime
    fingerprint: str
    said: Mapping[str, Any]
    """What it says, as everybody may read it."""


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
    stated = (one for one in rows if one.source == "fact" and one.kind in FACTS)
    return [
        Stated(fact.kind, fact.at, hashlib.sha256(fact.text.encode()).hexdigest(), json.loads(fact.text))
        for fact in stated
    ]


def removed(stated: Iterable[Stated]) -> list[Removed]:
    """The cases that left a period before its settlement, by number, as its public facts tell it."""
    left = [fact for fact in stated if fact.type == "removal"]
    return sorted(
        (Removed(fact.said["number"], fact.said["case"], fact.said["cause"], fact.at) for fact in left),
        key=lambda one: one.number,
    )
