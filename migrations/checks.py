"""A named CHECK of a table replaced where it stands, on SQLite and PostgreSQL alike.

SQLite cannot alter a constraint. Rebuilding its table would lose triggers and take as long as the table is large, so
the text of the table is edited instead, as its own manual describes for constraints (lang_altertable.html, "Making
Other Kinds Of Table Schema Changes"); whether the rows agree with the new text is asked before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def replace(table: str, name: str, condition: str) -> None:
    """Replace the CHECK `ck_<table>_<name>`. LookupError when there is none, ValueError when a row breaks it."""
    constraint = f"ck_{table}_{name}"
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({condition})")
        return
    broken = f"SELECT EXISTS (SELECT 1 FROM {table} WHERE NOT ({condition}))"  # noqa: S608 -- names of the schema
    if bind.scalar(sa.text(broken)):
        raise ValueError(f"rows of {table} break the new {constraint}")
    written = bind.scalar(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), {"table": table}
    )
    changed = _edited(str(written), constraint, condition)
    version = bind.scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema = ON")
    bind.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table"),
        {"sql": changed, "table": table},
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = RESET")


def _edited(written: str, constraint: str, condition: str) -> str:
    head = f"CONSTRAINT {constraint} CHECK ("
    begins = written.find(head)
    if begins < 0:
        raise LookupError(f"there is no {constraint}")
    start = begins + len(head)
    return written[:start] + condition + written[_closing(written, start) :]


def _closing(written: str, start: int) -> int:
    """Where the parenthesis that was opened just before `start` is closed; what stands in quotes opens none."""
    depth, in_quotes = 1, False
    for place in range(start, len(written)):
        letter = written[place]
        if letter == "'":
            in_quotes = not in_quotes
        elif not in_quotes:
            depth += {"(": 1, ")": -1}.get(letter, 0)
            if depth == 0:
                return place
    raise LookupError("a parenthesis is never closed")
