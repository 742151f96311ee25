"""What the desk of custody statements asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import select

from app.db import db
from app.models import Account, CustodyLine, CustodyStatement, Plan
from app.services import vault
from app.services.bank_statements import reading
from app.services.bank_statements.differing import Compared, Part

LATELY: Final = 50


def listed() -> Sequence[CustodyStatement]:
    """The last statements, newest first."""
    return db.session.scalars(
        select(CustodyStatement).order_by(CustodyStatement.last_day.desc(), CustodyStatement.id.desc()).limit(LATELY)
    ).all()


def plans_of(account: str) -> Sequence[Plan]:
    """The plans that keep their money in a custody account."""
    return db.session.scalars(select(Plan).where(Plan.custody_account == account).order_by(Plan.position)).all()


def lines(statement: CustodyStatement) -> Sequence[CustodyLine]:
    """The lines of a statement, in the order of the file."""
    return db.session.scalars(
        select(CustodyLine).where(CustodyLine.statement_id == statement.id).order_by(CustodyLine.number)
    ).all()


def texts(shown: Iterable[CustodyLine | None]) -> dict[int, str]:
    """What the bank wrote beside lines, opened."""
    return {line.id: vault.unseal(line.text_sealed, purpose=reading.TEXT) for line in shown if line is not None}


def part_of(compared: Compared, key: str) -> Part | None:
    """The part of this key."""
    return next((part for part in compared.parts if part.key == key), None)


def names(statement: CustodyStatement, parts: Iterable[Part]) -> dict[int, str]:
    """The names of the treasurers who had a hand in it."""
    said = [part.explanation for part in parts if part.explanation is not None]
    ids = {statement.imported_by, *(one.proposed_by for one in said), *(one.decided_by for one in said)} - {None}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in rows}
