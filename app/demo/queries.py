"""What the demonstration's room asks."""

from __future__ import annotations

import datetime as dt

from app.db import db
from app.models.account import Account
from app.models.period import Period
from app.web.doors import STAFF


def accounts_by_role() -> list[tuple[str, list[Account]]]:
    """The accounts one can play, staff roles in their fixed order, members last; a role nobody holds is left out."""
    playable = db.session.scalars(
        db.select(Account)
        .where(Account.demo_label.is_not(None), Account.closed_at.is_(None))
        .order_by(Account.demo_label)
    ).all()
    found: dict[str, list[Account]] = {role: [] for role in (*STAFF, "member")}
    for account in playable:
        held = [role for role in STAFF if account.works_as(role)]
        found[held[0] if held else "member"].append(account)
    return [(role, accounts) for role, accounts in found.items() if accounts]


def account_with_label(label: str) -> Account | None:
    """The account of this label; no other account can be entered without a password."""
    return db.session.scalar(db.select(Account).where(Account.demo_label == label, Account.closed_at.is_(None)))


def next_event_day(after: dt.date) -> dt.date | None:
    """The next day on which some period is published, closes its objections, settles or has to be paid."""
    unfinished = Period.state.not_in(("paid", "cancelled"))
    days = [
        db.session.scalar(db.select(db.func.min(day)).where(day > after, unfinished))
        for day in (Period.publication_day, Period.settle_day, Period.pay_by_day)
    ]
    last = db.session.scalar(
        db.select(db.func.min(Period.objections_last_day)).where(Period.objections_last_day >= after, unfinished)
    )
    over = [last + dt.timedelta(days=1)] if last is not None else []
    return min([day for day in days if day is not None] + over, default=None)
