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
import datetime as dt
import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, Literal

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from app.db import db, new_ref, transaction
from app.models import Application, Membership, Payment, Person, Pool
from app.services import counters, joining, leaving, pools, rulebook, vault
from app.services.days import day_of, midnight
from bench import grounds, settlement
from tests.services import pool_story as story

Deed = Literal["join", "top up", "leave"]
DEEDS: tuple[Deed, ...] = ("join", "top up", "leave")
CONNECTIONS = (1, 8)
SLUG = settlement.LARGE
OWN = 20_000
"""So many members belong to each connection: nobody leaves twice, and two seldom touch the same row."""
AT = dt.datetime(2026, 9, 20, 4, tzinfo=dt.UTC)
"""After the one settlement of this measurement, before the next lock."""


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


@dataclass(frozen=True, slots=True)
class Waits:
    """The longest top-up in milliseconds: with nothing else, beside the settlement, beside one row per member."""

    members: int
    alone_ms: float
    median_ms: float
    settlement_ms: float
    longest_ms: float
    naive_settlement_ms: float
    naive_longest_ms: float


def bare() -> None:
    """Let the deeds of this process leave out what only the index needs."""

    def read_again(pool: Pool, *, alone: bool) -> Pool:  # noqa: ARG001 -- the shape of counters.hold
        db.session.refresh(pool)
        return pool

    def count_nothing(*_given: Any, **_named: Any) -> None:
        """A balance in each row needs no count."""

    for place, name, instead in (
        (counters, "hold", read_again),
        (pools, "hold", read_again),
        (counters, "move_counter", count_nothing),
        (pools, "move_counter", count_nothing),
    ):
        setattr(place, name, instead)


def do(deed: Deed, number: int, membership_id: int) -> None:
    """One deed of the application in its own transaction; `number` makes people and payments different."""
    if deed == "join":
        _join(number)
    elif deed == "top up":
        _top_up(membership_id)
    else:
        with transaction():
            membership = db.session.get_one(Membership, membership_id)
            leaving.leave(membership, by=membership.account_id, at=AT)


def _top_up(membership_id: int) -> None:
    with transaction():
        membership = db.session.get_one(Membership, membership_id)
        pools.top_up(membership, _payment(membership.account_id, membership=membership.id), by=None, at=AT)


def _join(number: int) -> None:
    organiser, plan = story.account(), story.plan(SLUG)
    with transaction():
        passport = f"{number:09}"
        person = Person(
            account_id=organiser.id, relation="member", name_sealed=vault.seal("欧阳若曦", purpose="person.name"),
            birth_on=dt.date(1998, 5, 2), province="33", document_type="passport",
            document_sealed=vault.seal(passport, purpose="person.document"),
            identity_hash=vault.keyed_hash("passport", passport), created_at=AT,
        )  # fmt: skip
        db.session.add(person)
        db.session.flush()
        terms = rulebook.member_terms_row(rulebook.version_on(plan.id, day_of(AT)))
        application = Application(
            account_id=organiser.id, plan_id=plan.id, person_id=person.id, member_terms_id=terms.id, created_at=AT
        )
        db.session.add(application)
        db.session.flush()
        joining.first_payment(_payment(organiser.id, application=application.id), at=AT)


def _payment(account_id: int, *, membership: int | None = None, application: int | None = None) -> Payment:
    payment = Payment(
        reference=new_ref(), adapter="sandbox", account_id=account_id, membership_id=membership,
        application_id=application, amount_fen=30_00, state="received", asked_at=AT, received_at=AT,
    )  # fmt: skip
    db.session.add(payment)
    db.session.flush()
    return payment


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


def one_who_pays(site: Flask, pay: Callable[[int], None], answer: Connection) -> None:
    """One connection that goes on topping up; answers with when each began and how long it took."""
    with site.app_context():
        db.engine.dispose(close=False)
        wanted = select(Membership.id).where(Membership.state == "sharing").order_by(Membership.id)
        mine = db.session.scalars(wanted.limit(OWN)).all()
        pay(mine[-1])
        answer.send("ready")
        answer.recv()
        waits: list[tuple[float, float]] = []
        for number in mine[:-1]:
            began = time.perf_counter()
            pay(number)
            waits.append((began, time.perf_counter() - began))
            if answer.poll():
                break
        answer.send(waits)
        db.session.remove()
        db.engine.dispose()


_PAID = (
    "INSERT INTO naive_line VALUES (:id, :at, 3000)",
    "UPDATE naive_member SET balance_fen = balance_fen + 3000 WHERE id = :id",
)


def _naive_top_up(number: int) -> None:
    with transaction():
        for statement in _PAID:
            db.session.execute(text(statement), {"id": number, "at": time.monotonic_ns()})


def waits(site: Flask, members: int) -> Waits:
    """Settle the pool while somebody tops up: through the application, then the naive way."""
    name = settlement.next_period(SLUG)
    locked_at = midnight(story.period(name).publication_day)
    story.approve_claim(settlement.AMOUNT_FEN, slug=SLUG, at=locked_at)
    settlement.lock(name)
    story.approve(name)
    alone, _window = _beside(site, partial(time.sleep, 2), _top_up)
    beside, window = _beside(site, partial(settlement.settle, name), _top_up)
    naive = settlement.naive_tables(members)
    naive_beside, naive_window = _beside(site, naive, _naive_top_up)
    return Waits(
        members=members,
        alone_ms=round(max(alone) * 1000, 1),
        median_ms=round(statistics.median(alone) * 1000, 1),
        settlement_ms=round(window * 1000, 1),
        longest_ms=round(max(beside) * 1000, 1),
        naive_settlement_ms=round(naive_window * 1000, 1),
        naive_longest_ms=round(max(naive_beside) * 1000, 1),
    )


def _beside(site: Flask, deed: Callable[[], object], pay: Callable[[int], None]) -> tuple[list[float], float]:
    """How long each top-up took that overlaps with a deed of this process, and how long the deed took."""
    db.session.remove()
    db.engine.dispose()
    forked = multiprocessing.get_context("fork")
    here, there = forked.Pipe()
    process = forked.Process(target=one_who_pays, args=(site, pay, there), daemon=True)
    process.start()
    here.recv()
    here.send("go")
    time.sleep(0.5)
    began = time.perf_counter()
    deed()
    ended = time.perf_counter()
    time.sleep(0.2)
    here.send("enough")
    found: list[tuple[float, float]] = here.recv()
    process.join()
    return [took for at, took in found if at + took >= began and at <= ended], ended - began


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
