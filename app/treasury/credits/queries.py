"""What the desk of credits asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain import credits as law
from app.models import Account, Credit, NamedCredit, Period
from app.services import crediting


@dataclass(frozen=True, slots=True)
class Listed:
    """One credit with the period it corrects."""

    credit: Credit
    period: Period
    expected: law.Credit | None
    """What it would come to if it was confirmed now; None once it is answered."""
    open: int
    """Of those named: how many have not got it yet."""


def waiting() -> list[Listed]:
    """What was proposed and waits for a second treasurer, with what it would come to now."""
    return [Listed(one, crediting.period_of(one), crediting.expected(one), 0) for one in crediting.waiting()]


def answered_lately() -> list[Listed]:
    """What a second treasurer has answered, the last first."""
    found = db.session.scalars(
        select(Credit).where(Credit.state != "proposed").order_by(Credit.decided_at.desc()).limit(20)
    ).all()
    left = db.session.execute(
        select(NamedCredit.credit_id, func.count())
        .where(NamedCredit.done_at.is_(None), NamedCredit.credit_id.in_([one.id for one in found]))
        .group_by(NamedCredit.credit_id)
    ).all()
    open_ = {credit_id: number for credit_id, number in left}  # noqa: C416 -- rows are not pairs to a reader of types
    return [Listed(one, crediting.period_of(one), None, open_.get(one.id, 0)) for one in found]


def names(listed: Sequence[Listed]) -> dict[int, str]:
    """The names of the treasurers of these credits."""
    ids = {one.credit.proposed_by for one in listed} | {one.credit.decided_by for one in listed}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids - {None})))
    return {row.id: row.name for row in rows}


def period(name: str) -> Period | None:
    """The period of this name."""
    return db.session.scalar(select(Period).where(Period.name == name))
