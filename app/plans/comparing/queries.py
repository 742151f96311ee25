"""What is said of each plan when several stand side by side, and whether they say the same. Asks no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.plans.choosing.queries import Listed


@dataclass(frozen=True, slots=True)
class Property:
    """One line of the comparison: what each plan says of it, as values that the page puts into words."""

    key: str
    values: tuple[Any, ...]

    @property
    def differs(self) -> bool:
        """Whether not all say the same."""
        return any(value != self.values[0] for value in self.values[1:])


_PROPERTIES: Final[Mapping[str, Callable[[Listed], Any]]] = {
    "open": lambda one: not one.closes,
    "ages": lambda one: (
        one.now.rules.member.entry_age_from_days,
        one.now.rules.member.entry_age_from,
        one.now.rules.member.entry_age_to,
    ),
    "prerequisite": lambda one: one.now.rules.member.prerequisite,
    "upper_age": lambda one: (one.now.rules.member.leaves_at_age, one.now.rules.member.moves_to),
    "helps_with": lambda one: one.now.rules.helps_with,
    "kind": lambda one: one.now.rules.member.kind,
    "top_fen": lambda one: one.now.rules.member.top_fen,
    "benefits": lambda one: tuple(
        (benefit.name, benefit.age_from, benefit.age_to, benefit.amount_fen)
        for benefit in one.now.rules.member.benefits
    ),
    "waiting_days": lambda one: one.now.rules.member.waiting_days,
    "exclusions": lambda one: tuple(clause.text for clause in one.now.rules.member.exclusions),
    "questions": lambda one: tuple(item.question for item in one.now.rules.member.declaration),
    "report_within_days": lambda one: one.now.rules.member.report_within_days,
    "appeal_within_days": lambda one: one.now.rules.member.appeal_within_days,
    "year_paid": lambda one: one.year.sum_fen,
    "last_share": lambda one: one.now.last.settlement.share_fen if one.now.last else None,
    "fee_bp": lambda one: one.now.rules.pool.fee_bp,
    "cap_case_fen": lambda one: one.now.rules.pool.cap_case_fen,
    "cap_year_fen": lambda one: one.now.rules.pool.cap_year_fen,
    "join_least_fen": lambda one: one.now.rules.pool.join_least_fen,
    "balance": lambda one: (
        one.now.rules.pool.floor_fen,
        one.now.rules.pool.remind_below_fen,
        one.now.rules.pool.comfortable_fen,
    ),
    "grace_days": lambda one: one.now.rules.pool.grace_days,
    "calendar": lambda one: (
        one.now.rules.pool.calendar.publish_days,
        one.now.rules.pool.calendar.settle_days,
        one.now.rules.pool.calendar.objection_days,
    ),
    "members": lambda one: one.now.members,
}


def side_by_side(plans: Sequence[Listed]) -> list[Property]:
    """Every property of the plans, in the order in which people ask for them."""
    return [Property(key, tuple(said(one) for one in plans)) for key, said in _PROPERTIES.items()]
