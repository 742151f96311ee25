"""What members do in a second: join, top up, leave, on 1 and 8 connections, and how long a settlement makes them wait.

    sh scripts/dev python -m bench.members --engine postgres|sqlite [--members N] [--seconds S] [--json]

Each connection is a process of its own that does the application's own deeds, one transaction each. They are done twice
on the same server: as they are, and without what the index asks of them, that is without the counters of the pool, its
lock and the index over thresholds, as a design with a balance in each row would. Then a pool of N members is settled
while one connection goes on topping up: the longest top-up beside the application's settlement, and beside one that
writes a line and a balance for every member.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from multiprocessing.connection import Connection

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from app.db import db, transaction
from app.models import Membership
from bench import grounds, settlement
from bench.deeds import OWN, SLUG, Deed, bare, do
from bench.waits import waits
from tests.services import pool_story as story

DEEDS: tuple[Deed, ...] = ("join", "top up", "leave")
CONNECTIONS = (1, 8)


@dataclass(frozen=True, slots=True)
class Task:
    """What the connection number `place` does for so long; `first` is the number of its first person or payment."""

    deed: Deed
    place: int
    first: int
    seconds: float
    without: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """One deed on so many connections: deeds a second with the index, without it, and tries that had to be repeated."""

    deed: Deed
    connections: int
    a_second: float
    without_a_second: float
    ratio: float
    retries: int


def connection_of(site: Flask, task: Task, answer: Connection) -> None:
    """What one process does: its deed again and again, until the time is over; answers with how often."""
    if task.without:
        bare()
    with site.app_context():
        db.engine.dispose(close=False)
        mine = db.session.scalars(
            select(Membership.id)
            .where(Membership.state == "sharing", Membership.ends_after_seq.is_(None))
            .order_by(Membership.id)
            .offset(task.place * OWN)
            .limit(OWN)
        ).all()
        do("top up", task.first, mine[-1])  # imports, statements and connections are there before the time begins
        answer.send("ready")
        answer.recv()
        done, retries, ends = 0, 0, time.perf_counter() + task.seconds
        while time.perf_counter() < ends and done < len(mine) - 1:
            try:
                do(task.deed, task.first + done, mine[done])
                done += 1
            except OperationalError:  # a deadlock or a busy database: as the edge does, once more
                retries += 1
        answer.send((done, retries))
        db.session.remove()
        db.engine.dispose()


def rate(site: Flask, task: Task, connections: int) -> tuple[float, int]:
    """Deeds a second on so many connections, and how many tries had to be repeated."""
    tasks = [replace(task, place=place, first=task.first + place * 1_000_000) for place in range(connections)]
    found, took = _together([partial(connection_of, site, one) for one in tasks], task.seconds)
    return sum(done for done, _retries in found) / took, sum(retries for _done, retries in found)


def _together(work: list[Callable[[Connection], None]], seconds: float) -> tuple[list[tuple[int, int]], float]:
    """Let processes begin at once; their answers, and how long it took."""
    forked = multiprocessing.get_context("fork")
    started = []
    for one in work:
        here, there = forked.Pipe()
        process = forked.Process(target=one, args=(there,), daemon=True)
        process.start()
        started.append((process, here))
    for _process, here in started:
        here.recv()
    began = time.perf_counter()
    for _process, here in started:
        here.send("go")
    answers = [here.recv() for _process, here in started]
    took = max(seconds, time.perf_counter() - began)
    for process, _here in started:
        process.join()
    return answers, took


def rates(site: Flask, seconds: float) -> list[Rate]:
    """Every deed on every number of connections, with and without the index, in turn."""
    found = []
    base = 100_000_000
    for deed in DEEDS:
        for connections in CONNECTIONS:
            base += 20_000_000
            task = Task(deed, 0, base, seconds, without=False)
            with_index, retries = rate(site, task, connections)
            with _no_index(site):
                without, _retries = rate(site, replace(task, first=base + 10_000_000, without=True), connections)
            found.append(
                Rate(
                    deed, connections, round(with_index, 1), round(without, 1), round(with_index / without, 2), retries
                )
            )
    return found


class _no_index:  # noqa: N801 -- a block, read as a sentence
    """Without the index over thresholds while the block runs."""

    def __init__(self, site: Flask) -> None:
        self._site = site

    def __enter__(self) -> None:
        self._run("DROP INDEX ix_membership_threshold")

    def __exit__(self, *_error: object) -> None:
        self._run(
            "CREATE INDEX ix_membership_threshold ON membership (pool_id, threshold_fen, id) WHERE state = 'sharing'"
        )

    def _run(self, statement: str) -> None:
        with self._site.app_context():
            db.session.remove()
            with transaction():
                db.session.execute(text(statement))
            db.session.remove()
            db.engine.dispose()


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--engine", choices=["postgres", "sqlite"], default="postgres")
    asked.add_argument("--members", type=int, default=1_000_000, help="members of the pool that is settled")
    asked.add_argument("--seconds", type=float, default=4.0, help="how long each deed is measured")
    asked.add_argument("--json", action="store_true", help="print figures for a program")
    wish = asked.parse_args()
    with grounds.house(wish.engine) as site, site.app_context():
        story.open_plan(SLUG)
        grounds.fill(SLUG, wish.members, settlement.DEPOSIT_FEN, letter="A", at=story.noon(story.OPENED))
        grounds.refresh_statistics()
        waited = waits(site, wish.members)
        db.session.remove()
        db.engine.dispose()
        found = rates(site, wish.seconds)
    if wish.json:
        json.dump({"rates": [asdict(one) for one in found], "waits": asdict(waited)}, sys.stdout, indent=1)
        print()
        return
    print(f"{'deed':8} {'connections':>11} {'a second':>9} {'without':>9} {'ratio':>6} {'retries':>8}")
    for one in found:
        print(
            f"{one.deed:8} {one.connections:11} {one.a_second:9.1f} {one.without_a_second:9.1f} {one.ratio:6.2f} "
            f"{one.retries:8}"
        )
    for name, value in asdict(waited).items():
        print(f"{name:20} {value:>12,}")


if __name__ == "__main__":
    main()
