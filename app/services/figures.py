"""Figures that several rooms show: a plan as it is now, its last settlement, and what all plans have done together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.equation import Equation, equation_of
from app.domain.terms import Rules
from app.models import (
    Award,
    Claim,
    Membership,
    Period,
    Plan,
    Pool,
    PoolCounter,
    RuleVersion,
    Settlement,
    SettlementAward,
)
from app.services import rulebook


@dataclass(frozen=True, slots=True)
class LastShare:
    """The last settlement of a plan with the period it settled."""

    period: Period
    settlement: Settlement

    @property
    def equation(self) -> Equation:
        """The share as the sum it is."""
        return equation_of(self.settlement)

    @property
    def fee_bp(self) -> int:
        """The fee under which the period was locked, in basis points."""
        row = self.period.pool_terms
        return rulebook.pool_terms(row).fee_bp if row else 0


@dataclass(frozen=True, slots=True)
class PlanNow:
    """One plan on one day: the version that holds, who shares, and what was shared last."""

    plan: Plan
    version: RuleVersion
    rules: Rules
    members: int
    """How many share now."""
    last: LastShare | None


@dataclass(frozen=True, slots=True)
class Together:
    """What all plans have done since the first settlement."""

    helped: int
    """People who were awarded something."""
    shared_fen: int
    """What members were charged, all settlements together."""
    settlements: int
    since: dt.datetime | None


def plans_now(day: dt.date) -> list[PlanNow]:
    """Every plan with its rules of this day, in the order of the catalogue. Three questions, whatever the data."""
    versions = _versions_on(day)
    last = last_shares()
    members = _members_by_plan()
    return [
        PlanNow(
            plan=version.plan,
            version=version,
            rules=rulebook.rules_of(version),
            members=members.get(version.plan_id, 0),
            last=last.get(version.plan_id),
        )
        for version in versions
    ]


def plan_names(day: dt.date) -> dict[str, Rules]:
    """The rules of every plan on this day by slug: for the names of plans that another plan speaks of."""
    return {version.plan.slug: rulebook.rules_of(version) for version in _versions_on(day)}


def _versions_on(day: dt.date) -> list[RuleVersion]:
    """The version of each plan that holds on a day; the first one of a plan that has not begun yet."""
    other = aliased(RuleVersion)
    newer = exists().where(
        other.plan_id == RuleVersion.plan_id, other.valid_from <= day, other.number > RuleVersion.number
    )
    earlier = exists().where(other.plan_id == RuleVersion.plan_id, other.number < RuleVersion.number)
    holds = and_(RuleVersion.valid_from <= day, ~newer)
    not_begun = and_(RuleVersion.valid_from > day, ~earlier)
    return list(
        db.session.scalars(
            select(RuleVersion)
            .join(Plan, RuleVersion.plan_id == Plan.id)
            .where(holds | not_begun)
            .order_by(Plan.position)
        )
    )


def _members_by_plan() -> dict[int, int]:
    rows = db.session.execute(
        select(Pool.plan_id, func.sum(PoolCounter.members))
        .join(PoolCounter, PoolCounter.pool_id == Pool.id)
        .group_by(Pool.plan_id)
    ).all()
    return {plan_id: int(members) for plan_id, members in rows}


def last_shares() -> dict[int, LastShare]:
    """The last settlement of each plan that has settled, by the plan's id."""
    rows = db.session.execute(
        select(Period, Settlement)
        .join(Settlement, Settlement.period_id == Period.id)
        .join(Pool, and_(Pool.id == Settlement.pool_id, Pool.seq == Settlement.seq))
        .order_by(Period.settled_at)
    ).all()
    return {row.Period.plan_id: LastShare(row.Period, row.Settlement) for row in rows}


def together() -> Together:
    """What all plans have done so far."""
    helped = (
        select(func.count(func.distinct(Membership.person_id)))
        .join(Claim, Claim.membership_id == Membership.id)
        .join(Award, Award.claim_id == Claim.id)
        .join(SettlementAward, SettlementAward.award_id == Award.id)
        .where(SettlementAward.shared_fen + SettlementAward.from_reserve_fen + SettlementAward.from_operator_fen > 0)
        .scalar_subquery()
    )
    shared_fen, settlements, since, people = db.session.execute(
        select(
            func.coalesce(func.sum(Settlement.share_fen * Settlement.members), 0),
            func.count(),
            func.min(Settlement.at),
            helped,
        )
    ).one()
    return Together(helped=int(people or 0), shared_fen=int(shared_fen), settlements=int(settlements), since=since)
