"""The public lists with 10,000 periods of 100 cases: each view of them, its feed, its table and a period itself.

    sh scripts/dev python -m bench.disclosures [--engine postgres|sqlite] [--periods 10000] [--rounds 15] [--json]

A throw-away database gets so many settled and paid periods of four plans over 26 years, by a few statements. The
details of the last 90 days are shown, as on any day; all others have expired. Each address is asked of the application
through its whole stack, in one process and without a network, and made anew each time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sqlite3
import statistics
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from http import HTTPStatus

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.db import db, transaction
from app.web import clock, kept
from bench import grounds, indexes
from bench.public_pages import questions
from bench.queue import SLUGS, timed
from tests.services import pool_story as story

CASES = 100
TODAY = dt.datetime(2026, 2, 1, 4, 0, tzinfo=dt.UTC)
GOAL_MS = 60
ADDRESSES = (
    ("periods", "/disclosures"),
    ("periods of a plan", "/disclosures?plan=young-cancer"),
    ("periods, the last page", "/disclosures?page={last}"),
    ("feed of periods", "/disclosures/periods.atom?plan=accident"),
    ("cases", "/disclosures/cases"),
    ("cases of a plan", "/disclosures/cases?plan=young-cancer"),
    ("cases of two months", "/disclosures/cases?since=2013-03&until=2013-04"),
    ("cases of a group", "/disclosures/cases?group=lung"),
    ("cases of a place and a plan", "/disclosures/cases?place=33&plan=accident"),
    ("cases of an amount nobody has", "/disclosures/cases?least=123456&most=123457"),
    ("cases of a common amount in a plan", "/disclosures/cases?least=1000&most=2000&plan=senior-cancer"),
    ("everything asked at once", "/disclosures/cases?plan=young-cancer&group=lung&place=33&least=1000&state=paid"),
    ("cases, deep inside", "/disclosures/cases?after=young-cancer-2012-05-3.50"),
    ("feed of cases", "/disclosures/cases.atom"),
    ("feed of a search", "/disclosures/cases.json?group=lung&plan=young-cancer"),
    ("a period", "/disclosures/young-cancer-2013-03-2"),
    ("a case", "/cases/C{case}"),
)
_SERIES = "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < :{} - 1) "
_PERIODS = """
    INSERT INTO period (id, plan_id, pool_id, name, year, month, number, state, publication_day, objections_last_day,
        settle_day, pay_by_day, seq, members, locked_at, pool_terms_id, checked_digest, checked_by, checked_at,
        approved_digest, approved_by, approved_at, settled_at, paid_at, reason, run_off, visible_at)
    SELECT :first + n, plan.id, pool.id,
        plan.slug || '-' || (2000 + n / 4 / 96) || '-' || {two} || '-' || (n / 4 % 8 + 1), 2000 + n / 4 / 96,
        n / 4 / 8 % 12 + 1, n / 4 % 8 + 1, 'paid', {day}, {day2}, {day7}, {day14}, n / 4 + 1, 100000, {at}, terms.id,
        'x', :by, {at}, 'x', :other, {at}, {at7}, {at14}, '', {no}, {at}
    FROM {series} JOIN plan ON plan.slug = CASE n % 4 WHEN 0 THEN 'child-health' WHEN 1 THEN 'young-cancer'
            WHEN 2 THEN 'senior-cancer' ELSE 'accident' END
        JOIN pool ON pool.plan_id = plan.id
        JOIN pool_terms terms ON terms.id = (SELECT min(t.id) FROM pool_terms t JOIN rule_version v
            ON v.id = t.rule_version_id WHERE v.plan_id = plan.id)
"""
_SETTLEMENTS = """
    INSERT INTO settlement (pool_id, seq, period_id, pool_terms_id, at, cases, members, index_at_new_year_fen,
        settlements_left, unpaid_waiting_fen, credits_fen, reserve_before_fen, approved_fen, shared_payouts_fen,
        fee_fen, unpaid_fen, need_fen, from_reserve_fen, from_operator_fen, share_fen, index_before_fen,
        index_after_fen, surplus_before_fen, surplus_after_fen, entry_id)
    SELECT pool_id, seq, id, pool_terms_id, settled_at, 100, members, 0, 1, 0, 0, 0, 10000000, 10000000, 0, 0, 10000000,
        0, 0, 100, seq * 100 - 100, seq * 100, 0, 0, :entry + id FROM period WHERE id >= :first
"""
_CLAIMS = """
    INSERT INTO claim (id, ref, account_id, membership_id, member_terms_id, state, benefit, disease_group, province,
        event_on, publication_level, salt, created_at, submitted_at, filer, plan_id)
    SELECT 1000 + n, {claim_ref}, m.account_id, m.id, m.member_terms_id, 'paid', 'malignant_tumour', 'lung', '33',
        p.publication_day, 1, 'x', p.locked_at, p.locked_at, 'self', m.plan_id
    FROM {series} JOIN membership m ON m.id = :member + n % :members JOIN period p ON p.id = :first + n / 100
"""
_AWARDS = """
    INSERT INTO award (id, claim_id, period_id, number, amount_fen)
    SELECT 1000 + n, 1000 + n, :first + n / 100, n % 100 + 1, 100000 + n % 7 * 1000 FROM {series}
"""
_RESULTS = """
    INSERT INTO settlement_award (award_id, pool_id, seq, asked_fen, shared_fen, from_reserve_fen, from_operator_fen)
    SELECT a.id, p.pool_id, p.seq, a.amount_fen, a.amount_fen, 0, 0
    FROM award a JOIN period p ON p.id = a.period_id WHERE a.id >= 1000
"""
_PAYOUTS = """
    INSERT INTO payout (id, ref, award_id, amount_fen, state, due_at, released_at, released_by, paid_at, attempt,
        entry_id, salt)
    SELECT a.id, {payout_ref}, a.id, a.amount_fen, 'paid', p.settled_at, p.settled_at, :by, p.paid_at, 1, :entry + a.id,
        'x' FROM award a JOIN period p ON p.id = a.period_id WHERE a.id >= 1000
"""
_CASES = """
    INSERT INTO published_case (id, ref, award_id, period_id, number, level, age_band, place, disease_group, amount_fen,
        decided_on, published_on, detail_ends_on, salt, true_age_band, true_province, true_disease_group)
    SELECT a.id, {case_ref}, a.id, p.id, a.number, 1, {seen_age}, {seen_place}, {seen_group}, a.amount_fen,
        p.publication_day, p.publication_day, {ends}, 'x', '', '', ''
    FROM award a JOIN period p ON p.id = a.period_id WHERE a.id >= 1000
"""
_SHOWN = {
    "seen_age": "CASE WHEN {fresh} THEN '31-40' ELSE 'expired' END",
    "seen_place": "CASE WHEN {fresh} THEN CASE a.id % 3 WHEN 0 THEN '33' WHEN 1 THEN 'east' ELSE 'country' END "
    "ELSE 'expired' END",
    "seen_group": "CASE WHEN {fresh} THEN CASE a.id % 4 WHEN 0 THEN 'lung' WHEN 1 THEN 'breast' ELSE 'all' END "
    "ELSE 'expired' END",
}
_POSTGRES = {
    "two": "lpad((n / 4 / 8 % 12 + 1)::text, 2, '0')",
    "day": "make_date(2000 + n / 4 / 96, n / 4 / 8 % 12 + 1, (n / 4 % 8 + 1) * 3)",
    "no": "false",
    "fresh": "p.publication_day > DATE '2025-11-03'",
    "ends": "CASE WHEN p.publication_day > DATE '2025-11-03' THEN p.publication_day + 90 END",
    "claim_ref": "'Q' || lpad(n::text, 11, '0')",
    "payout_ref": "'P' || lpad(a.id::text, 11, '0')",
    "case_ref": "'C' || lpad(a.id::text, 11, '0')",
}
_POSTGRES |= {f"day{more}": f"{_POSTGRES['day']} + {more}" for more in (2, 7, 14)}
_POSTGRES |= {f"at{more}": f"({_POSTGRES['day']} + {more or 0})::timestamptz" for more in ("", 7, 14)}
_SQLITE_DAY = "printf('%04d-%02d-%02d', 2000 + n / 4 / 96, n / 4 / 8 % 12 + 1, (n / 4 % 8 + 1) * 3"
_SQLITE = {
    "two": "printf('%02d', n / 4 / 8 % 12 + 1)",
    "day": f"{_SQLITE_DAY})",
    "no": "0",
    "fresh": "p.publication_day > '2025-11-03'",
    "ends": "CASE WHEN p.publication_day > '2025-11-03' THEN date(p.publication_day, '+90 days') END",
    "claim_ref": "'Q' || printf('%011d', n)",
    "payout_ref": "'P' || printf('%011d', a.id)",
    "case_ref": "'C' || printf('%011d', a.id)",
}
_SQLITE |= {f"day{more}": f"date({_SQLITE_DAY}), '+{more} days')" for more in (2, 7, 14)}
_SQLITE |= {
    f"at{more}": f"strftime('%Y-%m-%dT%H:%M:%S.000000Z', {_SQLITE_DAY}), '+{more or 0} days')" for more in ("", 7, 14)
}


@dataclass(frozen=True, slots=True)
class Cost:
    """One view: its queries, and milliseconds in the median and the 95th percentile."""

    view: str
    address: str
    queries: int
    median_ms: float
    cpu_ms: float
    """Of one round, what this process reckoned: on SQLite all of it, and the same on a machine that does other work."""
    p95_ms: float


def fill(periods: int) -> None:
    """So many periods with a hundred cases each, all settled and paid."""
    for slug in SLUGS:
        story.open_plan(slug)
        grounds.fill(slug, 250, 200_00, letter=slug[0].upper(), at=story.noon(story.OPENED))
    is_server = db.engine.dialect.name == "postgresql"
    said = dict(_POSTGRES if is_server else _SQLITE)
    said |= {name: wording.format(fresh=said["fresh"]) for name, wording in _SHOWN.items()}
    member, members = db.session.execute(text("SELECT min(id), count(*) FROM membership")).one()
    by = story.account().id
    values = {
        "periods": periods, "cases": periods * CASES, "first": 100_000, "member": member, "members": members, "by": by,
        "other": by + 1_000_000, "entry": 1_000_000_000,
    }  # fmt: skip
    db.session.rollback()
    statements = (
        (_PERIODS, "periods"), (_SETTLEMENTS, ""), (_CLAIMS, "cases"), (_AWARDS, "cases"), (_RESULTS, ""),
        (_PAYOUTS, ""), (_CASES, ""),
    )  # fmt: skip
    if is_server:
        with transaction():
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
            db.session.execute(text("DROP INDEX ix_claim_one_open_event"))
            with indexes.built_afterwards("claim", "award", "settlement_award", "payout", "published_case"):
                for statement, number in statements:
                    asked = statement.format(series=f"generate_series(0, :{number} - 1) AS n", **said)
                    db.session.execute(text(asked), {name: values[name] for name in values if f":{name}" in asked})
    else:
        _fill_file(statements, said, values)
    grounds.refresh_statistics()


def _fill_file(statements: tuple[tuple[str, str], ...], said: dict[str, str], values: dict[str, int]) -> None:
    """On SQLite past triggers and foreign keys: what is measured is how rows are read."""
    with closing(sqlite3.connect(str(db.engine.url.database))) as file:
        file.execute("DROP INDEX ix_claim_one_open_event")
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        for statement, number in statements:
            head = _SERIES.format(number) if number else ""
            file.execute(head + statement.format(series="s", **said), values)
        file.commit()


def page_cost(site: Flask, client: FlaskClient, view: str, address: str, rounds: int) -> Cost:
    """What one address costs when nothing of it is kept."""

    def ask() -> None:
        kept.shelf_of(site).clear()
        answer = client.get(address)
        assert answer.status_code == HTTPStatus.OK, f"{address}: {answer.status}"

    with site.app_context(), questions() as asked:
        ask()
    began = time.process_time()
    took = timed(ask, rounds)
    cpu_ms = (time.process_time() - began) * 1000 / (rounds + 1)
    return Cost(view, address, len(asked), statistics.median(took), cpu_ms, took[int(len(took) * 0.95)])


def measure(engine: grounds.EngineName, periods: int, rounds: int) -> list[Cost]:
    """Every view."""
    with grounds.house(engine) as site, site.app_context():
        fill(periods)
        client = site.test_client()
        known = {"last": -(-periods // 20), "case": f"{1000 + periods * CASES // 2:011}"}
        with clock.at_instant(TODAY):
            return [page_cost(site, client, view, asked.format(**known), rounds) for view, asked in ADDRESSES]


def main() -> None:
    """Measure and print; ends with 1 when a view takes longer than the goal."""
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("--engine", choices=["postgres", "sqlite"], default="postgres")
    wish.add_argument("--periods", type=int, default=10_000)
    wish.add_argument("--rounds", type=int, default=15)
    wish.add_argument("--json", action="store_true")
    chosen = wish.parse_args()
    costs = measure(chosen.engine, chosen.periods, chosen.rounds)
    if chosen.json:
        print(json.dumps([asdict(one) for one in costs], indent=1))
    else:
        print(f"{'view':38} {'queries':>7} {'median ms':>9} {'cpu ms':>7} {'p95 ms':>8}")
        for one in costs:
            print(f"{one.view:38} {one.queries:7} {one.median_ms:9.1f} {one.cpu_ms:7.1f} {one.p95_ms:8.1f}")
    raise SystemExit(max(one.median_ms for one in costs) > GOAL_MS)


if __name__ == "__main__":
    main()
