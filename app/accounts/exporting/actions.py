"""The deeds of somebody who takes their data along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from app.db import transaction
from app.models import Account, DataExport
from app.services.exports import keeping


def ask(*, by: Account, language: str, at: dt.datetime) -> None:
    """Ask for the file; while one is being made it is the same."""
    keeping.ask(by, language=language, at=at)


def take(row: DataExport, *, by: Account, at: dt.datetime) -> Iterator[bytes]:
    """The file. Raises `ExportGone`; writes down that it was taken, in a transaction of its own."""
    return keeping.opened(row, by=by, at=at)


def drop(row: DataExport, *, by: Account, at: dt.datetime) -> None:
    """Delete it now, in a transaction of its own, and its file after that."""
    with transaction():
        keeping.drop(row, by=by, at=at)
    if row.object:
        keeping.delete_files([row.object])
