"""How long a top-up takes beside a settlement: the application's, and one that writes a line for every member."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection

from flask import Flask
from sqlalchemy import select, text

from app.db import db, transaction
from app.models import Membership
from app.services.days import midnight
from bench import settlement
from bench.deeds import OWN, SLUG, top_up
from bench.naive import naive_tables
from tests.services import pool_story as story


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
    alone, _window = _beside(site, partial(time.sleep, 2), top_up)
    beside, window = _beside(site, partial(settlement.settle, name), top_up)
    naive = naive_tables(members)
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
