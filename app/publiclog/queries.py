"""What the public log's pages ask: its size, its latest entries, one entry with the checkpoint that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.models import Checkpoint, Fact, LogKey
from app.services.public_log import files, reading, signing

A_PAGE: Final = 30
LOOKED_BACK: Final = 5_000
"""So many entries are looked through for what happened last; each period leads to some twenty files."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The log as its page shows it."""

    origin: str
    begun_under: str
    """The address the log was begun under; another one than `origin` stops it, and the page says so."""
    latest: Checkpoint | None
    is_older: bool
    """Whether this database is an older copy of what was signed: then the log stands still."""
    waiting: int
    keys: tuple[str, ...]
    """The verifier keys that sign now, the newest first."""
    keys_so_far: tuple[LogKey, ...]

    @property
    def size(self) -> int:
        """How many entries are signed."""
        return self.latest.size if self.latest else 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, the first checkpoint that holds it, and how many entries there are now."""

    number: int
    fact: Fact
    signed: Checkpoint
    size: int


def overview() -> Overview:
    """The log now."""
    keys = tuple(signing.verifier_keys())
    origin, begun = signing.origin(), signing.begun_under()
    so_far = tuple(signing.keys_so_far())
    return Overview(origin, begun or origin, reading.latest(), _is_older(), reading.waiting(), keys, so_far)


def _is_older() -> bool:
    try:
        files.refuse_older_log()
    except files.LogIsOlder:
        return True
    return False


def newest(size: int, page: int) -> Sequence[tuple[int, Fact]]:
    """A page of entries of a log of this size, the newest first."""
    end = max(size - (page - 1) * A_PAGE, 0)
    first = max(end - A_PAGE, 0)
    return list(reversed(reading.entries(first, end - first)))


def recorded_last(size: int) -> Sequence[tuple[int, Fact]]:
    """What happened last in a log of this size, the newest first; not the files of open data that it led to."""
    return reading.entries_but("dataset", first=max(size - LOOKED_BACK, 0), most=A_PAGE)


def entry(number: int) -> Entry | None:
    """An entry that is signed; None when there is none of this number."""
    fact, signed = reading.entry(number), reading.checkpoint_holding(number)
    if fact is None or signed is None:
        return None
    return Entry(number, fact, signed, reading.size())
