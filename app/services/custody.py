"""Held against owed: every custody account with all that is in it or outstanding, and all that is owed out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain import ledger
from app.models import Award, Payout, Period, Plan, Pool
from app.services import journal, payouts


@dataclass(frozen=True, slots=True)
class Custody:
    """One custody account: what is in it and outstanding, and to whom it is owed. Both sides have the same sum."""

    name: str
    cover: payouts.Cover
    unpaid_shares_fen: int
    subsidy_fen: int
    claims_payable_fen: int
    fee_payable_fen: int
    due_fen: int
    """Settled and not released: what still asks for cover."""

    @property
    def held_fen(self) -> int:
        """Money at the bank, and what members, later periods and the operator still bring."""
        return self.cover.bank_fen + self.cover.arrears_fen + self.unpaid_shares_fen + self.subsidy_fen

    @property
    def owed_fen(self) -> int:
        """What is owed to members, to cases and for the fee."""
        cover = self.cover
        to_members = cover.positive_balances_fen + cover.pending_fen + cover.unclaimed_fen + cover.suspense_fen
        return to_members + cover.surplus_fen + cover.reserve_fen + self.claims_payable_fen + self.fee_payable_fen


def custodies() -> list[Custody]:
    """What is held and owed, account by account."""
    names = db.session.scalars(select(Plan.custody_account).distinct().order_by(Plan.custody_account)).all()
    return [_custody(name) for name in names]


def _custody(name: str) -> Custody:
    plans = db.session.scalars(select(Plan.slug).where(Plan.custody_account == name)).all()
    pools = db.session.scalars(select(Pool.name).join(Plan).where(Plan.custody_account == name)).all()
    due = (
        select(func.coalesce(func.sum(Payout.amount_fen), 0))
        .join(Award, Payout.award_id == Award.id)
        .join(Period, Award.period_id == Period.id)
        .join(Plan, Period.plan_id == Plan.id)
        .where(Payout.state == "due", Plan.custody_account == name)
    )
    return Custody(
        name=name,
        cover=payouts.cover(name),
        unpaid_shares_fen=_held([ledger.unpaid_shares(pool) for pool in pools]),
        subsidy_fen=_held([ledger.operator_subsidy(plan) for plan in plans]),
        claims_payable_fen=_held([ledger.claims_payable(plan) for plan in plans]),
        fee_payable_fen=_held([ledger.fee_payable(plan) for plan in plans]),
        due_fen=int(db.session.scalar(due) or 0),
    )


def _held(accounts: Sequence[ledger.Account]) -> int:
    return sum(journal.held_fen(account) for account in accounts)
