"""Facts that were committed get their numbers, one sequencer at a time.

The numbers, the tiles and the signed checkpoint are one transaction, so that a checkpoint never speaks of what is not
there, whenever the process is killed. A number given inside the deed itself would have all deeds wait for each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import delete, exists, insert, select

from app.db import db
from app.domain import checkpoints, merkle
from app.models import Checkpoint, Fact, FactWaiting, LogEntry
from app.services import holds
from app.services.public_log import files, fingerprints, growing, reading, signing

BATCH: Final = 10_000
"""So many facts are numbered in one transaction."""


class Numbered(NamedTuple):
    """A fact that has just got its number."""

    number: int
    fact_id: int
    type: str
    about: str
    body: str


AFTER: Final[list[Callable[[Sequence[Numbered], dt.datetime], None]]] = []
"""Called inside the transaction with what was numbered, once its checkpoint is stored. Each must be quick."""


def is_due() -> bool:
    """Whether a fact waits, or a key has not begun to sign a log that has.

    AnotherOrigin when the log is that of another address.
    """
    begun = signing.refuse_another_origin()
    waits = db.session.scalar(select(FactWaiting.fact_id).limit(1)) is not None
    return waits or (begun and bool(signing.new_keys()))


def sequence(*, at: dt.datetime) -> int:
    """Number what waits, the oldest facts first, at most a batch of it; returns how many. 0: nothing waits.

    Part of the caller's transaction. AnotherOrigin when the log is that of another address, LogIsOlder when a later
    checkpoint lies among the public files: a database that was restored from an older copy signs no second history.
    """
    if not is_due():
        return 0
    holds.hold(holds.Kind.PUBLIC_LOG, 1)
    files.refuse_older_log()
    signing.begin(at=at)
    waiting = _waiting()
    if not waiting:
        return 0
    size = reading.size()
    leaves = [merkle.leaf_hash(body.encode()) for _, _, _, body in waiting]
    numbered = [Numbered(size + place, *fact) for place, fact in enumerate(waiting)]
    _write(numbered, leaves)
    fingerprints.keep((fact.number, fact.type, fact.body) for fact in numbered)
    _sign(size + len(leaves), growing.grow(size, leaves), at=at)
    for follow in AFTER:
        follow(numbered, at)
    return len(numbered)


def _waiting() -> Sequence[tuple[int, str, str, str]]:
    return db.session.execute(
        select(Fact.id, Fact.type, Fact.about, Fact.body)
        .join(FactWaiting, FactWaiting.fact_id == Fact.id)
        .order_by(FactWaiting.fact_id)
        .limit(BATCH)
    ).all()


def _write(numbered: Sequence[Numbered], leaves: Sequence[bytes]) -> None:
    """The entries, which then wait no longer. A fact that was committed meanwhile stays where it is."""
    rows = [
        {"number": fact.number, "fact_id": fact.fact_id, "leaf_hash": leaf}
        for fact, leaf in zip(numbered, leaves, strict=True)
    ]
    db.session.execute(insert(LogEntry), rows)
    has_number = exists().where(LogEntry.fact_id == FactWaiting.fact_id, LogEntry.number >= numbered[0].number)
    db.session.execute(delete(FactWaiting).where(has_number).execution_options(synchronize_session=False))


def _sign(size: int, root: bytes, *, at: dt.datetime) -> None:
    text = checkpoints.Checkpoint(signing.origin(), size, root).text()
    db.session.add(Checkpoint(size=size, root=root, note=signing.sign(text), at=at))
    db.session.flush()
