"""Figures: what was made once is what counting and adding up again give, and what the journal moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.domain import ledger
from app.models import (
    Award,
    FigureCell,
    JournalEntry,
    Period,
    PeriodFigure,
    PersonCorrection,
    Plan,
    Pool,
    PostingRow,
    Settlement,
    SettlementAward,
)
from app.services.period_figures import counting
from app.services.period_figures.cells import AGE, EVERYWHERE, GROUP, PLACE
from app.services.period_figures.making import MEMBERS, MONEY, SUMS


def recomputed() -> Iterable[str]:
    """The newest figures of each pool, and what is kept of cases by age, group and place."""
    for pool in db.session.scalars(select(Pool).order_by(Pool.id)).all():
        heads, money = (_newest(pool, kind) for kind in (MEMBERS, MONEY))
        if heads is not None:
            yield from _heads(*heads)
        if money is not None:
            yield from _money(pool, *money)
    yield from _cells()


def _heads(period: Period, figure: PeriodFigure) -> Iterator[str]:
    told: dict[str, Any] = figure.body
    again = (counting.joined(period), sum(counting.left(period).values()))
    if (told["joined"], sum(told["left"].values())) != again:
        yield f"{period.name}: {again[0]} joined and {again[1]} left, the figures tell something else"
    if sum(told["bands"].values()) != period.members or told["members"] != period.members:
        yield f"{period.name}: {period.members} were locked, the figures tell {told['members']}"
    elif not _corrected_since(figure) and counting.bands(period) != told["bands"]:
        yield f"{period.name}: ages are not those of the figures"


def _corrected_since(figure: PeriodFigure) -> bool:
    """Whether a birth date was corrected since: then ages are told as they were known."""
    corrections = select(PersonCorrection.id).where(
        PersonCorrection.state == "accepted", PersonCorrection.decided_at >= figure.made_at
    )
    return db.session.scalar(corrections.limit(1)) is not None


def _money(pool: Pool, period: Period, figure: PeriodFigure) -> Iterator[str]:
    received = Settlement.shared_payouts_fen + Settlement.from_reserve_fen + Settlement.from_operator_fen
    of_pool = (Settlement.pool_id == pool.id, Settlement.seq <= period.seq)
    sums = db.session.execute(
        select(
            func.sum(Settlement.share_fen * Settlement.members),
            func.sum(Settlement.approved_fen),
            func.sum(Settlement.shared_payouts_fen),
            func.sum(received),
            func.sum(Settlement.fee_fen),
            func.sum(Settlement.unpaid_fen),
            func.sum(Settlement.cases),
        ).where(*of_pool)
    ).one()
    told = figure.body["so_far"]
    for name, fen in zip(SUMS, sums, strict=True):
        if told[name] != int(fen or 0):
            yield f"{period.name}: settlements add up to {name} {int(fen or 0)}, the figures to {told[name]}"
    if sum(told["paid"].values()) != told["charged_fen"]:
        yield f"{period.name}: what the ages paid is not what was charged"
    entries = select(JournalEntry.id).join(Settlement, Settlement.entry_id == JournalEntry.id).where(*of_pool)
    for side, account, name in (
        (PostingRow.debit_account, ledger.member_funds(pool.name), "charged_fen"),
        (PostingRow.credit_account, ledger.claims_payable(pool.plan.slug), "received_fen"),
    ):
        moved = select(func.coalesce(func.sum(PostingRow.amount_fen), 0)).where(
            PostingRow.entry_id.in_(entries), side == str(account)
        )
        fen = int(db.session.scalar(moved) or 0)
        if told[name] != fen:
            yield f"{period.name}: the ledger moved {fen}, the figures tell {name} {told[name]}"


def _cells() -> Iterator[str]:
    received = SettlementAward.shared_fen + SettlementAward.from_reserve_fen + SettlementAward.from_operator_fen
    rows = db.session.execute(
        select(Plan.slug, func.sum(received))
        .select_from(SettlementAward)
        .join(Award, SettlementAward.award_id == Award.id)
        .join(Period, Award.period_id == Period.id)
        .join(Plan, Period.plan_id == Plan.id)
        .join(PeriodFigure, (PeriodFigure.period_id == Period.id) & (PeriodFigure.kind == MONEY))
        .group_by(Plan.slug)
    ).all()
    settled = {(slug, AGE): int(fen) for slug, fen in rows}
    settled |= {(EVERYWHERE, dimension): sum(int(fen) for _slug, fen in rows) for dimension in (GROUP, PLACE)}
    kept = func.sum(FigureCell.named_received_fen + FigureCell.waiting_received_fen)
    asked = select(FigureCell.scope, FigureCell.dimension, kept).group_by(FigureCell.scope, FigureCell.dimension)
    told = {(scope, dimension): int(fen) for scope, dimension, fen in db.session.execute(asked)}
    for scope, dimension in sorted({*settled, *told}):
        right, is_told = settled.get((scope, dimension), 0), told.get((scope, dimension), 0)
        if right != is_told:
            yield f"cases of {scope} by {dimension}: {right} were received, the figures tell {is_told}"


def _newest(pool: Pool, kind: str) -> tuple[Period, PeriodFigure] | None:
    row = db.session.execute(
        select(Period, PeriodFigure)
        .join(PeriodFigure, PeriodFigure.period_id == Period.id)
        .where(Period.pool_id == pool.id, Period.state != "cancelled", PeriodFigure.kind == kind)
        .order_by(Period.seq.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None
