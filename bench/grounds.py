"""What a measurement stands on: a throw-away database, migrated like any other, and pools of any size in it.

Members come by one statement (`generate_series`), because a measurement is about what follows. They are one organiser's
list in one journal entry, each with its own row, threshold and deposit, so that every question about the money can be
asked afterwards.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Literal

import psycopg
from flask import Flask
from sqlalchemy import text

from app.db import db, new_ref, transaction
from app.domain import ledger
from app.models import Person
from app.services import counters, journal, rulebook, vault
from app.services.days import day_of
from bench import indexes
from tests.fixtures.application import make_app, migrate, release
from tests.fixtures.cluster import cluster, sqlalchemy_address
from tests.services import pool_story as story

EngineName = Literal["sqlite", "postgres"]
_MANY = 500_000
DURABLE = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "maintenance_work_mem": "512MB",
    "work_mem": "64MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "max_connections": "60",
    "timezone": "UTC",
}
"""A server as an operator would run it on such a machine: every commit reaches the disk."""


@contextmanager
def house(engine: EngineName) -> Iterator[Flask]:
    """The application on an empty database of its own; both are gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="juntan-bench-") as folder:
        if engine == "sqlite":
            yield from _on(f"sqlite:///{folder}/juntan.sqlite3", Path(folder))
            return
        with cluster(DURABLE) as server:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute("CREATE DATABASE juntan_bench")
            yield from _on(sqlalchemy_address(server, "juntan_bench"), Path(folder))


def _on(address: str, folder: Path) -> Iterator[Flask]:
    migrate(address, folder / "instance")
    site = make_app(address, folder / "instance")
    try:
        yield site
    finally:
        release(site)


def fill(slug: str, members: int, deposit_fen: int, *, letter: str, at: dt.datetime) -> None:
    """So many members who share, each with the same deposit; other letters are other people."""
    organiser, plan, pool = story.account(), story.plan(slug), story.pool(slug)
    terms_id = rulebook.member_terms_row(rulebook.version_on(plan.id, day_of(at))).id
    with transaction():
        counters.hold(pool, alone=True)
        who = Person(
            account_id=organiser.id,
            relation="member",
            name_sealed=vault.seal("欧阳若曦", purpose="person.name"),
            birth_on=dt.date(1998, 5, 2),
            province="33",
            document_type="passport",
            document_sealed=vault.seal(f"{letter}0000001", purpose="person.document"),
            identity_hash=vault.keyed_hash("passport", f"{letter}0000001"),
            created_at=at,
        )
        db.session.add(who)
        db.session.flush()
        paid_fen = members * deposit_fen
        entry = journal.book(
            "list", f"list:{slug}:{new_ref()}", ledger.topup(plan.custody_account, pool.name, paid_fen),
            by=organiser.id, at=at,
        )  # fmt: skip
        first = (db.session.scalar(text("SELECT max(id) FROM membership")) or 0) + 1
        values = {
            "first": first, "members": members, "letter": letter, "plan": plan.id, "pool": pool.id,
            "account": organiser.id, "person": who.id, "terms": terms_id, "at": _stored(at),
            "day": _stored(day_of(at)), "seq": pool.seq, "index": pool.index_fen, "paid": deposit_fen,
            "entry": entry.id,
        }  # fmt: skip
        is_server = db.engine.dialect.name == "postgresql"
        later = indexes.built_afterwards("membership", "deposit") if is_server and members >= _MANY else nullcontext()
        with later:
            for statement in _POSTGRESQL if is_server else _SQLITE:
                db.session.execute(text(statement), values)
        counters.move_counter(pool.id, first, members=members, thresholds_fen=members * pool.index_fen + paid_fen)


def _stored(value: dt.date) -> Any:
    """An instant or a day as the engine keeps it; the statements below go past the column types."""
    if db.engine.dialect.name == "postgresql":
        return value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat()


def refresh_statistics() -> None:
    """Let the planner know what is there, as it would after a while."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if db.engine.dialect.name == "sqlite" else "VACUUM (ANALYZE)")


def peak_mb() -> int:
    """The most memory this process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


_DEPOSITS = """
    INSERT INTO deposit (membership_id, entry_id, kind, amount_fen, at)
    SELECT id, :entry, 'topup', paid_net_fen, :at FROM membership WHERE id >= :first
"""
_POSTGRESQL = (
    "SET LOCAL session_replication_role = replica",  # all rows point at the same few parents: not asked of each
    """
    INSERT INTO membership (id, ref, plan_id, pool_id, account_id, person_id, member_terms_id, identity_hash, state,
        joined_at, joined_on, join_seq, join_index_fen, paid_net_fen, ends_at_lock)
    SELECT :first + n, :letter || lpad(n::text, 11, '0'), :plan, :pool, :account, :person, :terms,
        sha256(convert_to(:letter || n, 'UTF8')), 'sharing', :at, :day, :seq, :index, :paid, false
    FROM generate_series(0, :members - 1) AS n
    """,
    "SELECT setval(pg_get_serial_sequence('membership', 'id'), :first + :members - 1)",
    _DEPOSITS,
    "SET LOCAL session_replication_role = origin",
)
_SQLITE = (
    """
    WITH RECURSIVE generate_series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM generate_series WHERE n < :members - 1)
    INSERT INTO membership (id, ref, plan_id, pool_id, account_id, person_id, member_terms_id, identity_hash, state,
        joined_at, joined_on, join_seq, join_index_fen, paid_net_fen, ends_at_lock)
    SELECT :first + n, :letter || printf('%011d', n), :plan, :pool, :account, :person, :terms,
        CAST(:letter || printf('%031d', n) AS BLOB), 'sharing', :at, :day, :seq, :index, :paid, 0
    FROM generate_series
    """,
    _DEPOSITS,
)
