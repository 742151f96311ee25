"""Secondary indexes of PostgreSQL, left out while millions of rows come in and built once they are there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from app.db import db

_SECONDARY = text("""
    SELECT kept.relname AS table_name, own.relname AS name, pg_get_indexdef(own.oid) AS made,
        pg_get_constraintdef(law.oid) AS law
    FROM pg_index JOIN pg_class AS own ON own.oid = pg_index.indexrelid
    JOIN pg_class AS kept ON kept.oid = pg_index.indrelid
    LEFT JOIN pg_constraint AS law ON law.conindid = own.oid AND law.contype = 'u'
    WHERE kept.relname = ANY(:tables) AND NOT pg_index.indisprimary
    AND NOT EXISTS (SELECT 1 FROM pg_constraint AS other WHERE other.conindid = own.oid AND other.contype = 'f')
    ORDER BY own.oid
""")


@contextmanager
def built_afterwards(*tables: str) -> Iterator[None]:
    """Take the secondary indexes and unique keys of these tables away; they are back when the block ends."""
    found = db.session.execute(_SECONDARY, {"tables": list(tables)}).all()
    for one in found:
        gone = f"ALTER TABLE {one.table_name} DROP CONSTRAINT {one.name}" if one.law else f"DROP INDEX {one.name}"
        db.session.execute(text(gone))
    yield
    for one in found:
        made = f"ALTER TABLE {one.table_name} ADD CONSTRAINT {one.name} {one.law}" if one.law else one.made
        db.session.connection().exec_driver_sql(made)
