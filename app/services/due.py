"""How far the payouts of settled periods are, as counts and amounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select

from app.db import db
from app.models import Award, Payout, Period

_STATES = ("due", "released", "paid", "returned", "failed")


@dataclass(frozen=True, slots=True)
class Due:
    """How far the payouts of one settled period are."""

    due: int = 0
    released: int = 0
    paid: int = 0
    returned: int = 0
    failed: int = 0
    due_fen: int = 0
    released_fen: int = 0
    paid_fen: int = 0
    returned_fen: int = 0
    failed_fen: int = 0
    waiting: int = 0
    """Of those due: released already, and waiting for money."""

    @property
    def all(self) -> int:
        """How many payouts the period has."""
        return self.due + self.released + self.paid + self.returned + self.failed

    @property
    def came_back(self) -> int:
        """Sent back or refused by the bank: the claimant names an account first."""
        return self.returned + self.failed


def payouts_of(periods: Iterable[Period]) -> dict[int, Due]:
    """How far the payouts of these periods are, by the period's number."""
    counts = [func.sum(case((Payout.state == state, 1), else_=0)) for state in _STATES]
    sums = [func.sum(case((Payout.state == state, Payout.amount_fen), else_=0)) for state in _STATES]
    waiting = func.sum(case((Payout.waiting_since.is_not(None), 1), else_=0))
    rows = db.session.execute(
        select(Award.period_id, *counts, *sums, waiting)
        .join(Payout, Payout.award_id == Award.id)
        .where(Award.period_id.in_([one.id for one in periods]))
        .group_by(Award.period_id)
    ).all()
    return {row[0]: Due(*(int(value) for value in row[1:])) for row in rows}
