"""What being counted costs: processor time a leaf, memory, and one member's proof, on SQLite or PostgreSQL.

sh scripts/dev python -m bench.counting [--members 1000000] [--engine sqlite|postgres] [--json]

The processor time is that of this process alone: reading the rows, making leaves and nodes, keeping the tiles.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass

from app.db import db, transaction
from app.models import Membership
from app.services import periods
from app.services.counting import building, proving
from app.services.days import midnight
from bench import grounds
from tests.services import pool_story as story

PROOFS = 50


@dataclass(frozen=True, slots=True)
class Counting:
    """What was measured; `rss_before_mb` and `rss_mb` are the most the process held before and after counting."""

    engine: str
    members: int
    cpu_us_a_leaf: float
    seconds: float
    rss_before_mb: int
    rss_mb: int
    proof_ms: float
    hashes: int


def measure(engine: grounds.EngineName, members: int) -> Counting:
    """Fill a pool, lock it, count it, and prove some of its members."""
    with grounds.house(engine) as site, site.app_context():
        story.open_plan()
        grounds.fill(story.SLUG, members, 100_00, letter="A", at=story.noon(story.OPENED))
        grounds.refresh_statistics()
        with transaction():
            found = story.period()
            periods.lock_and_publish(found, at=midnight(found.publication_day))
        number, before = found.id, grounds.peak_mb()
        began, cpu = time.perf_counter(), time.process_time()
        if not building.count(number, at=midnight(found.publication_day)):
            raise RuntimeError("the count differs from the lock")
        cpu, seconds, after = time.process_time() - cpu, time.perf_counter() - began, grounds.peak_mb()
        proofs, hashes = _proofs(members)
        return Counting(
            engine, members, round(cpu / members * 1e6, 2), round(seconds, 2), before, after, round(proofs, 2), hashes
        )


def _proofs(members: int) -> tuple[float, int]:
    """The median of so many proofs in milliseconds, and how many hashes the last one has."""
    took, proof = [], None
    period = story.period()
    for step in range(PROOFS):
        mine = db.session.get_one(Membership, 1 + step * (members - 1) // PROOFS)
        began = time.perf_counter()
        proof = proving.prove(mine, period)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000, len(proof.hashes) if proof else 0


def main() -> None:
    """Measure and say it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = asdict(measure(asked.engine, asked.members))
    sys.stdout.write(json.dumps(found) + "\n" if asked.json else "".join(f"{k:>16} {v}\n" for k, v in found.items()))


if __name__ == "__main__":
    main()
