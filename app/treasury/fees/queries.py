"""What the desk of the fee asks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.db import db
from app.models import Account, FeeTaking, Plan


def plan(slug: str) -> Plan | None:
    """The plan of this slug."""
    return db.session.scalar(select(Plan).where(Plan.slug == slug))


def names(takings: Sequence[FeeTaking]) -> dict[int, str]:
    """The names of the treasurers of these takings."""
    ids = {one.proposed_by for one in takings} | {one.decided_by for one in takings if one.decided_by}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in rows}
