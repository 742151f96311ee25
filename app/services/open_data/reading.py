"""What the pages ask about the files: a fixed number of questions, however many files there are."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, select

from app.db import db
from app.domain.open_data import ARCHIVE, LATEST, PACKAGE
from app.models import Dataset, LogEntry, Period, Plan
from app.services.open_data import due, keeping, statements
from app.services.visibility import SEEN

FOLDERS_A_PAGE: Final = 20
MONTHS_A_PAGE: Final = 12


@dataclass(frozen=True, slots=True)
class File:
    """A file with the entry of the log that states it; None while that waits for its number."""

    row: Dataset
    entry: int | None


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of one period together."""

    period: Period
    files: int
    bytes: int
    at: dt.datetime
    """When the last of them was written."""


@dataclass(frozen=True, slots=True)
class Written:
    """From when the files are, and since when something waits to be written; None where nothing is."""

    at: dt.datetime | None
    waiting_since: dt.datetime | None
    archive: Dataset | None


def file_at(path: str) -> Dataset | None:
    """The file at a path below the folder; None when there is none, or none any more."""
    found = db.session.get(Dataset, path)
    return found if found is not None and found.sha256 else None


def files_in(*parts: str) -> list[File]:
    """The files of a folder (`""`: those at the top), by name, each with its entry."""
    rows = db.session.execute(
        select(Dataset, LogEntry.number)
        .outerjoin(LogEntry, LogEntry.fact_id == Dataset.fact_id)
        .where(Dataset.part.in_(parts), Dataset.sha256 != "")
        .order_by(Dataset.path)
    ).all()
    return [File(row, number) for row, number in rows]


def everything() -> tuple[list[File], Written]:
    """The files of all periods together, and how fresh they are."""
    found = files_in("", LATEST)
    files = [one for one in found if one.row.part]
    archive = next((one.row for one in found if one.row.path == ARCHIVE), None)
    return files, Written(max((one.row.at for one in files), default=None), due.since(), archive)


def count_folders(plan: str | None) -> int:
    """How many periods have files."""
    return db.session.scalar(select(func.count()).select_from(_packages(plan).subquery())) or 0


def folders(plan: str | None, *, page: int) -> list[Folder]:
    """One page of the periods that have files, newest first."""
    named = _packages(plan).order_by(Period.publication_day.desc(), Period.id.desc())
    periods = db.session.scalars(named.limit(FOLDERS_A_PAGE).offset((page - 1) * FOLDERS_A_PAGE)).all()
    rows = db.session.execute(
        select(Dataset.part, func.count(), func.sum(Dataset.bytes), func.max(Dataset.at))
        .where(Dataset.part.in_([period.name for period in periods]), Dataset.sha256 != "")
        .group_by(Dataset.part)
    ).all()
    sums = {part: (number, int(size), at) for part, number, size, at in rows}
    return [Folder(period, *sums[period.name]) for period in periods]


def plans_with_files() -> list[str]:
    """The plans that have files of their own, in the order of the catalogue."""
    asked = select(Plan.slug).join(Dataset, Dataset.path == Plan.slug + "/" + PACKAGE).order_by(Plan.position)
    return list(db.session.scalars(asked))


def months() -> list[dict[str, str]]:
    """The monthly statements as their file has them, newest month first; none before it is written."""
    known = db.session.get(Dataset, f"{LATEST}/{statements.TABLE}.csv")
    if known is None or not keeping.is_there(known):
        return []
    text = keeping.path_of(known.path).read_text(encoding="utf-8")
    return sorted(csv.DictReader(io.StringIO(text, newline="")), key=_newest_first)


def _newest_first(row: Mapping[str, str]) -> tuple[int, str]:
    return -int(row["month"].replace("-", "")), row["plan"]


def _packages(plan: str | None) -> Select[Period]:
    of_plan = (Plan.slug == plan,) if plan else ()
    return (
        select(Period)
        .join(Plan, Period.plan_id == Plan.id)
        .join(Dataset, Dataset.path == Period.name + "/" + PACKAGE)
        .where(SEEN, *of_plan)
    )
