"""Held against owed: every custody account with all that is in it or outstanding, and all that is owed out of it.

However many accounts and plans there are, four questions are asked: which plans, what the ledger holds for them, who
of their members owes, and what is on its way out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain import ledger
from app.domain.custody import cover_left_fen
from app.models import Award, Membership, Payout, Period, Plan, Pool
from app.services import journal


@dataclass(frozen=True, slots=True)
class Cover:
    """One custody account: what it holds, what of it is owed to whom, and what may leave for claims."""

    bank_fen: int
    positive_balances_fen: int
    arrears_fen: int
    pending_fen: int
    surplus_fen: int
    reserve_fen: int
    unclaimed_fen: int
    suspense_fen: int
    promised_fen: int
    """Released, on its way, and not confirmed yet; not what is sent again, which waits in suspense."""

    @property
    def left_fen(self) -> int:
        """What may still be released."""
        return (
            cover_left_fen(
                self.bank_fen,
                positive_balances_fen=self.positive_balances_fen,
                pending_fen=self.pending_fen,
                surplus_fen=self.surplus_fen,
                reserve_fen=self.reserve_fen,
                unclaimed_fen=self.unclaimed_fen,
                suspense_fen=self.suspense_fen,
            )
            - self.promised_fen
        )


@dataclass(frozen=True, slots=True)
class Custody:
    """One custody account: what is in it and outstanding, and to whom it is owed. Both sides have the same sum."""

    name: str
    cover: Cover
    unpaid_shares_fen: int
    subsidy_fen: int
    claims_payable_fen: int
    fee_payable_fen: int
    due_fen: int
    """Settled and not released: what still asks for cover."""
    reserves_fen: Mapping[str, int]
    """What the reserve of each plan holds, by slug, in the order of the catalogue."""
    fees_fen: Mapping[str, int]
    """What the operator has not taken of each plan's fee, likewise."""

    @property
    def spare_fen(self) -> int:
        """What the account holds beyond everything owed to members and to cases, settled or in line: for the fee."""
        return self.cover.left_fen - (self.claims_payable_fen - self.cover.promised_fen)

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


def names() -> list[str]:
    """Every custody account that a plan names."""
    return list(
        db.session.scalars(
            select(Plan.custody_account)
            .where(Plan.custody_account.is_not(None))
            .distinct()
            .order_by(Plan.custody_account)
        )
    )


def of(name: str) -> Custody:
    """What is held and owed in one account. LookupError for an account that no plan names."""
    found = custodies(name)
    if not found:
        raise LookupError(f"no plan keeps its money in {name}")
    return found[0]


def custodies(name: str | None = None) -> list[Custody]:
    """What is held and owed, account by account, all of them unless one is named."""
    named = Plan.custody_account == name if name is not None else Plan.custody_account.is_not(None)
    rows = db.session.execute(
        select(Plan.custody_account, Plan.slug, Pool.id, Pool.name)
        .outerjoin(Pool, Pool.plan_id == Plan.id)
        .where(named)
        .order_by(Plan.custody_account, Plan.position, Pool.id)
    ).all()
    plans: defaultdict[str, list[str]] = defaultdict(list)
    pools: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for account, slug, pool_id, pool in rows:
        if slug not in plans[account]:
            plans[account].append(slug)
        if pool_id is not None:
            pools[account][pool_id] = pool
    books = {account: _accounts(account, plans[account], list(pools[account].values())) for account in plans}
    held = journal.held({one for kinds in books.values() for named in kinds.values() for one in named})
    arrears = _arrears([pool_id for account in plans for pool_id in pools[account]])
    leaving = _leaving()
    return [
        _custody(
            account,
            {kind: sum(held[one] for one in named) for kind, named in books[account].items()},
            arrears_fen=sum(arrears.get(pool_id, 0) for pool_id in pools[account]),
            leaving=leaving,
            reserves_fen={slug: held[ledger.reserve(slug)] for slug in plans[account]},
            fees_fen={slug: held[ledger.fee_payable(slug)] for slug in plans[account]},
        )
        for account in plans
    ]


def _accounts(account: str, plans: list[str], pools: list[str]) -> dict[str, list[ledger.Account]]:
    """The accounts of the ledger that stand behind each line of one custody account."""
    return {
        "bank": [ledger.bank(account)],
        "members": [ledger.member_funds(pool) for pool in pools],
        "pending": [ledger.pending_funds(pool) for pool in pools],
        "surplus": [ledger.rounding_carry(pool) for pool in pools],
        "unpaid": [ledger.unpaid_shares(pool) for pool in pools],
        "reserve": [ledger.reserve(plan) for plan in plans],
        "unclaimed": [ledger.unclaimed_balances(plan) for plan in plans],
        "subsidy": [ledger.operator_subsidy(plan) for plan in plans],
        "claims": [ledger.claims_payable(plan) for plan in plans],
        "fee": [ledger.fee_payable(plan) for plan in plans],
        "suspense": [ledger.suspense],
    }


def _arrears(pool_ids: list[int]) -> dict[int, int]:
    """What members who still share owe each pool: Σ max(−balance, 0), a range over the few below the index."""
    rows = db.session.execute(
        select(Membership.pool_id, func.sum(Pool.index_fen - Membership.threshold_fen))
        .join(Pool, Membership.pool_id == Pool.id)
        .where(
            Membership.pool_id.in_(pool_ids),
            Membership.state == "sharing",
            Membership.threshold_fen < Pool.index_fen,
        )
        .group_by(Membership.pool_id)
    ).all()
    return {pool_id: int(fen) for pool_id, fen in rows}


def _leaving() -> dict[tuple[str, str], int]:
    """What is due, and what is released and not booked yet (not what is sent again: it waits in suspense)."""
    rows = db.session.execute(
        select(Plan.custody_account, Payout.state, func.sum(Payout.amount_fen))
        .join(Award, Payout.award_id == Award.id)
        .join(Period, Award.period_id == Period.id)
        .join(Plan, Period.plan_id == Plan.id)
        .where((Payout.state == "due") | ((Payout.state == "released") & Payout.entry_id.is_(None)))
        .group_by(Plan.custody_account, Payout.state)
    ).all()
    return {(account, state): int(fen) for account, state, fen in rows}


def _custody(  # noqa: PLR0913 -- everything an account is made of
    account: str,
    sums: Mapping[str, int],
    *,
    arrears_fen: int,
    leaving: Mapping[tuple[str, str], int],
    reserves_fen: Mapping[str, int],
    fees_fen: Mapping[str, int],
) -> Custody:
    return Custody(
        name=account,
        cover=Cover(
            bank_fen=sums["bank"],
            positive_balances_fen=sums["members"] + arrears_fen,
            arrears_fen=arrears_fen,
            pending_fen=sums["pending"],
            surplus_fen=sums["surplus"],
            reserve_fen=sums["reserve"],
            unclaimed_fen=sums["unclaimed"],
            suspense_fen=sums["suspense"],
            promised_fen=leaving.get((account, "released"), 0),
        ),
        unpaid_shares_fen=sums["unpaid"],
        subsidy_fen=sums["subsidy"],
        claims_payable_fen=sums["claims"],
        fee_payable_fen=sums["fee"],
        due_fen=leaving.get((account, "due"), 0),
        reserves_fen=reserves_fen,
        fees_fen=fees_fen,
    )
