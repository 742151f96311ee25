"""Rows with a key that lets them be written once, whoever else writes the same in the same moment."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite

from app.db import Model, db, engine_name


def add(noun: type[Model], unique: str, /, **values: Any) -> int | None:
    """Add a row; returns its number, or None when its value in the `unique` column is taken.

    Whoever is adding the same at this moment is waited for. What the session still keeps back goes before it.
    """
    db.session.flush()
    number: int | None = db.session.scalar(_adding(noun, unique, engine_name()), values)
    return number


@cache
def _adding(noun: type[Model], unique: str, engine: str) -> Executable:
    insert, table = sqlite.insert if engine == "sqlite" else postgresql.insert, noun.__table__
    return insert(table).on_conflict_do_nothing(index_elements=[unique]).returning(table.c.id)  # type: ignore[arg-type]
