"""Cases by age band, group and place, over all periods: what may be told by name, and what waits for company.

Counted is what is true of a case whose claimant agreed to publication, as the small-group rule counts it; the others
stay `UNTOLD`. A person who receives in parts counts once. Age is told by plan, group and place over all plans together,
each in one scope alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.places import REGIONS, region_of
from app.domain.suppression import UNTOLD, release
from app.models import Award, Case, FigureCell, Period, SettlementAward

EVERYWHERE: Final = "all"
"""The scope of what is told over all plans together."""
AGE: Final = "age"
GROUP: Final = "group"
PLACE: Final = "place"


@dataclass(frozen=True, slots=True)
class _Settled:
    """What one award adds."""

    values: dict[tuple[str, str], str]
    """By scope and dimension."""
    is_first: bool
    """Whether its claim was not counted before."""
    shared_fen: int
    received_fen: int


def add(period: Period) -> None:
    """Add the cases of a settled period, and tell by name what has come together."""
    settled = list(_settled(period))
    scopes = sorted({key for one in settled for key in one.values})
    for scope, dimension in scopes:
        found = _cells(scope, dimension)
        for one in settled:
            cell = _cell(found, scope, dimension, one.values[scope, dimension])
            cell.waiting_cases += one.is_first
            cell.waiting_shared_fen += one.shared_fen
            cell.waiting_received_fen += one.received_fen
        for value in release({value: cell.waiting_cases for value, cell in found.items()}):
            _tell(found[value], as_=found[value])
        if dimension == PLACE:
            _tell_regions(found, scope)
    db.session.flush()


def _tell_regions(found: dict[str, FigureCell], scope: str) -> None:
    """Where provinces of a region have too few each and enough together, the region is told instead."""
    waiting: Counter[str] = Counter()
    for value, cell in found.items():
        waiting[_region(value)] += cell.waiting_cases
    for region in release(waiting):
        as_ = _cell(found, scope, PLACE, region)
        for value, cell in list(found.items()):
            if value != region and _region(value) == region:
                _tell(cell, as_=as_)


def _region(place: str) -> str:
    return place if place == UNTOLD or place in REGIONS else region_of(place)


def _tell(cell: FigureCell, *, as_: FigureCell) -> None:
    as_.named_cases += cell.waiting_cases
    as_.named_shared_fen += cell.waiting_shared_fen
    as_.named_received_fen += cell.waiting_received_fen
    cell.waiting_cases = cell.waiting_shared_fen = cell.waiting_received_fen = 0


def _settled(period: Period) -> Iterator[_Settled]:
    earlier, settled_before = aliased(Award), aliased(SettlementAward)
    counted = exists().where(
        earlier.claim_id == Award.claim_id,
        earlier.id < Award.id,
        settled_before.award_id == earlier.id,
    )
    rows = db.session.execute(
        select(
            Case.level, Case.true_age_band, Case.true_disease_group, Case.true_province,
            SettlementAward.shared_fen, SettlementAward.from_reserve_fen, SettlementAward.from_operator_fen, ~counted,
        )
        .select_from(SettlementAward)
        .join(Award, SettlementAward.award_id == Award.id)
        .join(Case, Case.award_id == Award.id)
        .where(Award.period_id == period.id)
        .order_by(Award.number)
    ).all()  # fmt: skip
    slug = period.plan.slug
    for level, age, group, place, shared_fen, reserve_fen, operator_fen, is_first in rows:
        tells = level > 0 and age != ""
        yield _Settled(
            values={
                (slug, AGE): age if tells else UNTOLD,
                (EVERYWHERE, GROUP): group if tells else UNTOLD,
                (EVERYWHERE, PLACE): place if tells else UNTOLD,
            },
            is_first=bool(is_first),
            shared_fen=shared_fen,
            received_fen=shared_fen + reserve_fen + operator_fen,
        )


def _cells(scope: str, dimension: str) -> dict[str, FigureCell]:
    rows = db.session.scalars(
        select(FigureCell)
        .where(FigureCell.scope == scope, FigureCell.dimension == dimension)
        .order_by(FigureCell.id)
        .with_for_update()
    )
    return {cell.value: cell for cell in rows}


def _cell(found: dict[str, FigureCell], scope: str, dimension: str, value: str) -> FigureCell:
    if value not in found:
        found[value] = FigureCell(
            scope=scope, dimension=dimension, value=value,
            named_cases=0, named_shared_fen=0, named_received_fen=0,
            waiting_cases=0, waiting_shared_fen=0, waiting_received_fen=0,
        )  # fmt: skip
        db.session.add(found[value])
    return found[value]
