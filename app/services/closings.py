"""Which plans are closing, and what that means for joining, paying in, lapsing and claiming. Questions only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db import db
from app.domain.closing import BINDING, OVER, ClosingDays, claims_until, days_of
from app.domain.period_states import LOCKED_STATES
from app.domain.terms import PoolTerms
from app.models import Closing, Period, Plan, Pool
from app.services import rulebook
from app.services.days import day_of


class PlanCloses(Exception):
    """The closing of the plan is announced: nobody joins and nothing is paid in any more."""

    def __init__(self, slug: str, closing_day: dt.date) -> None:
        super().__init__(f"{slug} closes on {closing_day}")
        self.slug, self.closing_day = slug, closing_day


class RunOffOver(Exception):
    """The days of the run-off are over: no claim can be made any more. `until` was the last."""

    def __init__(self, until: dt.date) -> None:
        super().__init__(f"claims could be made until {until}")
        self.until = until


def binding_of(plan_id: int) -> Closing | None:
    """The closing of a plan that was announced and not taken back."""
    return db.session.scalar(select(Closing).where(Closing.plan_id == plan_id, Closing.stage.in_(BINDING)))


def open_of(plan_id: int) -> Closing | None:
    """The closing of a plan that is proposed, announced or carried out."""
    return db.session.scalar(select(Closing).where(Closing.plan_id == plan_id, Closing.stage.not_in(OVER)))


def last_of(plan_id: int) -> Closing | None:
    """The closing everybody may read about: the announced one, else the one that was taken back last."""
    return db.session.scalar(
        select(Closing)
        .where(Closing.plan_id == plan_id, Closing.announced_at.is_not(None))
        .order_by(Closing.id.desc())
        .limit(1)
    )


def all_binding() -> Sequence[Closing]:
    """Every announced closing, the next closing day first."""
    return db.session.scalars(
        select(Closing).where(Closing.stage.in_(BINDING)).order_by(Closing.closing_day, Closing.id)
    ).all()


def binding_slugs() -> frozenset[str]:
    """The slugs of the plans that take nobody any more. One question."""
    return frozenset(
        db.session.scalars(
            select(Plan.slug).join(Closing, Closing.plan_id == Plan.id).where(Closing.stage.in_(BINDING))
        )
    )


def check_open(plan: Plan) -> None:
    """Raises `PlanCloses` from the announcement of a closing on. Hold the pool first where it must stay so."""
    found = binding_of(plan.id)
    if found is not None:
        raise PlanCloses(plan.slug, found.closing_day)


def announced_at(plan_id: int) -> dt.datetime | None:
    """Since when nobody of a plan lapses any more; None while it is not closing."""
    found = binding_of(plan_id)
    return found.announced_at if found is not None else None


def holds_everybody(pool: Pool) -> bool:
    """Whether nobody of a pool lapses, because its plan is closing and nothing can be paid in."""
    return binding_of(pool.plan_id) is not None


def last_event_day(plan_id: int) -> dt.date | None:
    """The last day whose events may be claimed for; None while the plan is not closing."""
    found = binding_of(plan_id)
    return found.closing_day - dt.timedelta(days=1) if found is not None else None


def check_may_claim(plan_id: int, *, on: dt.date) -> None:
    """Raises `RunOffOver` after the last day of the run-off."""
    found = binding_of(plan_id)
    if found is None:
        return
    until = claims_until(found.closing_day, terms_of(found))
    if on > until:
        raise RunOffOver(until)


def terms_of(closing: Closing) -> PoolTerms:
    """The pool terms a closing follows: those that held when it was proposed."""
    return rulebook.rules_of(rulebook.version_on(closing.plan_id, day_of(closing.proposed_at))).pool


def next_shared(closing: Closing) -> Period | None:
    """The next period up to the closing day that still waits for its lock."""
    return db.session.scalar(
        select(Period)
        .where(
            Period.plan_id == closing.plan_id,
            Period.state.in_(("planned", "postponed")),
            Period.publication_day <= closing.closing_day,
        )
        .order_by(Period.publication_day)
        .limit(1)
    )


def shares_no_more(pool_id: int) -> bool:
    """Whether a pool's plan closes and its last settlement that members share is over."""
    found = db.session.scalar(
        select(Closing)
        .join(Pool, Pool.plan_id == Closing.plan_id)
        .where(Pool.id == pool_id, Closing.stage.in_(BINDING))
    )
    if found is None or next_shared(found) is not None:
        return False
    open_lock = select(Period.id).where(Period.pool_id == pool_id, Period.state.in_(LOCKED_STATES), ~Period.run_off)
    return db.session.scalar(open_lock.limit(1)) is None


def shared_once_more(pool_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The same of many pools, in a question about them: whether members will share a settlement there again."""
    ahead = exists().where(
        Period.pool_id == pool_id,
        Period.state.in_(("planned", "postponed")),
        Period.publication_day <= Closing.closing_day,
    )
    over = exists().where(Pool.id == pool_id, Closing.plan_id == Pool.plan_id, Closing.stage.in_(BINDING), ~ahead)
    return ~over


def foreseen(plan: Plan, closing_day: dt.date, terms: PoolTerms, *, announced_on: dt.date) -> ClosingDays:
    """The days of a closing as the plan's periods stand now."""
    rows = db.session.execute(
        select(Period.publication_day, Period.settle_day).where(
            Period.plan_id == plan.id,
            Period.state.not_in(("settled", "paid", "cancelled")),
            ~Period.run_off,
        )
    ).all()
    return days_of(announced_on, closing_day, terms, [(row.publication_day, row.settle_day) for row in rows])


def days_of_closing(closing: Closing) -> ClosingDays:
    """The days of a closing: as it is foreseen, and the day memberships really ended once they have."""
    since = day_of(closing.announced_at or closing.proposed_at)
    days = foreseen(closing.plan, closing.closing_day, terms_of(closing), announced_on=since)
    last = db.session.execute(
        select(Period.publication_day, func.coalesce(Period.settled_at, Period.cancelled_at).label("over_at"))
        .where(
            Period.plan_id == closing.plan_id,
            ~Period.run_off,
            Period.state.in_(("settled", "paid")),
            Period.publication_day >= since - dt.timedelta(days=31),
        )
        .order_by(Period.publication_day.desc())
        .limit(1)
    ).first()
    if days.last_publication_day is not None or last is None:
        return days
    settled_on = day_of(last.over_at)
    ended_on = day_of(closing.run_off_at) if closing.run_off_at else max(closing.closing_day, settled_on)
    return ClosingDays(since, last.publication_day, settled_on, closing.closing_day, ended_on, days.claims_until)
