"""What a visitor asks about plans. Each page asks a fixed number of questions, whatever the data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sqlalchemy import select

from app.db import db
from app.domain.calendar import completed_years, first_eligible_day, period_after
from app.domain.eligibility import NeedsMembership, Reason, Yes, joining_days, may_join
from app.domain.equation import Equation, equation_of
from app.domain.period_states import LOCKED_STATES
from app.domain.rule_changes import Change as RuleChange
from app.domain.rule_changes import Changes, changes_between
from app.domain.terms import Benefit, Clause, Rules
from app.models import Period, Plan, Pool, RuleVersion, Settlement
from app.services import rulebook
from app.services.days import day_of
from app.services.visibility import SEEN

_SHOWN = 24
REMEMBERED: Final = 72
"""Settlements of a plan that are looked back on: three years of a plan that settles twice a month."""
_YEAR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Past:
    """One settled period of a plan."""

    period: Period
    equation: Equation
    settled_on: dt.date
    cases: int


@dataclass(frozen=True, slots=True)
class Health:
    """How a pool has done over its last settled periods."""

    periods: int
    members_first: int
    """Who shared in the first of them."""
    members_last: int
    cases: int
    per_hundred_thousand: int
    """Cases in all of them for each 100,000 of the members there were on average, rounded half up."""
    asked_fen: int
    paid_fen: int
    """Out of shares, reserve and operator."""

    @property
    def paid_bp(self) -> int | None:
        """What was paid of what was asked, in basis points, rounded down; None when nothing was asked."""
        return self.paid_fen * 10_000 // self.asked_fen if self.asked_fen else None


@dataclass(frozen=True, slots=True)
class Charged:
    """What every member of a plan was charged in one settled period."""

    name: str
    year: int
    month: int
    number: int
    publication_day: dt.date
    settled_on: dt.date
    share_fen: int


@dataclass(frozen=True, slots=True)
class YearPaid:
    """What a member was charged in the last twelve months."""

    sum_fen: int | None
    """None: nothing was settled in them."""
    settlements: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a plan would mean for somebody born on a day who joins today."""

    age: int
    reasons: tuple[Reason, ...]
    """Why joining is not possible; without `NeedsMembership`, which is said beside the answer."""
    needs: str | None
    """Slug of the plan one must be a member of first."""
    until_day: dt.date
    """The last day on which the age allows joining."""
    eligible_from: dt.date
    benefits: tuple[Benefit, ...]
    """What a case would receive at this age."""
    shared_fen: int
    """What a member would have been charged in the last twelve months."""
    settlements: int


@dataclass(frozen=True, slots=True)
class Change:
    """Two versions that follow each other, and what differs between them."""

    before: RuleVersion
    after: RuleVersion
    changes: Changes

    @property
    def numbers(self) -> list[RuleChange]:
        """The terms of all members that are one number or word: short enough for a line."""
        return [one for one in self.changes.pool if one.kind == "value"]


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """One line of the payout table: an age band, and the benefits that differ by severity."""

    age_from: int
    age_to: int
    benefits: tuple[Benefit, ...]


def versions(slug: str) -> list[RuleVersion]:
    """Every rule version of a plan, newest first; [] for a plan there is not."""
    return list(
        db.session.scalars(
            select(RuleVersion)
            .join(Plan, RuleVersion.plan_id == Plan.id)
            .where(Plan.slug == slug)
            .order_by(RuleVersion.number.desc())
        )
    )


def change_to(every: Sequence[RuleVersion], number: int) -> Change | None:
    """What the version of this number changed against the one before it; None for the first and for none."""
    found = {version.number: version for version in every}
    after, before = found.get(number), found.get(number - 1)
    if after is None or before is None:
        return None
    return _change(before, after)


def change_between(every: Sequence[RuleVersion], earlier: int, later: int) -> Change:
    """What the version of one number changed against that of a smaller one, over all versions in between."""
    found = {version.number: version for version in every}
    return _change(found[earlier], found[later])


def _change(before: RuleVersion, after: RuleVersion) -> Change:
    return Change(before, after, changes_between(rulebook.rules_of(before), rulebook.rules_of(after)))


def history(plan_id: int) -> list[Past]:
    """The last settled periods of a plan, oldest first."""
    rows = db.session.execute(
        select(Period, Settlement)
        .join(Settlement, Settlement.period_id == Period.id)
        .where(Period.plan_id == plan_id)
        .order_by(Settlement.at.desc())
        .limit(_SHOWN)
    ).all()
    return [
        Past(row.Period, equation_of(row.Settlement), day_of(row.Settlement.at), row.Settlement.cases)
        for row in reversed(rows)
    ]


def charged() -> dict[int, list[Charged]]:
    """What each plan's members were charged in its settlements of the last years, oldest first, by the plan's id.

    One question for all plans, of a bounded number of rows whatever their age.
    """
    rows = db.session.execute(
        select(
            Period.plan_id,
            Period.name,
            Period.year,
            Period.month,
            Period.number,
            Period.publication_day,
            Settlement.at,
            Settlement.share_fen,
        )
        .join(Settlement, Settlement.period_id == Period.id)
        .join(Pool, Pool.id == Settlement.pool_id)
        .where(Settlement.seq > Pool.seq - REMEMBERED)
        .order_by(Settlement.at, Settlement.seq)
    ).all()
    found: dict[int, list[Charged]] = {}
    for plan_id, name, year, month, number, publication_day, at, share_fen in rows:
        one = Charged(name, year, month, number, publication_day, day_of(at), share_fen)
        found.setdefault(plan_id, []).append(one)
    return found


def paid_in_a_year(past: Sequence[Charged], *, on: dt.date) -> YearPaid:
    """What a member of a plan was charged in the twelve months up to a day."""
    last_year = [one.share_fen for one in past if one.settled_on > on - _YEAR]
    return YearPaid(sum(last_year) if last_year else None, len(last_year))


def health(past: Sequence[Past]) -> Health | None:
    """How the pool has done over the last settled periods; None before the first."""
    if not past:
        return None
    settled = [one.equation for one in past]
    cases, members = sum(one.cases for one in past), sum(one.members for one in settled)
    return Health(
        periods=len(past),
        members_first=settled[0].members,
        members_last=settled[-1].members,
        cases=cases,
        per_hundred_thousand=(2 * cases * 100_000 * len(past) + members) // (2 * members) if members else 0,
        asked_fen=sum(one.approved_fen for one in settled),
        paid_fen=sum(one.shared_payouts_fen + one.from_reserve_fen + one.from_operator_fen for one in settled),
    )


def coming(plan_id: int, *, day: dt.date) -> list[Period]:
    """The periods of a plan that are not settled yet, soonest first."""
    return list(
        db.session.scalars(
            select(Period)
            .where(
                Period.plan_id == plan_id,
                Period.state.in_(("planned", "postponed", *LOCKED_STATES)),
                Period.settle_day >= day - _YEAR,
                SEEN,
            )
            .order_by(Period.publication_day)
            .limit(4)
        )
    )


def meaning(rules: Rules, birth_on: dt.date, past: Sequence[Past], *, on: dt.date) -> Meaning:
    """What a plan would mean for somebody born on a day, who would join on the day `on`."""
    verdict = may_join(birth_on, on, rules.member)
    reasons = () if isinstance(verdict, Yes) else verdict
    age = completed_years(birth_on, on)
    last_year = [one for one in past if one.settled_on > on - _YEAR]
    return Meaning(
        age=age,
        reasons=tuple(reason for reason in reasons if not isinstance(reason, NeedsMembership)),
        needs=next((reason.slug for reason in reasons if isinstance(reason, NeedsMembership)), None),
        until_day=joining_days(birth_on, rules.member).until_day,
        eligible_from=first_eligible_day(on, rules.member.waiting_days),
        benefits=tuple(one for one in rules.member.benefits if one.age_from <= age <= one.age_to),
        shared_fen=sum(one.equation.share_fen for one in last_year),
        settlements=len(last_year),
    )


def payout_table(rules: Rules) -> tuple[list[str], list[PayoutRow]]:
    """The benefits of a plan as lines by age, and the keys of the benefits in the order of the columns.

    A benefit that spans several lines stands in each of them, so that every line says everything about its ages.
    """
    benefits = rules.member.benefits
    starts = sorted({one.age_from for one in benefits} | {one.age_to + 1 for one in benefits})
    rows = []
    for first, after in pairwise(starts):
        here = tuple(one for one in benefits if one.age_from <= first <= one.age_to)
        if here:
            rows.append(PayoutRow(first, after - 1, here))
    return list(dict.fromkeys(one.key for one in benefits)), rows


def first_share_day(rules: Rules, *, on: dt.date) -> dt.date:
    """The settle day of the first period that somebody who joins on a day would share."""
    return period_after(rules.pool.calendar, on).settle_day


def clauses_in_order(rules: Rules) -> list[Clause]:
    """Every numbered sentence of a version, exclusions among them, by chapter and number."""
    return sorted(
        (*rules.member.clauses, *rules.member.exclusions),
        key=lambda clause: tuple(int(part) for part in clause.number.split(".")),
    )
