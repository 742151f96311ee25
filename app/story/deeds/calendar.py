"""What treasurers do to a period's calendar, and to a plan's reserve."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.db import db, transaction
from app.domain.period_states import LOCKED_STATES
from app.models import Period, Plan
from app.services import fee_takings, reserves
from app.story.bad_day import Deed
from app.story.deeds.gate import somebody
from app.treasury.changes import actions as changing

if TYPE_CHECKING:
    from app.story.telling import Story


def postpones(slug: str, *, by_days: int, reason: str) -> Deed:
    """A treasurer moves the next period of a plan: its publication day, or its settle day once it is locked."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            period = _next_of(slug)
            day = period.settle_day if period.locked_at is not None else period.publication_day
            changing.postpone(period, day + dt.timedelta(days=by_days), reason, by=somebody(who), at=at)

    return deed


def postpones_planned(slug: str, *, by_days: int, reason: str) -> Deed:
    """A treasurer moves the publication day of the period of a plan that is planned next."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            planned = (
                select(Period).join(Plan, Period.plan_id == Plan.id).where(Plan.slug == slug, Period.state == "planned")
            )
            period = db.session.scalars(planned.order_by(Period.publication_day).limit(1)).one()
            day = period.publication_day + dt.timedelta(days=by_days)
            changing.postpone(period, day, reason, by=somebody(who), at=at)

    return deed


def cancels(slug: str, *, reason: str) -> Deed:
    """A treasurer cancels the period of a plan that is open; its cases go to the next one."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            changing.cancel(_next_of(slug), reason, by=somebody(who), at=at)

    return deed


def fills_reserve(slug: str, fen: int, *, reference: str, confirmed_by: str | None) -> Deed:
    """A donation comes for a plan's reserve: one treasurer records it, another one confirms it, or has not yet."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            plan = db.session.scalars(select(Plan).where(Plan.slug == slug)).one()
            funding = reserves.record(
                plan, "donation", fen, source="晨光公益基金会", reference=reference, by=somebody(who).id, at=at
            )
            if confirmed_by is not None:
                reserves.answer(funding, "confirmed", by=somebody(confirmed_by).id, at=at)

    return deed


def takes_fee(slug: str, part_percent: int, *, let_go_by: str | None) -> Deed:
    """A part of what may leave of a plan's fee is proposed; another treasurer lets it go, or has not yet."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            purse = next(one for one in fee_takings.purses() if one.plan.slug == slug)
            taking = fee_takings.propose(
                purse.plan,
                purse.most_fen * part_percent // 100,
                recipient="均摊运营方（演示）",
                by=somebody(who).id,
                at=at,
            )
            if let_go_by is not None:
                fee_takings.answer(taking, "taken", by=somebody(let_go_by).id, at=at)

    return deed


def _next_of(slug: str) -> Period:
    """The period of a plan that comes next: the open one, or else the first that is planned."""
    open_first = (
        select(Period)
        .join(Plan, Period.plan_id == Plan.id)
        .where(Plan.slug == slug, Period.state.in_((*LOCKED_STATES, "planned", "postponed")))
        .order_by(Period.publication_day)
    )
    return db.session.scalars(open_first.limit(1)).one()
