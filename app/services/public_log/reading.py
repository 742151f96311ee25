"""What the public log says: its latest checkpoint, entries by their number, numbers of facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from app.db import db
from app.models import Checkpoint, Fact, FactWaiting, LogEntry

_AT_ONCE = 500


def latest() -> Checkpoint | None:
    """The latest checkpoint; None before the first."""
    return db.session.scalar(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))


def checkpoint(size: int) -> Checkpoint | None:
    """The checkpoint that was signed at a size, when one was."""
    return db.session.get(Checkpoint, size)


def checkpoint_holding(number: int) -> Checkpoint | None:
    """The first checkpoint that holds an entry: from then on it stands signed."""
    return db.session.scalar(select(Checkpoint).where(Checkpoint.size > number).order_by(Checkpoint.size).limit(1))


def size() -> int:
    """How many entries are signed."""
    return db.session.scalar(select(func.max(Checkpoint.size))) or 0


def waiting() -> int:
    """How many facts wait for their number."""
    return db.session.scalar(select(func.count(FactWaiting.fact_id))) or 0


def number_of(fact_id: int) -> int | None:
    """The number of a fact in the log; None while it waits."""
    return db.session.scalar(select(LogEntry.number).where(LogEntry.fact_id == fact_id))


def numbers_of(fact_ids: Iterable[int]) -> dict[int, int]:
    """The numbers of several facts; those that wait are left out."""
    wanted = sorted(set(fact_ids))
    found: dict[int, int] = {}
    for at in range(0, len(wanted), _AT_ONCE):
        rows = db.session.execute(
            select(LogEntry.fact_id, LogEntry.number).where(LogEntry.fact_id.in_(wanted[at : at + _AT_ONCE]))
        )
        found.update(rows.all())
    return found


def entry(number: int) -> Fact | None:
    """The fact that is an entry."""
    return db.session.scalar(select(Fact).join(LogEntry, LogEntry.fact_id == Fact.id).where(LogEntry.number == number))


def entries(first: int, count: int) -> Sequence[tuple[int, Fact]]:
    """So many entries from a number on, with their numbers."""
    return db.session.execute(
        select(LogEntry.number, Fact)
        .join(Fact, Fact.id == LogEntry.fact_id)
        .where(LogEntry.number >= first, LogEntry.number < first + count)
        .order_by(LogEntry.number)
    ).all()


def entries_but(type_: str, *, first: int, most: int) -> Sequence[tuple[int, Fact]]:
    """The newest entries from a number on that are not of a type, the newest first, with their numbers."""
    return db.session.execute(
        select(LogEntry.number, Fact)
        .join(Fact, Fact.id == LogEntry.fact_id)
        .where(LogEntry.number >= first, Fact.type != type_)
        .order_by(LogEntry.number.desc())
        .limit(most)
    ).all()


def bodies(first: int, count: int) -> list[bytes]:
    """The bytes of so many entries from a number on."""
    found = db.session.scalars(
        select(Fact.body)
        .join(LogEntry, LogEntry.fact_id == Fact.id)
        .where(LogEntry.number >= first, LogEntry.number < first + count)
        .order_by(LogEntry.number)
    )
    return [body.encode() for body in found]


def numbers_about(type_: str, about: str) -> list[int]:
    """The entries of one type about one thing, oldest first."""
    return list(
        db.session.scalars(
            select(LogEntry.number)
            .join(Fact, Fact.id == LogEntry.fact_id)
            .where(Fact.type == type_, Fact.about == about)
            .order_by(LogEntry.number)
        )
    )
