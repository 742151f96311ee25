"""Whose turn it is in the round of the desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may look after a claim: how many are open there, and when the last one came."""

    person: int
    open: int
    last_at: datetime | None
    """None: never had one."""


def next_in_round(candidates: Collection[Candidate]) -> int | None:
    """Who has the fewest open; of those, whose last one came longest ago; then the lowest number. None of nobody."""

    def turn(one: Candidate) -> tuple[int, datetime, int]:
        return one.open, one.last_at or datetime.min.replace(tzinfo=UTC), one.person

    return min(candidates, key=turn).person if candidates else None
