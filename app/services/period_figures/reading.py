"""Figures as they are told: only of periods that are seen, and never a small number by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from app.db import db
from app.domain.claim_figures import OTHER
from app.domain.cross_subsidy import Band, Received, bands
from app.domain.incidence import incidence
from app.domain.masking import AGE_BANDS
from app.domain.suppression import suppress
from app.models import FigureCell, Period, PeriodFigure, Plan, Pool
from app.services import visibility
from app.services.period_figures.cells import AGE, EVERYWHERE
from app.services.period_figures.making import MEMBERS, MONEY, told_bands

ALL: Final = "all"
ORDER: Final = (*AGE_BANDS, OTHER, ALL)
"""Bands in the order of a table."""
SHOWN: Final = 24
"""So many periods of a plan stand in a chart: a year."""


@dataclass(frozen=True, slots=True)
class BandCount:
    """Members of one age band and standing. `OTHER` bands are small ones together; `ALL` is any standing."""

    band: str
    standing: str
    members: int


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a plan in the charts. What a settlement says is None before it."""

    plan: str
    name: str
    on: dt.date
    """The day of the lock."""
    members: int
    joined: int
    left: int
    arrears_fen: int | None
    """At the lock; None where it was counted too late to know."""
    share_fen: int | None
    charged_fen: int | None
    shared_fen: int | None


@dataclass(frozen=True, slots=True)
class SoFar:
    """What all settlements of a plan, up to one, have said together."""

    until: str
    """The name of that period."""
    since: dt.date
    periods: int
    cases: int
    charged_fen: int
    asked_fen: int
    shared_fen: int
    received_fen: int
    fee_fen: int
    unpaid_fen: int
    paid_fen: Mapping[str, int]
    """What members of each band paid together, while it was told by name; the rest as `OTHER`."""
    half_days: Mapping[str, int]
    """Exposure of each band, likewise."""
    whole: frozenset[str]
    """The bands of whose exposure at most a hundredth stands among the others: their cases can be set against it."""

    @property
    def carried_fen(self) -> int:
        """What was charged beyond cases, fee and old debts: carried on; below zero, it came from before."""
        return self.charged_fen - self.shared_fen - self.fee_fen - self.unpaid_fen


@dataclass(frozen=True, slots=True)
class Incidence:
    """Cases of one band per 10,000 member-years; `ALL` for every band, those not told apart among them."""

    band: str
    cases: int | None
    """None where too few have come together to be told."""
    half_days: int
    """The exposure in half member-days (app/domain/incidence.py)."""

    @property
    def per_10_000(self) -> Fraction | None:
        """Exactly; None where nothing is told, or nobody was a member for a day."""
        return incidence(self.cases, self.half_days) if self.cases is not None else None


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """The figures of one plan."""

    points: Sequence[Point]
    """Oldest first, at most `SHOWN`."""
    members: Sequence[BandCount]
    """At the newest lock."""
    so_far: SoFar | None
    """None before the first settlement."""
    made_at: dt.datetime
    """When the newest of them was made."""

    @property
    def newest(self) -> Point:
        """The period locked last."""
        return self.points[-1]


def members_by_band(period: Period) -> list[BandCount]:
    """Who was locked for a period, by age band and standing; [] while it is not seen or not counted yet."""
    return members_by_band_of([period]).get(period.id, [])


def members_by_band_of(periods: Iterable[Period]) -> dict[int, list[BandCount]]:
    """`members_by_band` of many periods, by their numbers, in one question."""
    wanted = [period.id for period in periods if visibility.is_seen(period)]
    rows = db.session.execute(
        select(PeriodFigure.period_id, PeriodFigure.body).where(
            PeriodFigure.period_id.in_(wanted), PeriodFigure.kind == MEMBERS
        )
    ).all()
    return {period_id: told_members(body) for period_id, body in rows}


def of_plans(slug: str | None = None) -> dict[str, PlanFigures]:
    """The figures of every plan that has locked a period, or of one, in the order of the catalogue. One question."""
    found: dict[str, dict[str, list[tuple[Period, PeriodFigure]]]] = {}
    rows = db.session.execute(
        select(Plan.slug, Period, PeriodFigure)
        .join(Period, PeriodFigure.period_id == Period.id)
        .join(Plan, Period.plan_id == Plan.id)
        .join(Pool, Period.pool_id == Pool.id)
        .where(
            visibility.SEEN,
            Period.state != "cancelled",
            Period.seq > Pool.seq - SHOWN,
            *([Plan.slug == slug] if slug else []),
        )
        .order_by(Plan.position, Period.seq)
        .options(lazyload(Period.plan), lazyload(Period.pool), lazyload(Period.pool_terms))
    )
    for name, period, figure in rows:
        found.setdefault(name, {MEMBERS: [], MONEY: []})[figure.kind].append((period, figure))
    return {name: _plan(name, kinds[MEMBERS], kinds[MONEY]) for name, kinds in found.items() if kinds[MEMBERS]}


def told_members(body: Mapping[str, Any]) -> list[BandCount]:
    """Heads by band and standing as they may be told: small bands together, small standings within their band."""
    told = told_bands(body["bands"])
    found = []
    for band in sorted(told.named, key=AGE_BANDS.index):
        standings = {ALL: told.named[band]}
        if body["grace"] is not None:
            in_grace = body["grace"].get(band, 0)
            standings = {"good": told.named[band] - in_grace, "grace": in_grace}
        apart = suppress(standings)
        found += [BandCount(band, standing, number) for standing, number in apart.named.items()]
        found += [BandCount(band, ALL, apart.rest)] if apart.rest else []
    return [*found, BandCount(OTHER, ALL, told.rest)] if told.rest else found


def cells(scope: str, dimension: str) -> list[FigureCell]:
    """What is kept of one dimension; most cases first."""
    return cells_of([(scope, dimension)])


def cells_of(wanted: Sequence[tuple[str, str]]) -> list[FigureCell]:
    """What is kept of several scopes and dimensions, in one question; most cases first."""
    asked = db.or_(*((FigureCell.scope == scope) & (FigureCell.dimension == dimension) for scope, dimension in wanted))
    rows = db.session.scalars(select(FigureCell).where(asked)).all()
    return sorted(rows, key=lambda cell: (-cell.named_cases, -cell.named_received_fen, cell.value))


def named(cells_: Iterable[FigureCell], *, shared: bool) -> dict[str, Received]:
    """What is told by name: cases and money, out of shares alone or with what reserve and operator added."""
    return {
        cell.value: Received(cell.named_cases, cell.named_shared_fen if shared else cell.named_received_fen)
        for cell in cells_
        if cell.named_cases
    }


def waiting(cells_: Iterable[FigureCell], *, shared: bool) -> Received:
    """What is not told apart, together."""
    rest = list(cells_)
    return Received(
        sum(cell.waiting_cases for cell in rest),
        sum(cell.waiting_shared_fen if shared else cell.waiting_received_fen for cell in rest),
    )


def incidence_by_band(so_far: SoFar, ages: Sequence[FigureCell]) -> list[Incidence]:
    """Cases per 10,000 member-years of each band, then of all bands.

    A band tells the cases that are told by name, at least so many; one that tells none says nothing, unless there are
    no cases that wait among the others.
    """
    known, rest = named(ages, shared=True), waiting(ages, shared=True).cases
    rows: list[tuple[str, int | None, int]] = [
        (band, _cases_of(band, known, rest) if band in so_far.whole else None, so_far.half_days[band])
        for band in AGE_BANDS
        if so_far.half_days.get(band)
    ]
    rows.append((ALL, sum(one.cases for one in known.values()) + rest, sum(so_far.half_days.values())))
    return [Incidence(*row) for row in rows]


def _cases_of(band: str, known: Mapping[str, Received], rest: int) -> int | None:
    return known[band].cases if band in known else None if rest else 0


def cross_subsidy(so_far: SoFar, ages: Sequence[FigureCell]) -> list[Band]:
    """What each band paid together and what its cases received of it, youngest first, then small bands together."""
    return bands(so_far.paid_fen, named(ages, shared=True), waiting(ages, shared=True), (*AGE_BANDS, OTHER))


def ages_of(slug: str) -> tuple[str, str]:
    """Where the ages of a plan's cases are kept: for `cells_of`."""
    return slug, AGE


def everywhere(dimension: str) -> tuple[str, str]:
    """Where a dimension over all plans is kept: for `cells_of`."""
    return EVERYWHERE, dimension


def _plan(
    slug: str, locks: list[tuple[Period, PeriodFigure]], settled: list[tuple[Period, PeriodFigure]]
) -> PlanFigures:
    money = {period.id: figure for period, figure in settled}
    return PlanFigures(
        points=[_point(slug, period, figure.body, money.get(period.id)) for period, figure in locks],
        members=told_members(locks[-1][1].body),
        so_far=_so_far(*settled[-1]) if settled else None,
        made_at=max(figure.made_at for _period, figure in (*locks, *settled)),
    )


def _point(slug: str, period: Period, heads: Mapping[str, Any], money: PeriodFigure | None) -> Point:
    body: Mapping[str, Any] = money.body if money else {}
    return Point(
        plan=slug,
        name=period.name,
        on=dt.date.fromisoformat(heads["on"]),
        members=heads["members"],
        joined=heads["joined"],
        left=sum(heads["left"].values()),
        arrears_fen=heads["arrears_fen"],
        share_fen=body.get("share_fen"),
        charged_fen=body.get("charged_fen"),
        shared_fen=body.get("shared_fen"),
    )


def _so_far(period: Period, figure: PeriodFigure) -> SoFar:
    told = figure.body["so_far"]
    shown = told.get("told_half_days", {})
    return SoFar(
        until=period.name,
        since=dt.date.fromisoformat(told["since"]),
        periods=told["periods"],
        cases=told["cases"],
        charged_fen=told["charged_fen"],
        asked_fen=told["asked_fen"],
        shared_fen=told["shared_fen"],
        received_fen=told["received_fen"],
        fee_fen=told["fee_fen"],
        unpaid_fen=told["unpaid_fen"],
        paid_fen=told.get("told_paid", {}),
        half_days=shown,
        whole=frozenset(band for band, exact in told["half_days"].items() if 100 * shown.get(band, 0) >= 99 * exact),
    )
