"""How often something may be done: so many at once, then one more after each pause.

What somebody has used up is kept as one instant, `busy_until`: each deed moves it on by one pause, time itself lets it
fall behind, and a deed is refused while it lies further ahead than the allowed number of pauses. There is no window at
whose edge twice as much would pass (generic cell rate algorithm, ITU-T I.371).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """`at_once` deeds in a row; after that one for each `pause`."""

    at_once: int
    pause: dt.timedelta

    def __post_init__(self) -> None:
        """ValueError for a limit that allows nothing, or does not limit."""
        if self.at_once < 1 or self.pause <= dt.timedelta():
            raise ValueError(f"not a limit: {self}")


class TooMany(Exception):
    """Too often in a short time: `until` is the earliest instant at which the next one is taken."""

    def __init__(self, until: dt.datetime, *, at: dt.datetime) -> None:
        super().__init__(f"not before {until.isoformat()}")
        self.until = until
        self.wait = until - at
        """How long that is from the moment of asking."""

    @property
    def wait_seconds(self) -> int:
        """The wait in whole seconds, rounded up, at least one: what a Retry-After header says."""
        return max(1, -(-self.wait // dt.timedelta(seconds=1)))

    @property
    def wait_minutes(self) -> int:
        """The wait in whole minutes, rounded up, at least one: what a sentence says."""
        return max(1, -(-self.wait // dt.timedelta(minutes=1)))


def after_one_more(busy_until: dt.datetime | None, limit: Limit, *, at: dt.datetime) -> dt.datetime:
    """What `busy_until` becomes when one more is done at `at`. Raises `TooMany` when it is one too many."""
    begun = at if busy_until is None else max(busy_until, at)
    earliest = begun - limit.pause * (limit.at_once - 1)
    if earliest > at:
        raise TooMany(earliest, at=at)
    return begun + limit.pause


def after_one_less(busy_until: dt.datetime, limit: Limit) -> dt.datetime:
    """What `busy_until` becomes when one that was counted is given back."""
    return busy_until - limit.pause
