"""What the desk of reserves asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.models import Account, Funding, Plan
from app.services import reserves


@dataclass(frozen=True, slots=True)
class Reserve:
    """What the reserve of one plan holds, and what its operator owes."""

    plan: Plan
    held_fen: int
    promised_fen: int


def all_reserves() -> list[Reserve]:
    """The reserve of every plan."""
    plans = db.session.scalars(select(Plan).order_by(Plan.position)).all()
    return [Reserve(plan, reserves.held_fen(plan), reserves.promised_fen(plan)) for plan in plans]


def plan(slug: str) -> Plan | None:
    """The plan of this slug."""
    return db.session.scalar(select(Plan).where(Plan.slug == slug))


def answered_lately() -> Sequence[Funding]:
    """What a second treasurer has answered, the last first."""
    return db.session.scalars(
        select(Funding).where(Funding.state != "recorded").order_by(Funding.decided_at.desc()).limit(20)
    ).all()


def names(fundings: Sequence[Funding]) -> dict[int, str]:
    """The names of the treasurers of these records."""
    ids = {one.recorded_by for one in fundings} | {one.decided_by for one in fundings if one.decided_by}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in rows}
