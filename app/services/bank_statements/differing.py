"""Where a statement and our books differ: a list whose sum is the difference, and what explains each part of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from app.db import db
from app.domain import reconciling
from app.domain.reconciling import Difference
from app.models import CustodyExplanation, CustodyLine, CustodyMatch, CustodyStatement, JournalEntry
from app.services import facts
from app.services.bank_statements import bookings
from app.services.days import midnight

_A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a difference, with whatever explains it."""

    difference: Difference
    line: CustodyLine | None
    entry: JournalEntry | None
    partner_at: dt.datetime | dt.date | None
    """When the other side of it came: the booking of a line, the day of a booking at the bank; None: not yet."""
    explanation: CustodyExplanation | None
    """The last thing a treasurer said of it."""

    @property
    def key(self) -> str:
        """What it is called on its page."""
        return f"{self.difference.of}-{self.difference.key}"

    @property
    def is_explained(self) -> bool:
        """Both sides are there, or two treasurers agree on what it is."""
        return self.partner_at is not None or (self.explanation is not None and self.explanation.state == "confirmed")


@dataclass(frozen=True, slots=True)
class Compared:
    """A statement against the books at the end of its last day."""

    statement: CustodyStatement
    parts: Sequence[Part]

    @property
    def unexplained(self) -> list[Part]:
        """What nobody has explained yet."""
        return [part for part in self.parts if not part.is_explained]

    @property
    def adds_up(self) -> bool:
        """The law: the sum of the list is the difference."""
        return sum(part.difference.amount_fen for part in self.parts) == self.statement.difference_fen


def compare(statement: CustodyStatement) -> Compared:
    """Compare the bank's last word of a statement with the books at that moment."""
    account, end = statement.custody_account, midnight(statement.last_day + _A_DAY)
    first = db.session.scalars(
        select(CustodyStatement).where(CustodyStatement.custody_account == account, CustodyStatement.number == 1)
    ).one()
    lines = db.session.scalars(
        select(CustodyLine)
        .where(CustodyLine.custody_account == account, CustodyLine.day <= statement.last_day)
        .order_by(CustodyLine.day, CustodyLine.id)
    ).all()
    found = db.session.execute(
        select(CustodyMatch.entry_id, CustodyMatch.line_id)
        .join(CustodyLine, CustodyLine.id == CustodyMatch.line_id)
        .where(CustodyLine.custody_account == account)
    ).all()
    matches = {row.entry_id: row.line_id for row in found}
    differences = reconciling.differences(
        first.opening_fen - first.books_before_fen,
        {line.id: line.amount_fen for line in lines},
        bookings.between(account, midnight(first.first_day), end),
        matches,
    )
    return Compared(statement, _parts(statement, differences, {line.id: line for line in lines}, matches))


def _parts(
    statement: CustodyStatement,
    differences: Sequence[Difference],
    lines: Mapping[int, CustodyLine],
    matches: Mapping[int, int],
) -> list[Part]:
    of_line = {line: entry for entry, line in matches.items()}
    alone = [one.key for one in differences if one.of == "booking"]
    wanted = [*alone, *(of_line[one.key] for one in differences if one.of == "line" and one.key in of_line)]
    entries = {entry.id: entry for entry in db.session.scalars(select(JournalEntry).where(JournalEntry.id.in_(wanted)))}
    later = {
        line.id: line
        for line in db.session.scalars(
            select(CustodyLine).where(CustodyLine.id.in_([matches[key] for key in alone if key in matches]))
        )
    }
    said = _explanations(statement)
    parts = []
    for one in differences:
        line = lines.get(one.key) if one.of == "line" else None
        entry = entries.get(one.key) if one.of == "booking" else None
        partner: dt.datetime | dt.date | None = None
        if line is not None and line.id in of_line:
            partner = entries[of_line[line.id]].at
        elif entry is not None and entry.id in matches:
            partner = later[matches[entry.id]].day
        explanation = said.get((line.id if line else None, entry.id if entry else None))
        parts.append(Part(one, line, entry, partner, explanation))
    return parts


def _explanations(statement: CustodyStatement) -> dict[tuple[int | None, int | None], CustodyExplanation]:
    """The last thing said of each part: of lines in whatever statement it is booked, else in this one alone."""
    rows = db.session.scalars(
        select(CustodyExplanation)
        .where(
            (CustodyExplanation.statement_id == statement.id)
            | (
                CustodyExplanation.kind.in_((*reconciling.BOOKS, "before"))
                & CustodyExplanation.statement_id.in_(
                    select(CustodyStatement.id).where(
                        CustodyStatement.custody_account == statement.custody_account,
                    )
                )
            )
        )
        .order_by(CustodyExplanation.id)
    ).all()
    return {(row.line_id, row.entry_id): row for row in rows}


def settle_explained(account: str, *, at: dt.datetime) -> int:
    """Mark every statement of an account whose whole difference is explained by now; returns how many that were."""
    done = 0
    open_ones = db.session.scalars(
        select(CustodyStatement)
        .where(CustodyStatement.custody_account == account, CustodyStatement.explained_at.is_(None))
        .order_by(CustodyStatement.number)
    ).all()
    for statement in open_ones:
        if not compare(statement).unexplained:
            db.session.execute(
                update(CustodyStatement)
                .where(CustodyStatement.id == statement.id, CustodyStatement.explained_at.is_(None))
                .values(explained_at=at)
                .execution_options(synchronize_session=False)
            )
            db.session.refresh(statement)
            facts.state(
                "custody-explained", statement.ref, at=at, custody=account,
                last_day=statement.last_day.isoformat(), difference_fen=statement.difference_fen,
            )  # fmt: skip
            done += 1
    return done
