"""The queue of the desk with a million claims: each page of it, against asking by OFFSET, a full count and row by row.

    sh scripts/dev python -m bench.queue [--engine postgres|sqlite] [--claims 1000000] [--rounds 15] [--json]

A throw-away database gets so many claims, all of them at the desk, spread over plans, states, days and twenty
caseworkers by one statement. Each address is asked of the application through its whole stack, in one process and
without a network. The naive page counts every row, jumps with OFFSET, and asks for each row's history and promises.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from http import HTTPStatus

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.db import db, transaction
from app.models import Account, Claim, StaffRole
from app.services import claim_file, hands, rulebook
from app.services.at_the_desk import WAITING
from app.services.days import day_of
from app.web import clock
from bench import grounds, indexes
from bench.public_pages import questions
from tests.services import pool_story as story
from tests.web.gate import enter, open_account

SLUGS = ("child-health", "young-cancer", "senior-cancer", "accident")
PEOPLE = 20
ROWS = 20
ADDRESSES = (
    ("first page", "/review"),
    ("oldest first", "/review?sort=age"),
    ("one plan", "/review?plan=young-cancer"),
    ("one state", "/review?state=recommended"),
    ("plan and state", "/review?plan=accident&state=appealed"),
    ("mine", "/review?assigned=me"),
    ("nobody's", "/review?assigned=nobody"),
    ("overdue", "/review?late=1"),
    ("questions open", "/review?state=evidence_asked"),
)
_SERIES = "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < :claims - 1) "
_CLAIMS = """
    INSERT INTO claim (id, ref, account_id, membership_id, member_terms_id, state, benefit, disease_group, province,
        event_on, publication_level, salt, created_at, submitted_at, filer, plan_id, due_on, due_why, assigned_to)
    SELECT 1000 + n, {ref}, m.account_id, m.id, m.member_terms_id,
        CASE n % 9 WHEN 0 THEN 'in_review' WHEN 1 THEN 'recommended' WHEN 2 THEN 'appealed'
            WHEN 3 THEN 'evidence_asked' WHEN 4 THEN 'in_review' ELSE 'submitted' END,
        'malignant_tumour', 'lung', '33', {event}, 1, 'x', {at}, {at}, 'self', m.plan_id, {due}, 'decision',
        CASE WHEN n % 3 = 0 THEN NULL ELSE :first_person + n % :people END
    FROM {series} JOIN membership m ON m.id = :first_member + n % :members
"""
_POSTGRES = {
    "ref": "'Q' || lpad(n::text, 11, '0')",
    "event": "DATE '2026-01-01' - (n % 1000)",
    "at": "TIMESTAMPTZ '2026-06-01 00:00Z' + make_interval(mins => n % 200000)",
    "due": "DATE '2026-10-01' + (n % 120)",
    "series": "generate_series(0, :claims - 1) AS n",
}
_SQLITE = {
    "ref": "'Q' || printf('%011d', n)",
    "event": "date('2026-01-01', '-' || (n % 1000) || ' days')",
    "at": "strftime('%Y-%m-%dT%H:%M:%S.000000Z', '2026-06-01', '+' || (n % 200000) || ' minutes')",
    "due": "date('2026-10-01', '+' || (n % 120) || ' days')",
    "series": "s",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """One page: milliseconds in the median and the 95th percentile, and its queries."""

    page: str
    address: str
    queries: int
    median_ms: float
    p95_ms: float


def fill(claims: int) -> None:
    """So many claims at the desk, of a thousand memberships in four plans, two thirds of them with a caseworker."""
    for slug in SLUGS:
        story.open_plan(slug)
        grounds.fill(slug, 250, 200_00, letter=slug[0].upper(), at=story.noon(story.OPENED))
    with transaction():
        people = [
            Account(email=f"c{number}@example.org", name=f"C{number}", password_hash="-", created_at=clock.now())  # noqa: S106 -- it opens nothing
            for number in range(PEOPLE - 1)
        ]
        db.session.add_all(people)
        db.session.flush()
        db.session.add_all(StaffRole(account_id=one.id, role="caseworker", appointed_at=clock.now()) for one in people)
    is_server = db.engine.dialect.name == "postgresql"
    said = _POSTGRES if is_server else _SQLITE
    row = db.session.execute(text("SELECT min(id), count(*) FROM membership")).one()
    mine = db.session.scalar(db.select(Account.id).where(Account.email == "bench@example.org"))
    values = {
        "claims": claims, "first_member": row[0], "members": row[1], "people": PEOPLE, "first_person": mine,
    }  # fmt: skip
    db.session.rollback()
    with transaction():
        if is_server:
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
            db.session.execute(text("DROP INDEX ix_claim_one_open_event"))
            with indexes.built_afterwards("claim"):
                db.session.execute(text(_CLAIMS.format(**said)), values)
        else:
            db.session.execute(text("DROP INDEX ix_claim_one_open_event"))
            db.session.execute(text(_SERIES + _CLAIMS.format(**said)), values)
    grounds.refresh_statistics()


def naive(offset: int) -> int:
    """A page as it is without any of this: counted whole, jumped to, each row asked for its history."""
    asked = db.select(Claim).where(Claim.state.in_(WAITING), hands.of_others(0))
    db.session.scalar(db.select(db.func.count()).select_from(asked.subquery()))
    rows = db.session.scalars(asked.order_by(Claim.submitted_at, Claim.id).offset(offset).limit(ROWS)).all()
    for claim in rows:
        rulebook.rules_of(claim.member_terms.version)
        claim_file.promises(claim, on=day_of(clock.now()))
    db.session.rollback()
    db.session.expunge_all()
    return len(rows)


def timed(deed: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of each round, in order of size; the first one warms up and is not counted."""
    deed()
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        deed()
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def page_cost(site: Flask, client: FlaskClient, name: str, address: str, rounds: int) -> Cost:
    """What one address costs."""

    def ask() -> None:
        answer = client.get(address)
        assert answer.status_code == HTTPStatus.OK, f"{address}: {answer.status}"

    with site.app_context(), questions() as asked:
        ask()
    took = timed(ask, rounds)
    return Cost(name, address, len(asked), statistics.median(took), took[int(len(took) * 0.95)])


def deep(client: FlaskClient, pages: int = 3) -> str:
    """The address of a page far inside: from a day in the middle, a few pages on."""
    address = "/review?after=2026-11-25.Q00000000055"
    for _ in range(pages):
        text_of = client.get(address).text
        address = text_of.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    return address


def measure(engine: grounds.EngineName, claims: int, rounds: int) -> dict[str, object]:
    """Every page, and the naive one at the same depth."""
    with grounds.house(engine) as site, site.app_context():
        open_account(site, "bench@example.org", name="Bench", roles=("caseworker",))
        fill(claims)
        client = site.test_client()
        enter(client, "bench@example.org")
        wanted = [*ADDRESSES, ("deep inside", deep(client)), ("a claim with the queue beside", _a_claim(client))]
        costs = [page_cost(site, client, name, address, rounds) for name, address in wanted]
        first, far = (statistics.median(timed(partial(naive, at), 3)) for at in (0, claims // 2))
        return {
            "engine": engine, "claims": claims, "pages": [asdict(one) for one in costs],
            "naive_first_ms": first, "naive_deep_ms": far, "slowest_ms": max(one.median_ms for one in costs),
            "ratio_first": first / costs[0].median_ms, "ratio_deep": far / costs[-2].median_ms,
        }  # fmt: skip


def _a_claim(client: FlaskClient) -> str:
    found = client.get("/review?state=submitted").text.partition('href="/review/Q')[2]
    return "/review/Q" + found.partition('"')[0].replace("&amp;", "&")


def main() -> None:
    """Measure and print."""
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("--engine", choices=["postgres", "sqlite"], default="postgres")
    wish.add_argument("--claims", type=int, default=1_000_000)
    wish.add_argument("--rounds", type=int, default=15)
    wish.add_argument("--json", action="store_true")
    chosen = wish.parse_args()
    told = measure(chosen.engine, chosen.claims, chosen.rounds)
    if chosen.json:
        print(json.dumps(told, indent=1))
        return
    for one in told.pop("pages"):  # type: ignore[attr-defined]
        print(f"{one['page']:32} {one['queries']:4} {one['median_ms']:9.1f} {one['p95_ms']:9.1f}  {one['address']}")
    for name, value in told.items():
        print(f"{name:32} {value}")


if __name__ == "__main__":
    main()
