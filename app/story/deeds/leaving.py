"""Ways out: leaving, staying after all, and asking for what stayed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.db import db, transaction
from app.memberships.leaving import actions as ending
from app.models import Refund, SuspenseItem
from app.services import refunds
from app.story.deeds import members
from app.story.deeds.gate import somebody
from app.treasury.refunds import actions as returning

if TYPE_CHECKING:
    from app.story.telling import Story


def leaves(story: Story, who: str, at: dt.datetime) -> None:
    """A member leaves."""
    label, slug = who.split("/")
    with transaction():
        ending.leave(members.membership_of(story, label, slug), by=somebody(label), at=at)


def stays(story: Story, who: str, at: dt.datetime) -> None:
    """A member who was leaving stays after all."""
    label, slug = who.split("/")
    with transaction():
        ending.stay(members.membership_of(story, label, slug), by=somebody(label), at=at)


def asks_back(story: Story, who: str, at: dt.datetime) -> None:
    """A member whose membership lapsed asks for the balance that stayed; nothing happens where nothing stayed."""
    label, slug = who.split("/")
    try:
        with transaction():
            ending.ask_back(members.membership_of(story, label, slug), by=somebody(label), at=at)
    except refunds.NothingOwed:
        return


def sends_what_waited_back(_story: Story, who: str, at: dt.datetime) -> None:
    """A treasurer sends back what this account paid for a membership that had ended."""
    account = somebody(who)
    waiting = select(SuspenseItem).where(SuspenseItem.closed_at.is_(None))
    for item in db.session.scalars(waiting).all():
        if item.payment.account_id == account.id:
            with transaction():
                returning.send_back(item, by=somebody("treasurer-1"), at=at)


def releases_refunds(_story: Story, _who: str, at: dt.datetime) -> None:
    """A treasurer releases every refund that is due."""
    with transaction():
        returning.release_due(by=somebody("treasurer-1"), at=at)


def refund_comes_back(_story: Story, who: str, at: dt.datetime) -> None:
    """The bank returns a refund that was paid to this account."""
    account = somebody(who)
    paid = select(Refund).where(Refund.account_id == account.id, Refund.state == "paid").order_by(Refund.id)
    for refund in db.session.scalars(paid.limit(1)).all():
        with transaction():
            returning.came_back(refund, by=somebody("treasurer-1"), at=at)
