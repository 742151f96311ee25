"""What is asked before a period is changed: what it is now, and what would follow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain.calendar import PeriodDays
from app.models import Award, Claim, Membership, Period
from app.services import rescheduling


@dataclass(frozen=True, slots=True)
class Follows:
    """What a change would do."""

    cases: int
    """Cases whose money it concerns: published ones, before the lock whatever is approved so far."""
    pending: int
    """Members who wait for the lock to be over."""


def period(name: str) -> Period | None:
    """The period of this name."""
    return db.session.scalar(select(Period).where(Period.name == name))


def follows(one: Period) -> Follows:
    """Whom a change concerns."""
    if one.locked_at is not None:
        cases = select(func.count(Award.id)).join(Claim, Award.claim_id == Claim.id)
        cases = cases.where(Award.period_id == one.id, Claim.state == "published")
    else:
        cases = select(func.count(Claim.id)).join(Membership, Claim.membership_id == Membership.id)
        cases = cases.where(Membership.plan_id == one.plan_id, Claim.state == "approved")
    waiting = select(func.count(Membership.id)).where(Membership.pool_id == one.pool_id, Membership.state == "pending")
    return Follows(db.session.scalar(cases) or 0, db.session.scalar(waiting) or 0)


def days_if_moved(one: Period, to: dt.date, *, today: dt.date) -> PeriodDays:
    """The days of a period if it were postponed to this one. Raises `DayDoesNotFit`."""
    return rescheduling.moved(one, to, today=today)
