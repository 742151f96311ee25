"""What a list costs: a CSV file enrolled as an operator does it, against joining one by one in the same database.

    sh scripts/dev python -m bench.enrolment --engine postgres|sqlite --rows N [--one-by-one M] [--json]

Writes a list of N lines of which one in a hundred breaks a rule, reads it, and enrols it piece by piece, each in one
transaction: reading, checking, hashing and sealing count. Against it M people of the same kind join one by one through
the site's own actions, each in a transaction; above M it is scaled, and says so. Ends with 1 when a line was judged
wrongly or the books do not agree afterwards.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.db import db, transaction
from app.memberships.joining import actions, queries
from app.memberships.joining.forms import NewPerson
from app.models import Account
from app.services import enrolment, list_files, selfcheck, side_by_side
from app.services.days import day_of
from app.services.identity import check_identity
from app.story import cast
from bench import grounds
from tests.services import pool_story as story

SLUG = "young-cancer"
YOUNGEST, OLDEST = 18, 47
ONE_IN = 100
"""Of so many lines one breaks a rule."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One run. Times are seconds."""

    engine: str
    rows: int
    enrolled: int
    refused: int
    list_s: float
    rows_per_s: float
    """Lines of the file, the refused ones among them."""
    python_cpu_s: float
    server_cpu_s: float
    """Of the server processes behind our connections; on SQLite there is none."""
    rss_mb: int
    one_by_one: int
    one_by_one_s: float
    """So many people joining one by one."""
    one_by_one_per_s: float
    ratio: float
    """How many times quicker the list is for each person; both were measured, the time of N joins is scaled."""
    wrong: int
    cores: int


def main() -> None:
    """Measure and print; exit with 1 when something is wrong."""
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("--engine", choices=("postgres", "sqlite"), default="sqlite")
    wish.add_argument("--rows", type=int, default=200_000)
    wish.add_argument("--one-by-one", type=int, default=300, help="people who join alone")
    wish.add_argument("--json", action="store_true", help="print figures for a program")
    chosen = wish.parse_args()
    with grounds.house(chosen.engine) as site, site.app_context(), tempfile.TemporaryDirectory() as folder:
        figures = measure(chosen.engine, chosen.rows, chosen.one_by_one, Path(folder) / "list.csv")
    if chosen.json:
        json.dump(asdict(figures), sys.stdout, indent=1)
    else:
        for name, value in asdict(figures).items():
            print(f"{name:17} {value:,}" if isinstance(value, int | float) else f"{name:17} {value}")
    sys.exit(1 if figures.wrong else 0)


def measure(engine: Any, rows: int, alone: int, file: Path) -> Figures:
    """One list, and after it some people one by one."""
    story.open_plan(SLUG)
    account_id, at = story.account().id, story.noon(story.OPENED + dt.timedelta(days=1))
    chance = random.Random(1)  # noqa: S311 -- invented people
    people = cast.rows(chance, cast.Numbers(), count=rows + alone, youngest=YOUNGEST, oldest=OLDEST, on=story.OPENED)
    broken = write(file, islice(people, rows))
    python, server, began = time.process_time(), _server_cpu_s(), time.perf_counter()
    enrolled, refused = _enrol(file, account_id, at=at)
    took = time.perf_counter() - began
    python, server, rss_mb = time.process_time() - python, _server_cpu_s() - server, grounds.peak_mb()
    began = time.perf_counter()
    for row in people:
        _join(row, account_id, at=at)
    alone_s = time.perf_counter() - began
    wrong = sum(len(question.rows) for question in selfcheck.check())
    wrong += abs(enrolled - (rows - broken)) + abs(refused - broken)
    per_s, alone_per_s = rows / took, alone / alone_s
    return Figures(
        engine, rows, enrolled, refused, round(took, 2), round(per_s), round(python, 2), round(server, 2), rss_mb,
        alone, round(alone_s, 2), round(alone_per_s, 1), round(per_s / alone_per_s, 1), wrong, grounds.cores(),
    )  # fmt: skip


def write(file: Path, people: Iterator[enrolment.Row]) -> int:
    """Write a list; returns how many of its lines break a rule."""
    broken = 0
    with file.open("w", encoding="utf-8", newline="") as out:
        lines: Any = csv.writer(out)
        lines.writerow(list_files.COLUMNS)
        for row in people:
            line = row
            if row.line % ONE_IN == 0:
                broken += 1
                line = _broken(row, broken)
            yuan = f"{line.deposit_fen // 100}.{line.deposit_fen % 100:02}"
            lines.writerow((line.name, line.birth_on, line.province, line.document_type, line.number, yuan))
    return broken


def _broken(row: enrolment.Row, count: int) -> enrolment.Row:
    faults = (
        replace(row, number=row.number[:-1] + ("0" if row.number[-1] != "0" else "1")),
        replace(row, birth_on=row.birth_on + dt.timedelta(days=1)),
        replace(row, deposit_fen=1),
        replace(row, province="99"),
    )
    return faults[count % len(faults)]


def _enrol(file: Path, account_id: int, *, at: dt.datetime) -> tuple[int, int]:
    def one(piece: enrolment.Piece) -> enrolment.Enrolled:
        with transaction():
            account = db.session.get_one(Account, account_id)
            return enrolment.enrol_checked(story.plan(SLUG), piece, account=account, at=at)

    pieces = enrolment.checked(story.plan(SLUG), list_files.read(file), at=at)
    done = list(side_by_side.done(pieces, one))
    return sum(one.members for one in done), sum(len(one.refused) for one in done)


def _join(row: enrolment.Row, account_id: int, *, at: dt.datetime) -> None:
    """What the site does when one person joins, from the name to the first payment."""
    with transaction():
        account = db.session.get_one(Account, account_id)
        offered = queries.offer(SLUG, on=day_of(at))
        assert offered is not None
        number = check_identity(row.document_type, row.number, birth_on=row.birth_on)
        named = NewPerson(row.name, row.birth_on, "child", row.province, row.document_type, number)
        application = actions.begin(offered, actions.name_person(named, by=account, at=at), by=account, at=at)
        items = offered.member.declaration
        actions.declare(application, items, {item.key: False for item in items}, language="zh", at=at)
        actions.agree(application, language="zh", at=at)
        actions.submit(application, offered, row.deposit_fen, by=account, at=at)
        assert application.state == "accepted", application.state


def _server_cpu_s() -> float:
    """The processor time the server's processes behind our connections have taken so far, in seconds."""
    if db.engine.dialect.name != "postgresql":
        return 0.0
    ours = text(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    with transaction():
        processes = db.session.scalars(ours).all()
    return sum(_cpu_s(process) for process in processes)


def _cpu_s(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
