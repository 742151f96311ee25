"""The naive design: a ledger with a line for every member and settlement, and a balance in every member's row."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from app.db import db, transaction
from bench import grounds

_NAIVE_TABLES = (
    "CREATE TABLE naive_member (id BIGINT PRIMARY KEY, balance_fen BIGINT NOT NULL)",
    """
    CREATE TABLE naive_line (
        member_id BIGINT NOT NULL, at BIGINT NOT NULL, amount_fen BIGINT NOT NULL, PRIMARY KEY (member_id, at))
    """,
    "INSERT INTO naive_member SELECT id, 10000 FROM membership ORDER BY id LIMIT {members}",
)
_NAIVE_SETTLEMENT = (
    "INSERT INTO naive_line SELECT id, 1, -3 FROM naive_member",
    "UPDATE naive_member SET balance_fen = balance_fen - 3",
)


def naive_tables(members: int) -> Callable[[], None]:
    """Write down a balance for each of so many members; returns what settles them, in one transaction."""
    db.session.rollback()
    with transaction():
        for statement in _NAIVE_TABLES:
            db.session.execute(text(statement.format(members=members)))
    grounds.refresh_statistics()

    def settle_naively() -> None:
        with transaction():
            for statement in _NAIVE_SETTLEMENT:
                db.session.execute(text(statement))

    return settle_naively
