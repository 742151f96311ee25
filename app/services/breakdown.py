"""Where every term of a period's equation comes from: for the public page, the bulletin and the treasury alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select

from app.db import db
from app.domain.equation import Caps, Equation, caps_of, equation_of
from app.domain.terms import Benefit, Rules
from app.models import Payout, Period, Settlement, SettlementAward
from app.services import forecasts, rulebook

_STATES = ("due", "released", "paid", "returned", "failed")


@dataclass(frozen=True, slots=True)
class Origin:
    """Cases that asked for the same amount, and what they receive together."""

    benefits: tuple[Benefit, ...]
    """What the rules pay this amount for; empty for amounts that follow from bills or were reduced."""
    asked_fen: int | None
    """What each of them asked; None when they asked for different amounts."""
    cases: int
    shared_fen: int
    received_fen: int


@dataclass(frozen=True, slots=True)
class Paid:
    """How far the payouts of a settled period are."""

    due: int
    released: int
    paid: int
    returned: int
    failed: int
    waiting: int
    """Of those due: released, and waiting for money of the pool."""

    @property
    def payouts(self) -> int:
        """All of them."""
        return self.due + self.released + self.paid + self.returned + self.failed


@dataclass(frozen=True, slots=True)
class Sum:
    """The arithmetic of one period with everything it rests on."""

    equation: Equation
    caps: Caps
    origins: list[Origin]
    cases: int
    paid: Paid | None
    """None while the period is not settled."""
    expected_fen: Mapping[int, int]
    """What each case would receive, by its number; empty once the period is settled."""


@dataclass(frozen=True, slots=True)
class _Alike:
    """Cases of one settlement, or of one preview, that asked for the same amount."""

    asked_fen: int
    cases: int
    shared_fen: int
    received_fen: int


def sum_of(period: Period, settlement: Settlement | None, *, at: dt.datetime) -> Sum | None:
    """The arithmetic of a period: as it was settled, or as it would be now; None when nothing is locked."""
    if period.pool_terms is None:
        return None
    rules = rulebook.rules_of(period.pool_terms.version)
    if settlement is not None:
        return _settled(settlement, rules)
    expected = forecasts.previews([period], at=at).get(period.id)
    if expected is None:
        return None
    quote = expected.quote
    alike = [_Alike(share.asked_fen, 1, share.shared_fen, share.received_fen) for share in quote.cases]
    expected_fen = {share.number: share.received_fen for share in quote.cases}
    caps = caps_of(quote, rules.pool, (share.asked_fen for share in quote.cases))
    return Sum(equation_of(quote), caps, origins(rules, alike), len(quote.cases), None, expected_fen)


def _settled(settlement: Settlement, rules: Rules) -> Sum:
    received = SettlementAward.shared_fen + SettlementAward.from_reserve_fen + SettlementAward.from_operator_fen
    rows = db.session.execute(
        select(
            SettlementAward.asked_fen,
            func.count(),
            func.sum(SettlementAward.shared_fen),
            func.sum(received),
            *(func.sum(case((Payout.state == state, 1), else_=0)) for state in _STATES),
            func.sum(case((Payout.waiting_since.is_not(None), 1), else_=0)),
        )
        .outerjoin(Payout, Payout.award_id == SettlementAward.award_id)
        .where(SettlementAward.pool_id == settlement.pool_id, SettlementAward.seq == settlement.seq)
        .group_by(SettlementAward.asked_fen)
    ).all()
    alike = [_Alike(row[0], row[1], int(row[2]), int(row[3])) for row in rows]
    asked = (one.asked_fen for one in alike for _ in range(one.cases))
    paid = Paid(*(sum(int(row[4 + place]) for row in rows) for place in range(len(_STATES) + 1)))
    caps = caps_of(settlement, rules.pool, asked)
    return Sum(equation_of(settlement), caps, origins(rules, alike), settlement.cases, paid, {})


def origins(rules: Rules, alike: Iterable[_Alike]) -> list[Origin]:
    """The cases by the benefits whose amount they asked for, highest first; all others in one row at the end.

    The amount of every case is public, so nothing is told here that the table of cases does not tell.
    """
    benefits: dict[int, tuple[Benefit, ...]] = {}
    if rules.member.kind == "lump_sum":
        for benefit in rules.member.benefits:
            benefits[benefit.amount_fen] = (*benefits.get(benefit.amount_fen, ()), benefit)
    groups: dict[int | None, list[_Alike]] = {}
    for one in alike:
        groups.setdefault(one.asked_fen if one.asked_fen in benefits else None, []).append(one)
    named = sorted((asked for asked in groups if asked is not None), reverse=True)
    order: list[int | None] = [*named, *([None] if None in groups else [])]
    return [_origin(benefits.get(asked, ()) if asked else (), asked, groups[asked]) for asked in order]


def _origin(benefits: tuple[Benefit, ...], asked_fen: int | None, group: list[_Alike]) -> Origin:
    return Origin(
        benefits=benefits,
        asked_fen=asked_fen,
        cases=sum(one.cases for one in group),
        shared_fen=sum(one.shared_fen for one in group),
        received_fen=sum(one.received_fen for one in group),
    )
