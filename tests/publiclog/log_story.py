"""A small log for tests: facts as the house states them, in several runs, so that there are several tiles."""

from __future__ import annotations

import datetime as dt

from app.db import db, transaction
from app.domain import merkle
from app.models import Checkpoint, Fact, LogEntry
from app.services import facts
from app.services.public_log import sequencing

AT = dt.datetime(2026, 9, 1, 4, tzinfo=dt.UTC)


def state(count: int, *, first: int = 0) -> None:
    """State so many facts, in one deed."""
    with transaction():
        for number in range(first, first + count):
            facts.state("payout", f"CASE{number:08d}", at=AT, amount_fen=number * 100, proof=f"{number:064x}")


def number(at: dt.datetime = AT) -> int:
    """Number what waits, in one deed."""
    with transaction():
        return sequencing.sequence(at=at)


def grow(*runs: int) -> list[Checkpoint]:
    """State and number facts in runs; the checkpoints, oldest first."""
    for run in runs:
        state(run)
        assert number()
    return list(db.session.scalars(db.select(Checkpoint).order_by(Checkpoint.size)))


def leaves() -> list[bytes]:
    """The hashes of all entries, from the facts themselves."""
    bodies = db.session.scalars(
        db.select(Fact.body).join(LogEntry, LogEntry.fact_id == Fact.id).order_by(LogEntry.number)
    )
    return [merkle.leaf_hash(body.encode()) for body in bodies]


def root(hashes: list[bytes]) -> bytes:
    """The root over hashes, streamed."""
    frontier = merkle.Frontier()
    frontier.extend(hashes)
    return frontier.root()
