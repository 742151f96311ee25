"""The files of one period, or of one plan: written where they changed, each change stated, in one transaction."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from app.db import db
from app.domain.open_data import LATEST, PACKAGE, Table, Written, package
from app.domain.terms import Words
from app.models import DatasetDue, Period, Plan
from app.services.days import day_of
from app.services.open_data import due, keeping, periods, plans, schema

Row = tuple[str | int | None, ...]


def write(part: str, *, at: dt.datetime) -> bool:
    """Write a part as it is now; whether anything of it changed. Done again, it changes nothing."""
    period = db.session.scalar(select(Period).where(Period.name == part))
    plan = db.session.scalar(select(Plan).where(Plan.slug == part)) if period is None else None
    changed = False
    if period is not None:
        found = periods.rows(periods.read(period), on=day_of(at))
        changed = found is not None and _write(part, "period", found, at=at)
    elif plan is not None:
        found = plans.rows(plan)
        changed = found is not None and _write(part, "plan", found, at=at)
        for name, text in plans.texts(plan).items() if found is not None else ():
            changed |= keeping.put_anew(f"{LATEST}/{name}", text, at=at)
    db.session.execute(delete(DatasetDue).where(DatasetDue.part == part))
    if changed:
        due.mark([LATEST], at)
    return changed


def packed(table: Table, rows: Iterable[Row]) -> bytes:
    """Rows as CSV: UTF-8, LF, a header."""
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(rows)
    return held.getvalue().encode()


def described(part: str, title: Words, tables: Sequence[Table]) -> bytes:
    """The package of a folder, from what was written down of its files."""
    known = {one.name: one for one in keeping.in_part(part)}
    written = [
        Written(table, one.bytes, one.sha256, one.rows)
        for table in tables
        if (one := known.get(table.file)) is not None
    ]
    said = package(f"juntan-{part}", title, written, home=f"{keeping.home()}/{keeping.FOLDER}")
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _write(part: str, folder: str, found: dict[str, Iterable[Row]], *, at: dt.datetime) -> bool:
    held = keeping.in_part(part)  # held: each file finds its row in the session, without a question of its own
    before = {one.path: one.sha256 for one in held}
    tables = schema.of(folder)
    for table in tables:
        rows = list(found[table.name])
        path, ends_on = f"{part}/{table.file}", _ends_on(table, rows)
        keeping.put(path, packed(table, rows), len(rows), at=at, ends_on=ends_on)
    title = Words(f"均摊 {part}", f"Juntan {part}")
    keeping.put(f"{part}/{PACKAGE}", described(part, title, tables), 0, at=at)
    return before != {one.path: one.sha256 for one in keeping.in_part(part)}


def _ends_on(table: Table, rows: Sequence[Row]) -> dt.date | None:
    """The first day on which something in these rows may not be shown any more."""
    if "expires_on" not in table.header or not rows:
        return None
    place = table.place("expires_on")
    return min(dt.date.fromisoformat(str(row[place])) for row in rows)
