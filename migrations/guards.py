"""Guards at rest, written alike for SQLite and PostgreSQL: what the database refuses, whoever asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from alembic import op


class Guard(NamedTuple):
    """One trigger that refuses rows of a table.

    `refused` is a condition on OLD and NEW; None refuses always. One that `asks` other rows needs a function of its own
    on PostgreSQL, whose WHEN knows the row alone.
    """

    table: str
    name: str
    verb: str
    refused: str | None
    sentence: str
    asks: bool = False


def stand(guards: Iterable[Guard]) -> None:
    """Create the triggers."""
    on_sqlite = _on_sqlite()
    for guard in guards:
        head = f"CREATE TRIGGER {guard.table}_{guard.name} BEFORE {guard.verb} ON {guard.table}"
        when = f"WHEN ({guard.refused}) " if guard.refused else ""
        if on_sqlite:
            op.execute(f"{head} {when}BEGIN SELECT RAISE(ABORT, '{guard.sentence}'); END")
        elif guard.asks:
            op.execute(
                f"CREATE FUNCTION {_function(guard)}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {guard.refused} THEN RAISE EXCEPTION '{guard.sentence}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
            )
            op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {_function(guard)}()")
        else:
            op.execute(f"{head} FOR EACH ROW {when}EXECUTE FUNCTION juntan_refuse('{guard.sentence}')")


def fall(guards: Iterable[Guard]) -> None:
    """Drop the triggers."""
    on_sqlite = _on_sqlite()
    for guard in guards:
        op.execute(f"DROP TRIGGER {guard.table}_{guard.name}" + ("" if on_sqlite else f" ON {guard.table}"))
        if guard.asks and not on_sqlite:
            op.execute(f"DROP FUNCTION {_function(guard)}()")


def _on_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


def _function(guard: Guard) -> str:
    return f"juntan_{guard.table}_{guard.name}"
