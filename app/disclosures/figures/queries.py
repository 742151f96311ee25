"""What the pages of figures ask. Every page asks a fixed number of questions, and none of them counts members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain.cross_subsidy import Band, Received
from app.models import CheckRun, FigureCell, Plan
from app.services import check_runs, claim_figures, custody, reserves
from app.services.claim_figures import Took
from app.services.custody import Custody
from app.services.period_figures import reading
from app.services.period_figures.cells import GROUP, PLACE
from app.services.period_figures.reading import BandCount, Incidence, PlanFigures


@dataclass(frozen=True, slots=True)
class Payouts:
    """What cases received, by one dimension over all plans: what is told by name, and what is not told apart."""

    named: Mapping[str, Received]
    """Most cases first."""
    rest: Received

    @property
    def whole(self) -> Received:
        """All cases of all plans."""
        told = self.named.values()
        return Received(sum(one.cases for one in told) + self.rest.cases, sum(one.fen for one in told) + self.rest.fen)


@dataclass(frozen=True, slots=True)
class Together:
    """The figures of all plans."""

    plans: Mapping[str, PlanFigures]
    members: Sequence[BandCount]
    groups: Payouts
    places: Payouts
    accounts: Sequence[Custody]
    run: CheckRun | None
    """The last time every question about the money was asked."""


@dataclass(frozen=True, slots=True)
class OfPlan:
    """The figures of one plan."""

    slug: str
    figures: PlanFigures | None
    """None before its first lock."""
    incidence: Sequence[Incidence]
    bands: Sequence[Band]
    decision: Took | None
    """How long decisions took; None before the first, and while so few were made that it is not told."""
    reserve_fen: int


def together() -> Together:
    """All plans."""
    plans = reading.of_plans()
    cells = reading.cells_of([reading.everywhere(GROUP), reading.everywhere(PLACE)])
    return Together(
        plans=plans,
        members=_added(plans.values()),
        groups=_payouts([cell for cell in cells if cell.dimension == GROUP]),
        places=_payouts([cell for cell in cells if cell.dimension == PLACE]),
        accounts=custody.custodies(),
        run=check_runs.last_whole(),
    )


def of_plan(slug: str) -> OfPlan | None:
    """One plan; None when there is none of this name."""
    plan = db.session.scalar(select(Plan).where(Plan.slug == slug))
    if plan is None:
        return None
    found = reading.of_plans(slug).get(slug)
    so_far = found.so_far if found else None
    ages = reading.cells_of([reading.ages_of(slug)])
    _all, by_plan = claim_figures.figures()
    took = by_plan[plan.id].took["decision"] if plan.id in by_plan else None
    return OfPlan(
        slug=slug,
        figures=found,
        incidence=reading.incidence_by_band(so_far, ages) if so_far else (),
        bands=reading.cross_subsidy(so_far, ages) if so_far else (),
        decision=took if took and took.is_public else None,
        reserve_fen=reserves.held_fen(plan),
    )


def _payouts(cells: Sequence[FigureCell]) -> Payouts:
    return Payouts(reading.named(cells, shared=False), reading.waiting(cells, shared=False))


def _added(plans: Iterable[PlanFigures]) -> list[BandCount]:
    """What every plan tells of its members, added up: nothing is told here that is not told there."""
    total: Counter[tuple[str, str]] = Counter()
    for plan in plans:
        for one in plan.members:
            total[one.band, one.standing] += one.members
    return [BandCount(*key, members) for key, members in sorted(total.items(), key=lambda item: _place(item[0]))]


def _place(key: tuple[str, str]) -> tuple[int, str]:
    return (reading.ORDER.index(key[0]), key[1])
