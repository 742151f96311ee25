"""All periods together: put together from the files of the periods, never from the database, in flat memory.

A table is put together anew only when one of its files is another one than the last time. Each file is read once and
must hold what was written: one that was lost or changed makes its part due, and everything stays as it was until then.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import hashlib
import heapq
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import delete, select

from app.db import db, transaction
from app.domain.open_data import LATEST, PACKAGE, Table
from app.domain.terms import Words
from app.models import Dataset, DatasetDue, Plan
from app.services.open_data import due, keeping, parts, schema, statements
from app.services.open_data.keeping import Damaged, Draft

_TITLE: Final = Words("均摊公开数据：全部各期", "Juntan open data: every period")
_ONLY_OF_PLANS: Final = ("rules",)
"""Tables that stand in the folders of periods and of plans, where the latter hold all of it."""
_SORTED_ACROSS: Final = ("case_details",)
"""Tables whose key does not begin with the period: merged, the others are strung together."""


def compose(*, at: dt.datetime) -> list[str]:
    """Put together whatever changed; returns the names of the files that are others now."""
    try:
        tables = [table for table in schema.of(LATEST) if table.name != statements.TABLE]
        changed = [table.file for table in tables if _compose(table, at=at)]
        changed += _statements(at=at)
    except Damaged as found:
        with transaction():
            due.mark([found.part], at)
        raise
    with transaction():
        text = parts.described(LATEST, _TITLE, schema.of(LATEST))
        changed += [PACKAGE] if keeping.put_anew(f"{LATEST}/{PACKAGE}", text, at=at) else []
    return changed


def composed() -> None:
    """Everything is put together: nothing is due until the next part is written. Part of a transaction."""
    db.session.execute(delete(DatasetDue).where(DatasetDue.part == LATEST))


def _compose(table: Table, *, at: dt.datetime) -> bool:
    sources = _sources(table)
    made_of = _fingerprint(sources)
    path = f"{LATEST}/{table.file}"
    if _stands(path, made_of):
        return False
    ends = [one.ends_on for one in sources if one.ends_on is not None]
    with Draft(path) as draft:
        draft.write(parts.packed(table, ()))
        rows = 0
        for piece, number in _merged(table, sources) if table.name in _SORTED_ACROSS else _strung(sources):
            draft.write(piece)
            rows += number
        with transaction():
            return draft.keep(rows, at=at, ends_on=min(ends, default=None), made_of=made_of)


def _statements(*, at: dt.datetime) -> list[str]:
    """Needs and amounts by month, from the two tables they are derived from."""
    table = schema.tables()[statements.TABLE]
    with contextlib.suppress(LookupError):
        sources = [db.session.get_one(Dataset, f"{LATEST}/{name}.csv") for name in statements.SOURCES]
        made_of, path = _fingerprint(sources), f"{LATEST}/{table.file}"
        if not _stands(path, made_of):
            rows = statements.rows(*(_records(one) for one in sources))
            with transaction():
                data = parts.packed(table, rows)
                return [table.file] if keeping.put(path, data, len(rows), at=at, made_of=made_of) else []
    return []


def _stands(path: str, made_of: str) -> bool:
    known = db.session.get(Dataset, path)
    return known is not None and known.made_of == made_of and keeping.is_there(known)


def _sources(table: Table) -> list[Dataset]:
    """The files a table is made of: first those of plans, then those of periods, by name."""
    plans = set(db.session.scalars(select(Plan.slug)))
    wanted = select(Dataset).where(Dataset.name == table.file, Dataset.part != LATEST, Dataset.sha256 != "")
    found = sorted(db.session.scalars(wanted), key=lambda one: (one.part not in plans, one.part))
    return [one for one in found if one.part in plans or table.name not in _ONLY_OF_PLANS]


def _fingerprint(sources: Iterable[Dataset]) -> str:
    digest = hashlib.sha256()
    for one in sources:
        digest.update(f"{one.path} {one.sha256}\n".encode())
    return digest.hexdigest()


def _strung(sources: Sequence[Dataset]) -> Iterator[tuple[bytes, int]]:
    """What the files hold below their headers, one after the other, with the number of rows."""
    for one in sources:
        if not one.rows:
            continue
        head, number = True, one.rows
        for piece in keeping.pieces_of(one):
            yield (piece.partition(b"\n")[2] if head else piece), number
            head, number = False, 0


def _merged(table: Table, sources: Sequence[Dataset]) -> Iterator[tuple[bytes, int]]:
    """The rows of several sorted files as one sorted file; only files with rows in them are opened."""
    place = table.place(table.key[0])
    streams = [_records(one, skip=1) for one in sources if one.rows]
    for row in heapq.merge(*streams, key=lambda row: row[place]):
        held = io.StringIO(newline="")
        csv.writer(held, lineterminator="\n").writerow(row)
        yield held.getvalue().encode(), 1


def _records(one: Dataset, skip: int = 0) -> Iterator[list[str]]:
    """The records of a file, its header among them unless it is skipped."""
    for number, record in enumerate(csv.reader(_lines(one))):
        if number >= skip:
            yield record


def _lines(one: Dataset) -> Iterator[str]:
    rest = b""
    for piece in keeping.pieces_of(one):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.decode() + "\n"
    if rest:
        yield rest.decode()
