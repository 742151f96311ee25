"""Figures are made when they are due, period after period, each from the one before and from what is new.

A body of kind `members`:

    on, since, days           the day of the lock, of the lock before (at first: the opening of the plan), days between
    members, before           heads at this lock and at the one before
    bands, grace              heads by age band; of these in grace (null where it was asked too late to know)
    arrears_fen               what those below zero owed together (null likewise)
    joined, left              who came and who went since the lock before, the latter by how
    half_days                 exposure by band (app/domain/incidence.py) since the lock before

A body of kind `money` repeats the settlement (`share_fen`, `charged_fen`, `asked_fen`, `shared_fen`, `received_fen`,
`fee_fen`, `unpaid_fen`, `cases`, `members`), says what each band paid (`paid`), and adds all of it up over the periods
of the pool so far (`so_far`, with `half_days`). What a band paid and was exposed to is its heads times something
public: so `told_paid` and `told_half_days` add up the heads as they were told, and only those are ever shown.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.db import db
from app.domain.claim_figures import OTHER
from app.domain.cross_subsidy import paid_by_band
from app.domain.incidence import half_member_days
from app.domain.masking import AGE_BANDS
from app.domain.period_states import LOCKED_STATES
from app.domain.suppression import Told, suppress
from app.models import Period, PeriodFigure, Settlement
from app.services.days import day_of
from app.services.period_figures import cells, counting

MEMBERS: Final = "members"
MONEY: Final = "money"
SUMS: Final = ("charged_fen", "asked_fen", "shared_fen", "received_fen", "fee_fen", "unpaid_fen", "cases")
"""What is added up from period to period."""
_SETTLED: Final = ("settled", "paid")


def is_due(pool_id: int) -> bool:
    """Whether a lock or a settlement of a pool has no figures yet."""
    return bool(db.session.scalar(select(exists().where(*_due(pool_id)))))


def make_next(pool_id: int, *, at: dt.datetime) -> str | None:
    """Make the figures of the oldest period that lacks some; returns its name, or None when none is due.

    Whether members are in grace is known only as long as the lock is open: made later, their standing is not told.
    """
    period = db.session.scalar(select(Period).where(*_due(pool_id)).order_by(Period.seq).limit(1))
    if period is None:
        return None
    made = set(db.session.scalars(select(PeriodFigure.kind).where(PeriodFigure.period_id == period.id)))
    if MEMBERS not in made:
        db.session.add(PeriodFigure(period_id=period.id, kind=MEMBERS, made_at=at, body=members_body(period)))
        db.session.flush()
    if MONEY not in made and period.state in _SETTLED:
        db.session.add(PeriodFigure(period_id=period.id, kind=MONEY, made_at=at, body=money_body(period)))
        cells.add(period)
    db.session.flush()
    return period.name


def members_body(period: Period, *, is_fresh: bool | None = None) -> dict[str, Any]:
    """What a lock says of those who share; `is_fresh` says whether their standing can be known (by the state)."""
    fresh = period.state in LOCKED_STATES if is_fresh is None else is_fresh
    heads, before = counting.bands(period), _before(period, MEMBERS)
    short = counting.short(period) if fresh else None
    if period.locked_at is None:
        raise LookupError(f"{period.name} is not locked")
    on = day_of(period.locked_at)
    since = dt.date.fromisoformat(before["on"]) if before else min(period.plan.opened_on, on)
    days, heads_before = (on - since).days, before["bands"] if before else {}
    members, members_before, left = sum(heads.values()), sum(heads_before.values()), counting.left(period)
    return {
        "on": on.isoformat(),
        "since": since.isoformat(),
        "days": days,
        "members": members,
        "before": members_before,
        "bands": heads,
        "grace": dict(short.grace) if short else None,
        "arrears_fen": short.arrears_fen if short else None,
        "joined": members - members_before + sum(left.values()),
        "left": left,
        "half_days": _half_days(heads_before, heads, days),
        "told_half_days": _half_days(_told(heads_before), _told(heads), days),
    }


def told_bands(heads: Mapping[str, int]) -> Told[str]:
    """Heads by band as the public reads them: small bands together."""
    return suppress({band: heads[band] for band in reversed(AGE_BANDS) if band in heads})


def money_body(period: Period) -> dict[str, Any]:
    """What a settlement says of money, and what all settlements of the pool have said so far."""
    settlement = db.session.scalars(select(Settlement).where(Settlement.period_id == period.id)).one()
    heads = figure_of(period.id, MEMBERS)
    if heads is None:
        raise LookupError(f"{period.name} has no figures of its lock")
    before = _before(period, MONEY)
    so_far: Mapping[str, Any] = before["so_far"] if before else {}
    own = {
        "charged_fen": settlement.share_fen * settlement.members,
        "asked_fen": settlement.approved_fen,
        "shared_fen": settlement.shared_payouts_fen,
        "received_fen": settlement.shared_payouts_fen + settlement.from_reserve_fen + settlement.from_operator_fen,
        "fee_fen": settlement.fee_fen,
        "unpaid_fen": settlement.unpaid_fen,
        "cases": settlement.cases,
    }
    paid = paid_by_band(heads["bands"], settlement.share_fen)
    told_paid = paid_by_band(_told(heads["bands"]), settlement.share_fen)
    return {
        **own,
        "share_fen": settlement.share_fen,
        "members": settlement.members,
        "paid": paid,
        "so_far": {
            **{name: so_far.get(name, 0) + own[name] for name in SUMS},
            "paid": _added(so_far.get("paid", {}), paid),
            "half_days": _added(so_far.get("half_days", {}), heads["half_days"]),
            "told_paid": _added(so_far.get("told_paid", {}), told_paid),
            "told_half_days": _added(so_far.get("told_half_days", {}), heads.get("told_half_days", {})),
            "periods": so_far.get("periods", 0) + 1,
            "since": so_far.get("since", heads["since"]),
        },
    }


def figure_of(period_id: int, kind: str) -> dict[str, Any] | None:
    """A body at rest."""
    return db.session.scalar(
        select(PeriodFigure.body).where(PeriodFigure.period_id == period_id, PeriodFigure.kind == kind)
    )


def _told(heads: Mapping[str, int]) -> dict[str, int]:
    """Every head once, in its band or among the others."""
    told = told_bands(heads)
    return {**told.named, **({OTHER: told.rest} if told.rest else {})}


def _half_days(before: Mapping[str, int], now: Mapping[str, int], days: int) -> dict[str, int]:
    return {band: half_member_days(before.get(band, 0), now.get(band, 0), days) for band in sorted({*before, *now})}


def _before(period: Period, kind: str) -> dict[str, Any] | None:
    """The body of the period before in the same pool; None for the first one."""
    return db.session.scalar(
        select(PeriodFigure.body)
        .join(Period, PeriodFigure.period_id == Period.id)
        .where(
            Period.pool_id == period.pool_id,
            Period.seq < period.seq,
            Period.state != "cancelled",
            PeriodFigure.kind == kind,
        )
        .order_by(Period.seq.desc())
        .limit(1)
    )


def _due(pool_id: int) -> tuple[ColumnElement[bool], ...]:
    def has(kind: str) -> ColumnElement[bool]:
        return exists().where(PeriodFigure.period_id == Period.id, PeriodFigure.kind == kind)

    return (
        Period.pool_id == pool_id,
        Period.locked_at.is_not(None),
        Period.state != "cancelled",
        or_(~has(MEMBERS), and_(Period.state.in_(_SETTLED), ~has(MONEY))),
    )


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    total = Counter(one)
    total.update(other)
    return dict(total)
