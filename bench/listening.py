"""What a deed says to the database: how many statements, and how long their answers take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from app.db import db


@dataclass(slots=True)
class Heard:
    """Statements and the time their answers took."""

    statements: int = 0
    seconds: float = 0.0


class Ear:
    """Hears every statement; `settlings` holds what was heard of each settling of the large pool."""

    def __init__(self) -> None:
        self.now = Heard()
        self.settlings: list[Heard] = []

    def before(self, connection: Any, *_call: Any) -> None:
        """A statement goes out."""
        connection.info["asked_at"] = time.perf_counter()

    def after(self, connection: Any, *_call: Any) -> None:
        """Its answer is here."""
        self.now.statements += 1
        self.now.seconds += time.perf_counter() - connection.info["asked_at"]


@contextmanager
def listening() -> Iterator[Ear]:
    """Hear every statement until the block ends."""
    ear = Ear()
    event.listen(db.engine, "before_cursor_execute", ear.before)
    event.listen(db.engine, "after_cursor_execute", ear.after)
    yield ear
    event.remove(db.engine, "before_cursor_execute", ear.before)
    event.remove(db.engine, "after_cursor_execute", ear.after)
