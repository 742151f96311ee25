"""What the figures of one lock cost in the worker, for a pool of any size. No request ever counts members.

    sh scripts/dev python -m bench.figures --engine postgres --members 100000 1000000

Every member is a person with a birth date of their own, so that counting by age reads two tables. All
figures of a lock are compared with one plain count of the same members in the same run.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text

from app.db import db, transaction
from app.models import Membership
from app.services import periods
from app.services.period_figures import counting, making
from bench import grounds
from bench.grounds import EngineName
from tests.services import pool_story as story

_EVERYBODY_APART = {
    "postgresql": (
        "SET LOCAL session_replication_role = replica",
        (
            "INSERT INTO person (id, ref, account_id, relation, name_sealed, birth_on, province, document_type, "
            "document_sealed, identity_hash, created_at) "
            "SELECT m.id + 10, m.ref, p.account_id, p.relation, p.name_sealed, "
            "DATE '1976-01-01' + CAST(m.id * 7919 % 11000 AS INTEGER), p.province, p.document_type, p.document_sealed, "
            "CAST(m.ref AS BYTEA), p.created_at FROM membership m JOIN person p ON p.id = m.person_id"
        ),
        "UPDATE membership SET person_id = id + 10",
    ),
    "sqlite": (
        (
            "INSERT INTO person (id, ref, account_id, relation, name_sealed, birth_on, province, document_type, "
            "document_sealed, identity_hash, created_at) "
            "SELECT m.id + 10, m.ref, p.account_id, p.relation, p.name_sealed, "
            "date('1976-01-01', (m.id * 7919 % 11000) || ' days'), p.province, p.document_type, p.document_sealed, "
            "CAST(m.ref AS BLOB), p.created_at FROM membership m JOIN person p ON p.id = m.person_id"
        ),
        "UPDATE membership SET person_id = id + 10",
    ),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of a pool of so many members."""

    members: int
    count_ms: float
    """`count(*)` and a sum over the same members."""
    ages_ms: float
    """Everybody by age band."""
    figures_ms: float
    """All figures of a lock, as the worker makes them."""

    @property
    def ratio(self) -> float:
        """All figures of a lock over one plain count."""
        return self.figures_ms / self.count_ms


def measured(engine: EngineName, members: int) -> Cost:
    """Fill a pool, lock it, and make its figures."""
    with grounds.house(engine) as site, site.app_context():
        story.open_plan()
        grounds.fill(story.SLUG, members, 100_00, letter="F", at=story.september(1))
        with transaction():
            for statement in _EVERYBODY_APART[db.engine.dialect.name]:
                db.session.execute(text(statement))
        with transaction():
            periods.lock_and_publish(story.period(), at=story.september(7, 0))
        grounds.refresh_statistics()
        of_pool = (Membership.pool_id == story.pool().id, Membership.join_seq < 1)
        whole = select(func.count(), func.sum(Membership.paid_net_fen)).where(*of_pool)
        return Cost(
            members,
            count_ms=_best(lambda: db.session.execute(whole).one()),
            ages_ms=_best(lambda: counting.bands(story.period())),
            figures_ms=_best(lambda: making.members_body(story.period())),
        )


def _best(what: Callable[[], Any], times: int = 3) -> float:
    found = []
    for _ in range(times):
        db.session.rollback()
        began = time.perf_counter()
        what()
        found.append((time.perf_counter() - began) * 1000)
    return min(found)


def main() -> None:
    """Measure and print."""
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("--engine", choices=["postgres", "sqlite"], default="postgres")
    wish.add_argument("--members", type=int, nargs="+", default=[100_000, 1_000_000])
    chosen = wish.parse_args()
    print(f"{'members':>10} {'count ms':>9} {'ages ms':>9} {'figures ms':>10} {'ratio':>6}")
    for members in chosen.members:
        cost = measured(chosen.engine, members)
        print(f"{members:10,} {cost.count_ms:9.1f} {cost.ages_ms:9.1f} {cost.figures_ms:10.1f} {cost.ratio:6.1f}")


if __name__ == "__main__":
    main()
