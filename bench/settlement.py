"""What a settlement costs: the application's own action against one row per member, on the same database.

    sh scripts/dev python -m bench.settlement --engine postgres|sqlite --members N [--naive-members M] [--json]

Builds a pool of N members and a small one of 100,000, lets two years of periods be locked, approved and settled in both
through the application, and times every settling with its commit. Against it stands the naive design on the same
server: a row in a ledger and a new balance for every member, in one transaction; above M members it is measured at M
and scaled, and says so. Ends with 1 when the books do not agree afterwards.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import TypeVar

from sqlalchemy import func, select, text

from app.db import db, transaction
from app.models import Membership, Period, Settlement
from app.services import periods, pools, reminders, selfcheck, settling, statement
from app.services.days import midnight
from app.services.selfcheck import funds
from app.services.selfcheck.books import open_books
from bench import grounds
from bench.listening import Ear, Heard, listening
from bench.naive import naive_tables
from tests import seen
from tests.domain.plan_files import plan as rules_of
from tests.services import pool_story as story

LARGE, SMALL = "young-cancer", "senior-cancer"
SMALL_MEMBERS = 100_000
SETTLEMENTS = 24
ONE_IN = 1_000
"""Of so many members one is brought below the floor by the last settlement."""
NAIVE_AT_MOST = {"postgres": 2_000_000, "sqlite": 1_000_000}
AMOUNT_FEN = 200_000_00
DEPOSIT_FEN = 100_00

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Figures:
    """One run. Times are seconds (`_s`) or milliseconds (`_ms`); medians where a thing was done often."""

    engine: str
    members: int
    build_s: float
    naive_members: int
    naive_s: float
    """One row per member at `members`, scaled from `naive_members` when these are fewer."""
    index_s: float
    """One settlement by the application's action, its commit included: median of `SETTLEMENTS`."""
    ratio: float
    statements: int
    """So many statements one settling sends to the database, whatever the size of the pool."""
    database_s: float
    """Of `index_s`, the time spent waiting for their answers: the rest is the application's own."""
    small_members: int
    small_s: float
    """The same in the small pool of the same database."""
    against_small: float
    exhausted: int
    find_exhausted_s: float
    audit_s: float
    """Every row of the pools against counters and ledger."""
    count_sum_s: float
    """SELECT count(*), sum(…) of the same rows, without asking whether it is right."""
    audit_ratio: float
    statement_ms: float
    """Balance and the 24 newest lines of one membership: median."""
    look_up_ms: float
    """One membership by its number: median."""
    statement_ratio: float
    ledger_check_s: float
    wrong: int
    rss_mb: int
    cores: int


def measure(engine: grounds.EngineName, members: int, naive_members: int) -> Figures:
    """Build, settle, ask, and settle the naive way."""
    with grounds.house(engine) as site, site.app_context():
        began = time.perf_counter()
        exhausted = max(1, members // ONE_IN)
        for slug, number, letter in ((LARGE, members - exhausted, "A"), (SMALL, SMALL_MEMBERS, "B")):
            story.open_plan(slug)
            grounds.fill(slug, number, DEPOSIT_FEN, letter=letter, at=story.noon(story.OPENED))
        grounds.refresh_statistics()
        build_s = time.perf_counter() - began
        with listening() as heard:
            large, small = _settle_two_years(exhausted, heard)
        found, find_s = _find_exhausted()
        audit_s = min(_timed(_audit)[1] for _ in range(3))
        count_sum_s = min(_timed(_count_and_sum)[1] for _ in range(3))
        statement_ms, look_up_ms = _statements()
        asked, check_s = _timed(selfcheck.check_at_one_moment)
        wrong = [f"{question.name}: {row}" for question in asked.questions for row in question.rows]
        print(*wrong[:20], sep="\n", end="\n" if wrong else "", file=sys.stderr)
        rss_mb = grounds.peak_mb()
        naive_s = _timed(naive_tables(naive_members))[1] * members / naive_members
    index_s, small_s = statistics.median(large), statistics.median(small)
    return Figures(
        engine=engine,
        members=members,
        build_s=round(build_s, 1),
        naive_members=naive_members,
        naive_s=round(naive_s, 2),
        index_s=round(index_s, 4),
        ratio=round(naive_s / index_s),
        statements=statistics.mode(one.statements for one in heard.settlings),
        database_s=round(statistics.median(one.seconds for one in heard.settlings), 4),
        small_members=SMALL_MEMBERS,
        small_s=round(small_s, 4),
        against_small=round(index_s / small_s, 2),
        exhausted=found,
        find_exhausted_s=round(find_s, 4),
        audit_s=round(audit_s, 3),
        count_sum_s=round(count_sum_s, 3),
        audit_ratio=round(audit_s / count_sum_s, 2),
        statement_ms=round(statement_ms, 3),
        look_up_ms=round(look_up_ms, 3),
        statement_ratio=round(statement_ms / look_up_ms, 2),
        ledger_check_s=round(check_s, 1),
        wrong=len(wrong),
        rss_mb=rss_mb,
        cores=grounds.cores(),
    )


def _timed(do: Callable[[], Answer]) -> tuple[Answer, float]:
    began = time.perf_counter()
    answer = do()
    return answer, time.perf_counter() - began


def _settle_two_years(exhausted: int, heard: Ear) -> tuple[list[float], list[float]]:
    """Every period of both pools in the order of time, each with one case; returns how long each settling took."""
    took: dict[str, list[float]] = {LARGE: [], SMALL: []}
    for number in range(1, SETTLEMENTS + 1):
        for slug in (LARGE, SMALL):
            name = next_period(slug)
            locked_at = midnight(story.period(name).publication_day)
            if slug == LARGE and number == SETTLEMENTS:
                floor_fen = rules_of(slug).pool.floor_fen
                grounds.fill(slug, exhausted, floor_fen, letter="C", at=locked_at)
                grounds.refresh_statistics()
            story.approve_claim(AMOUNT_FEN, slug=slug, at=locked_at)
            lock(name)
            story.approve(name)
            heard.now = Heard()
            took[slug].append(_timed(partial(settle, name))[1])
            settling_heard, heard.now = heard.now, Heard()
            if slug == LARGE:
                heard.settlings.append(settling_heard)
    return took[LARGE], took[SMALL]


def next_period(slug: str) -> str:
    """The name of the earliest period of a pool that is not locked yet, planned if need be."""
    pool = story.pool(slug)
    last = db.session.scalar(
        select(func.max(Period.settle_day)).where(Period.pool_id == pool.id, Period.seq.is_not(None))
    )
    with transaction():
        periods.plan_ahead(pool, at=midnight(last or story.OPENED))
    found = select(Period.name).where(Period.pool_id == pool.id, Period.state == "planned")
    return db.session.scalars(found.order_by(Period.publication_day).limit(1)).one()


def lock(name: str) -> None:
    """Carry out what has ended, then lock the period at 00:00 of its publication day."""
    with transaction():
        found = story.period(name)
        at = midnight(found.publication_day)
        pools.carry_out_ends(found.pool, at=at)
        seen.lock(found, at=at)


def settle(name: str) -> None:
    """Settle an approved period on its settle day: the deed that is measured."""
    with transaction():
        found = story.period(name)
        settling.settle(found, by=None, at=story.just_after_midnight(found.settle_day))


def _find_exhausted() -> tuple[int, float]:
    """Everybody the last settlement of the large pool brought below the floor, by name: what the reminders read."""
    last = db.session.scalars(
        select(Settlement).where(Settlement.pool_id == story.pool(LARGE).id).order_by(Settlement.seq.desc()).limit(1)
    ).one()
    below_floor = reminders.crossings(last)[0]
    wanted = select(Membership.id).where(reminders.brought_low(last.pool_id, last.seq, below_floor))
    found, seconds = _timed(lambda: db.session.scalars(wanted).all())
    return len(found), seconds


def _audit() -> None:
    """S − N · index against the ledger, and a full count of the rows against the counters."""
    db.session.rollback()
    books = open_books()
    wrong = [*funds.thresholds(books), *funds.counted(books)]
    if wrong:
        raise SystemExit("\n".join(wrong))


def _count_and_sum() -> None:
    db.session.rollback()
    db.session.execute(text("SELECT count(*), sum(threshold_fen) FROM membership")).one()


def _statements(often: int = 200) -> tuple[float, float]:
    """Milliseconds of a balance with its 24 newest lines, and of a look-up by number, in turn; medians."""
    pool = story.pool(LARGE)
    first, last = db.session.execute(
        select(func.min(Membership.id), func.max(Membership.id)).where(Membership.pool_id == pool.id)
    ).one()
    whole, single = [], []
    for step in range(often):
        number = first + (last - first) * step // often
        db.session.rollback()
        found, seconds = _timed(partial(db.session.get, Membership, number))
        if found is None or found.end_seq is not None or found.pool_id != pool.id:
            continue
        single.append(seconds)
        whole.append(_timed(partial(_balance_and_lines, found))[1])
    return statistics.median(whole) * 1000, statistics.median(single) * 1000


def _balance_and_lines(membership: Membership) -> tuple[int, list[statement.Line]]:
    return statement.balance_fen(membership), statement.lines(membership, most=24)


def main() -> int:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--engine", choices=["postgres", "sqlite"], default="sqlite")
    asked.add_argument("--members", type=int, default=1_000_000)
    asked.add_argument("--naive-members", type=int, help="how many the naive way is measured with")
    asked.add_argument("--json", action="store_true", help="print figures for a program")
    wish = asked.parse_args()
    naive_members = min(wish.members, wish.naive_members or NAIVE_AT_MOST[wish.engine])
    figures = measure(wish.engine, wish.members, naive_members)
    if wish.json:
        json.dump(asdict(figures), sys.stdout, indent=1)
        print()
    else:
        for name, value in asdict(figures).items():
            print(f"{name:18} {value:>14,}" if not isinstance(value, str) else f"{name:18} {value:>14}")
        if naive_members < wish.members:
            print(f"naive_s is scaled from {naive_members:,} members")
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
