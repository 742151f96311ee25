"""The public log with a million facts: how quickly they are numbered, how long a proof takes, how much memory it needs.

    sh scripts/dev python -m bench.log [--engine postgres|sqlite] [--facts 1000000] [--proofs 200] [--json]

A throw-away database gets so many facts in one statement, as long as those of a case; they are numbered, tiled and
signed batch by batch as a worker does, each batch with its commit. Against it stands the naive way to prove an entry:
reading every leaf and hashing the whole tree again. Every proof is verified.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import statistics
import time
from dataclasses import asdict, dataclass

from flask import Flask
from sqlalchemy import select, text

from app.db import db, engine_name, transaction
from app.domain import merkle
from app.models import LogEntry
from app.services.public_log import files, proving, reading, sequencing
from bench import grounds

_HEAD = '{"about":"young-cancer-2026-09-1","amount_fen":30000000,"at":"2026-09-01T00:00:00+00:00","case":"'
_TAIL = (
    '","digest":"6704380169c50dc9bc76350606de6e0de44dcfd089b089a0e1fb351fdb2111a2","plan":"young-cancer",'
    '"text":"189399662d687b6056e6e38a288f5a98fbe60beb054ed4c8616233739459d383","type":"disclosure","v":1}'
)
_FILL = {
    "postgresql": (
        "INSERT INTO fact (type, about, at, body) SELECT 'disclosure', 'C' || lpad(n::text, 11, '0'), "
        "TIMESTAMPTZ '2026-09-01 00:00Z', CAST(:head AS text) || n || CAST(:tail AS text) "
        "FROM generate_series(1, :facts) AS n"
    ),
    "sqlite": (
        "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < :facts) "
        "INSERT INTO fact (type, about, at, body) SELECT 'disclosure', 'C' || printf('%011d', n), "
        "'2026-09-01T00:00:00.000000Z', :head || n || :tail FROM s"
    ),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, milliseconds and megabytes, as named."""

    engine: str
    facts: int
    sequencing_s: float
    facts_a_second: int
    first_batch_ms: float
    last_batch_ms: float
    proof_ms: float
    proof_slowest_ms: float
    consistency_ms: float
    naive_proof_ms: float
    memory_after_first_batch_mb: int
    memory_at_the_end_mb: int
    files: int
    files_s: float


def measure(site: Flask, facts: int, proofs: int, *, seed: int = 1) -> Measured:
    """Number everything, then prove entries drawn by chance."""
    at = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    with site.app_context():
        with transaction():
            db.session.execute(text(_FILL[engine_name()]), {"facts": facts, "head": _HEAD, "tail": _TAIL})
        batches, memory = [], 0
        while True:
            began = time.perf_counter()
            with transaction():
                numbered = sequencing.sequence(at=at)
            if not numbered:
                break
            batches.append(time.perf_counter() - began)
            memory = memory or grounds.peak_mb()
        after = grounds.peak_mb()
        chance = random.Random(seed)  # noqa: S311 -- the same entries again
        size = reading.size()
        taken = [_proved(chance.randrange(size), size) for _ in range(proofs)]
        shown = [_shown(chance.randrange(1, size), size) for _ in range(proofs)]
        naive = _naive()
        began = time.perf_counter()
        written = files.publish()
        return Measured(
            engine_name(), size, round(sum(batches), 1), int(size / sum(batches)), _ms(batches[0]), _ms(batches[-2]),
            _ms(statistics.median(taken)), _ms(max(taken)), _ms(statistics.median(shown)), _ms(naive), memory, after,
            written, round(time.perf_counter() - began, 1),
        )  # fmt: skip


def _proved(number: int, size: int) -> float:
    """Seconds until a proof stood there; it is verified afterwards."""
    db.session.remove()
    began = time.perf_counter()
    found = proving.proof(number)
    seconds = time.perf_counter() - began
    leaf = db.session.scalars(select(LogEntry.leaf_hash).where(LogEntry.number == number)).one()
    latest = reading.latest()
    assert latest is not None
    merkle.verify_inclusion(leaf, number, size, found, latest.root)
    return seconds


def _shown(old: int, size: int) -> float:
    db.session.remove()
    began = time.perf_counter()
    proving.consistency(old, size)
    return time.perf_counter() - began


def _naive() -> float:
    """Every leaf read, and the tree hashed level by level."""
    db.session.remove()
    began = time.perf_counter()
    level = list(db.session.scalars(select(LogEntry.leaf_hash).order_by(LogEntry.number)))
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [merkle.node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)] + odd
    latest = reading.latest()
    assert latest is not None
    assert level[0] == latest.root
    return time.perf_counter() - began


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def main() -> None:
    """Measure and say it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--proofs", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with grounds.house(asked.engine) as site:
        found = asdict(measure(site, asked.facts, asked.proofs))
    print(json.dumps(found) if asked.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
