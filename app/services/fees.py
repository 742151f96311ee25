"""The operator's fee: what settlements owe it, period by period, and what has left the plan of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain import ledger
from app.models import Plan, Pool, Settlement
from app.services import journal
from app.services.movements import Movement, movements_of


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee of one plan since it began, in fen: settled = gone + still owed."""

    plan: Plan
    settled_fen: int
    """What all settlements name."""
    owed_fen: int
    """What stands in custody for the operator and has not been taken."""

    @property
    def gone_fen(self) -> int:
        """What the operator took, or gave up when the plan closed."""
        return self.settled_fen - self.owed_fen


def of_all() -> list[Fee]:
    """The fee of every plan, in their order; two questions however many plans there are."""
    rows = db.session.execute(
        select(Plan, func.coalesce(func.sum(Settlement.fee_fen), 0))
        .outerjoin(Pool, Pool.plan_id == Plan.id)
        .outerjoin(Settlement, Settlement.pool_id == Pool.id)
        .group_by(Plan.id)
        .order_by(Plan.position, Plan.id)
    ).all()
    owed = journal.held([ledger.fee_payable(plan.slug) for plan, _fen in rows])
    return [Fee(plan, int(fen), owed[ledger.fee_payable(plan.slug)]) for plan, fen in rows]


def of(plan: Plan) -> Fee:
    """The fee of one plan."""
    return next(fee for fee in of_all() if fee.plan.id == plan.id)


def movements(plan: Plan, *, before: int | None = None, most: int = 20) -> list[Movement]:
    """Every fee that was settled, and whatever left of it; newest first."""
    return movements_of(ledger.fee_payable(plan.slug), before=before, most=most)
