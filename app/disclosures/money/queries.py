"""What the public asks about the money: each custody account with its line of payouts, and the reserves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.models import CustodyStatement, Plan
from app.services import custody, payouts, reversals
from app.services.bank_statements import reading
from app.services.custody import Custody

MOVEMENTS_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Account:
    """One custody account as the public sees it."""

    custody: Custody
    line: list[payouts.InLine]
    taken_back_fen: int
    """What banks have taken back of top-ups since the beginning; asked only where money is missing."""
    statement: CustodyStatement | None
    """What the bank said last."""

    @property
    def missing_fen(self) -> int:
        """What of the money that is owed is not in custody; 0 when all of it is."""
        return max(0, -self.custody.cover.left_fen)


def accounts() -> list[Account]:
    """Every custody account."""
    found = custody.custodies()
    lines, said = payouts.lines(found), reading.last_ones()
    short = [one.name for one in found if one.cover.left_fen < 0]
    taken_back = reversals.taken_back_fen(short) if short else {}
    return [Account(one, lines[one.name], taken_back.get(one.name, 0), said.get(one.name)) for one in found]


def plan(slug: str) -> Plan | None:
    """The plan of this slug."""
    return db.session.scalar(select(Plan).where(Plan.slug == slug))
