"""Taking in a statement: each follows the one before without a day between, adds up, and is compared at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select

from app.db import db
from app.domain import bank_tables, reconciling
from app.domain.reconciling import Entered, Named, Previous
from app.models import CustodyLine, CustodyMatch, CustodyStatement, Plan
from app.services import audit, facts, vault
from app.services.bank_statements import bookings, differing
from app.services.days import day_of, midnight

TEXT: Final = "custody-text"
_A_DAY: Final = dt.timedelta(days=1)


class DayNotOver(ValueError):
    """A statement is of whole days: its last one is not over."""


class DaysTurned(ValueError):
    """The last day of a statement lies before its first one."""


class ReadBefore(Exception):
    """This very file was taken in before for these days; `statement` is what came of it."""

    def __init__(self, statement: str) -> None:
        super().__init__(f"read before as {statement}")
        self.statement = statement


def take_in(  # noqa: PLR0913 -- whose statement, over which days, who brings it
    account: str, content: bytes, *, first_day: dt.date, last_day: dt.date, by: int, at: dt.datetime
) -> CustodyStatement:
    """Keep a statement and find the bookings of its lines.

    Raises `DayNotOver`, `DaysTurned`, `ReadBefore`, `reconciling.StatementRefused` and what `bank_tables.read` raises.
    """
    if last_day < first_day:
        raise DaysTurned
    if last_day >= day_of(at):
        raise DayNotOver
    lines = bank_tables.read(content, bank_tables.STATEMENT_COLUMNS)
    _hold(account)
    before = last_of(account)
    digest = bank_tables.digest(f"{first_day}/{last_day}\n".encode() + content)
    same = db.session.scalar(
        select(CustodyStatement.ref).where(
            CustodyStatement.custody_account == account, CustodyStatement.digest == digest
        )
    )
    if same is not None:
        raise ReadBefore(same)
    previous = Previous(before.last_day, before.closing_fen) if before is not None else None
    entered = reconciling.read(lines, first_day=first_day, last_day=last_day, previous=previous)
    opening_fen = reconciling.opening_fen(entered, previous)
    statement = CustodyStatement(
        custody_account=account,
        number=before.number + 1 if before is not None else 1,
        first_day=first_day,
        last_day=last_day,
        opening_fen=opening_fen,
        closing_fen=opening_fen + sum(line.amount_fen for line in entered),
        books_before_fen=bookings.books_fen(account, before=midnight(first_day)),
        books_fen=bookings.books_fen(account, before=midnight(last_day + _A_DAY)),
        digest=digest,
        imported_by=by,
        imported_at=at,
    )
    db.session.add(statement)
    db.session.flush()
    db.session.add_all(_row(statement, line) for line in entered)
    db.session.flush()
    find_bookings(account, at=at)
    audit.note("import-statement", "custody-statement", statement.ref, by=by, role="treasurer", at=at)
    facts.state(
        "custody-statement", statement.ref, at=at, custody=account, last_day=last_day.isoformat(),
        bank_fen=statement.closing_fen, books_fen=statement.books_fen, difference_fen=statement.difference_fen,
    )  # fmt: skip
    differing.settle_explained(account, at=at)
    return statement


def find_bookings(account: str, *, at: dt.datetime) -> int:
    """Find the bookings of every line that has none yet; returns how many. Done twice, it finds them once."""
    lines = unmatched(account)
    names = {
        line.id: reconciling.names_in(line.bank_reference, vault.unseal(line.text_sealed, purpose=TEXT))
        for line in lines
    }
    known = bookings.named(account, {name for some in names.values() for name in some})
    taken = set(db.session.scalars(select(CustodyMatch.entry_id).where(CustodyMatch.entry_id.in_([*known]))))
    paired = reconciling.pair(
        (Named(line.id, line.amount_fen, names[line.id]) for line in lines),
        (Named(entry, fen, said) for entry, (fen, said) in known.items() if entry not in taken),
    )
    db.session.add_all(CustodyMatch(entry_id=entry, line_id=line, at=at) for entry, line in paired.items())
    db.session.flush()
    _follow_placed(account, at=at)
    return len(paired)


def _follow_placed(account: str, *, at: dt.datetime) -> None:
    """What was booked again when the owner of a held transfer was found belongs to the line of that transfer."""
    placed = bookings.placed_later(account)
    followers = [entry for entries in placed.values() for entry in entries]
    chosen = select(CustodyMatch).where(CustodyMatch.entry_id.in_([*placed, *followers]))
    matched = {row.entry_id: row.line_id for row in db.session.scalars(chosen)}
    db.session.add_all(
        CustodyMatch(entry_id=entry, line_id=matched[held], at=at)
        for held, entries in placed.items()
        for entry in entries
        if held in matched and entry not in matched
    )
    db.session.flush()


def unmatched(account: str) -> Sequence[CustodyLine]:
    """Lines of a custody account that no booking belongs to yet, in their order."""
    return db.session.scalars(
        select(CustodyLine)
        .outerjoin(CustodyMatch, CustodyMatch.line_id == CustodyLine.id)
        .where(CustodyLine.custody_account == account, CustodyMatch.entry_id.is_(None))
        .order_by(CustodyLine.day, CustodyLine.id)
    ).all()


def last_of(account: str) -> CustodyStatement | None:
    """The last statement of a custody account."""
    return db.session.scalar(
        select(CustodyStatement)
        .where(CustodyStatement.custody_account == account)
        .order_by(CustodyStatement.number.desc())
        .limit(1)
    )


def last_ones() -> dict[str, CustodyStatement]:
    """The last statement of every custody account that has one."""
    last = (
        select(CustodyStatement.custody_account, func.max(CustodyStatement.number).label("number"))
        .group_by(CustodyStatement.custody_account)
        .subquery()
    )
    rows = db.session.scalars(
        select(CustodyStatement).join(
            last,
            (CustodyStatement.custody_account == last.c.custody_account) & (CustodyStatement.number == last.c.number),
        )
    ).all()
    return {row.custody_account: row for row in rows}


def statement_with(ref: str) -> CustodyStatement | None:
    """The statement of this reference."""
    return db.session.scalar(select(CustodyStatement).where(CustodyStatement.ref == ref))


def _hold(account: str) -> None:
    """One statement of an account after the other: the second sees where the first ended."""
    db.session.execute(
        select(Plan.id).where(Plan.custody_account == account).order_by(Plan.id).with_for_update(of=Plan)
    ).all()


def _row(statement: CustodyStatement, line: Entered) -> CustodyLine:
    return CustodyLine(
        statement_id=statement.id,
        custody_account=statement.custody_account,
        number=line.number,
        day=line.day,
        bank_reference=line.bank_reference,
        amount_fen=line.amount_fen,
        balance_fen=line.balance_fen,
        text_sealed=vault.seal(line.text, purpose=TEXT),
    )
