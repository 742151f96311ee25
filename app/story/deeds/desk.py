"""The desk of the reviewers: claims are taken and handed over, somebody is away, somebody declares a conflict."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.db import db, transaction
from app.models import Claim
from app.review.desk import actions
from app.services.days import day_of
from app.story.bad_day import Deed
from app.story.deeds.gate import somebody

if TYPE_CHECKING:
    from app.story.telling import Story


def is_taken(*, by: str) -> Deed:
    """A caseworker looks after the last claim of this account."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            one = _last(who)
            actions.take(one, "", seen=one.assigned_to or 0, by=somebody(by), at=at)

    return deed


def is_handed_over(reason: str, *, to: str) -> Deed:
    """Whoever looks after the last claim of this account gives it to a colleague."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            one = _last(who)
            labels = [f"caseworker-{number}" for number in range(1, 5)]
            holder = next(person for person in map(somebody, labels) if person.id == one.assigned_to)
            actions.hand_over(one, somebody(to), reason, by=holder, at=at)

    return deed


def is_too_near(kind: str, note: str, *, to: str) -> Deed:
    """A caseworker declares a conflict with the last claim of this account."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            actions.declare(_last(who), kind, note, by=somebody(to), at=at)

    return deed


def goes_away(days: int) -> Deed:
    """A caseworker is away for so many days."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            actions.say_away(day_of(at) + dt.timedelta(days=days), by=somebody(who), at=at)

    return deed


def _last(who: str) -> Claim:
    """The claim this account handed in last."""
    own = select(Claim).where(Claim.account_id == somebody(who).id, Claim.submitted_at.is_not(None))
    return db.session.scalars(own.order_by(Claim.id.desc()).limit(1)).one()
