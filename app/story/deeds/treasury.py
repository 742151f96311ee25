"""What treasurers do of an afternoon: one checks what may be approved, the other approves it, and one releases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select

from app.db import db, transaction
from app.models import Award, Payout, Period
from app.services import settling
from app.services.days import day_of
from app.story.deeds.gate import somebody
from app.treasury import actions as treasury

_PAYS = (
    select(Award.period_id)
    .join(Payout, Payout.award_id == Award.id)
    .where(Payout.state == "due", Payout.waiting_since.is_(None))
)
"""The periods with payouts that nobody has released yet."""


def approve_all(at: dt.datetime) -> None:
    """Check and approve every period whose objection days are over, each by somebody else."""
    waiting = select(Period.id).where(Period.state == "locked", Period.objections_last_day < day_of(at))
    for period_id in db.session.scalars(waiting.order_by(Period.id)).all():
        with transaction():
            period = db.session.get_one(Period, period_id)
            seen = settling.preview(period, at=at)
            treasury.check(period, seen.digest, by=somebody("treasurer-2"), at=at)
            treasury.approve(period, seen.digest, by=somebody("treasurer-1"), at=at)


def release_all(at: dt.datetime, *, not_yet: Collection[str]) -> int:
    """Release the payments of every settled period, but of those named; returns how many periods that were."""
    settled = (Period.state == "settled", Period.settle_day <= day_of(at), Period.name.not_in(not_yet))
    due = select(Period.id).where(*settled, Period.id.in_(_PAYS))
    periods = db.session.scalars(due.order_by(Period.id)).all()
    for period_id in periods:
        with transaction():
            treasury.release(db.session.get_one(Period, period_id), by=somebody("treasurer-2"), at=at)
    return len(periods)
