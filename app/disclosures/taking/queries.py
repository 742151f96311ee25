"""Lists as tables that everybody may take along: one header, whole fen, ISO days, instants in UTC, piece by piece."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import select, tuple_

from app.db import db
from app.disclosures.forms import Wanted
from app.disclosures.queries import asked_of, cases_published
from app.disclosures.searching.queries import PIECE_ROWS, Found
from app.models import Period, Plan, Settlement

CASE_COLUMNS: Final = (
    "case", "plan", "period", "number", "published_on", "decided_on", "age_band", "place", "disease_group",
    "amount_fen", "received_fen", "state", "log_index",
)  # fmt: skip
PERIOD_COLUMNS: Final = (
    "period", "plan", "state", "publication_day", "locked_at", "objections_last_day", "settle_day", "settled_at",
    "pay_by_day", "members", "cases", "share_fen",
)  # fmt: skip


def of_cases(pieces: Iterable[Sequence[Found]]) -> Iterator[str]:
    """Cases as a table, piece by piece. What is not shown says so in words: withheld, expired, all, country."""
    yield _lines([CASE_COLUMNS])
    for piece in pieces:
        yield _lines(
            (
                one.case.ref, one.plan, one.period, one.case.number, one.case.published_on, one.case.decided_on,
                one.reading.shown.age_band, one.reading.shown.place, one.reading.shown.disease_group,
                one.case.amount_fen, one.received_fen, one.state, one.entry,
            )
            for one in piece
        )  # fmt: skip


def of_periods(wanted: Wanted) -> Iterator[str]:
    """The periods that were asked for as a table, newest first, piece by piece."""
    yield _lines([PERIOD_COLUMNS])
    asked = (
        select(
            Period.id, Period.publication_day, Period.name, Plan.slug, Period.state, Period.locked_at,
            Period.objections_last_day, Period.settle_day, Period.settled_at, Period.pay_by_day, Period.members,
            cases_published(), Settlement.share_fen,
        )
        .join(Plan, Period.plan_id == Plan.id)
        .outerjoin(Settlement, Settlement.period_id == Period.id)
        .where(*asked_of(wanted))
        .order_by(Period.publication_day.desc(), Period.id.desc())
        .limit(PIECE_ROWS)
    )  # fmt: skip
    rows: Sequence[Any] = db.session.execute(asked).all()
    while rows:
        yield _lines(
            (
                row.name, row.slug, row.state, row.publication_day, row.locked_at, row.objections_last_day,
                row.settle_day, row.settled_at, row.pay_by_day, row.members, row[11], row.share_fen,
            )
            for row in rows
        )  # fmt: skip
        if len(rows) < PIECE_ROWS:
            return
        last = tuple_(Period.publication_day, Period.id) < (rows[-1].publication_day, rows[-1].id)
        rows = db.session.execute(asked.where(last)).all()


def _lines(rows: Iterable[Sequence[object]]) -> str:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return held.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else value
