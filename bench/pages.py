"""What each public page costs: its queries, its median and 95th percentile, against a bare route of the same server.

    sh scripts/dev python -m bench.pages [--rounds 40] [--json]

Measures the database that the environment names (the demonstration's by default), in one process and without a
network: what remains is what the page itself does. The ratio says how many times a bare route's time a page takes;
both are asked in turn, so that whatever else the machine does touches both. Each page is made anew and then asked for
again, which is answered with the page that was kept (app/web/kept.py).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from flask import Blueprint, Flask
from flask.testing import FlaskClient

from app.factory import create_app
from app.web import doors, kept
from bench.public_pages import PublicPage, public_pages, questions

BARE = "/bare-route"
PER_ROUTE = 3
"""Addresses of one route; its slowest is the one that is reported."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One page: milliseconds, and how many times a bare route's median that is."""

    route: str
    address: str
    queries: int
    median_ms: float
    cpu_ms: float
    """Of the median, what this process reckoned: what can be compared on a machine that does other work too."""
    p95_ms: float
    kept_ms: float
    """The median of the second time, when nothing had changed."""
    ratio: float
    bytes: int


def bare(app: Flask) -> None:
    """Add a route that does nothing, behind the same door and the same headers as every public page."""
    room = Blueprint("bare", __name__)
    room.before_request(doors.door("visitor"))
    room.get(BARE)(lambda: "<!doctype html><title>bare</title>")
    doors.open_room(app, room)


def measure(app: Flask, client: FlaskClient, page: PublicPage, *, rounds: int) -> Cost:
    """Ask for a page and the bare route in turn."""
    kept.shelf_of(app).clear()
    with app.app_context(), questions() as asked:
        answer = client.get(page.address)
        queries = len(asked)
    pages, reckoned, again, bares = [], [], [], []
    shelf = kept.shelf_of(app)
    for _ in range(rounds):
        shelf.clear()
        bares.append(_milliseconds(lambda: client.get(BARE)))
        began = time.process_time()
        pages.append(_milliseconds(lambda: client.get(page.address)))
        reckoned.append((time.process_time() - began) * 1000)
        again.append(_milliseconds(lambda: client.get(page.address)))
    median = statistics.median(pages)
    return Cost(
        page.endpoint,
        page.address,
        queries,
        round(median, 2),
        round(statistics.median(reckoned), 2),
        round(statistics.quantiles(pages, n=20)[-1], 2),
        round(statistics.median(again), 2),
        round(median / statistics.median(bares), 1),
        len(answer.data),
    )


def _milliseconds(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Measure and print."""
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("--rounds", type=int, default=40, help="how often each page is asked for")
    wish.add_argument("--json", action="store_true", help="print figures for a program")
    chosen = wish.parse_args()
    app = create_app()
    bare(app)
    client = app.test_client()
    found = list(public_pages(app, client, per_route=PER_ROUTE))
    costs = [measure(app, client, page, rounds=chosen.rounds) for page in found]
    slowest = {cost.route: cost for cost in sorted(costs, key=lambda cost: cost.median_ms)}
    rows = sorted(slowest.values(), key=lambda cost: -cost.ratio)
    if chosen.json:
        json.dump([asdict(cost) for cost in rows], sys.stdout, ensure_ascii=False, indent=1)
        return
    print(
        f"{'route':38} {'queries':>7} {'median ms':>9} {'cpu ms':>7} {'p95 ms':>8} "
        f"{'again ms':>9} {'ratio':>6} {'kB':>6}"
    )
    for cost in rows:
        print(
            f"{cost.route:38} {cost.queries:7} {cost.median_ms:9.2f} {cost.cpu_ms:7.2f} {cost.p95_ms:8.2f} "
            f"{cost.kept_ms:9.2f} {cost.ratio:6.1f} {cost.bytes / 1024:6.1f}"
        )


if __name__ == "__main__":
    main()
