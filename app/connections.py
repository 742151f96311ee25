"""Connections of every engine in this process: how they are set up, how they begin, and when they are given up.

SQLAlchemy opens transactions lazily and deferred; a deed on SQLite must hold the write lock before it reads, or the
loser of a race would fail at its first write instead of waiting its turn.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine, event

_PRAGMAS: Final = ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=NORMAL")
_MOST_PREPARED: Final = 300
_PLAN_TOO_OLD: Final = "0A000"
"""PostgreSQL's state for a prepared question whose answer would have other columns by now, among others."""


def watch() -> None:
    """Let all engines do so, those that are made later too."""
    event.listen(Engine, "connect", _set_up)
    event.listen(Engine, "begin", _begin)
    event.listen(Engine, "handle_error", _give_up_old_plans)


def _set_up(connection: Any, _record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    elif hasattr(connection, "prepared_max"):
        # The server keeps what is prepared when a deed is taken back; the driver would have it planned anew each time.
        connection._prepared.clear = bool  # noqa: SLF001 -- it has no setting for it
        connection.prepared_max = _MOST_PREPARED


def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _give_up_old_plans(failure: Any) -> None:
    """A connection that prepared a question before a table changed its shape would fail at it again for ever."""
    if getattr(failure.original_exception, "sqlstate", None) == _PLAN_TOO_OLD:
        failure.is_disconnect = True
