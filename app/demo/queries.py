"""What the demonstration's room asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement

from app.db import db
from app.domain.period_states import LOCKED_STATES
from app.models import (
    Account,
    Application,
    Bill,
    Claim,
    Funding,
    Investigation,
    Membership,
    Objection,
    Outbox,
    Payout,
    Period,
    Pool,
    Refund,
    Report,
)
from app.services import rulebook
from app.web.doors import STAFF

_WAITING: Final[Mapping[str, Mapping[str, ColumnElement[bool]]]] = {
    "caseworker": {
        "claims": Claim.state.in_(("submitted", "in_review", "recommended", "appealed")),
        "objections": Objection.state == "open",
        "applications": Application.state == "to_be_checked",
        "reports": Report.state == "reported",
        "bills": Bill.state.in_(("submitted", "judged")),
    },
    "treasurer": {
        "periods": Period.state.in_(LOCKED_STATES),
        "payouts": Payout.state.in_(("due", "returned", "failed")),
        "refunds": Refund.state == "due",
        "reserves": Funding.state == "recorded",
    },
    "investigator": {"investigations": Investigation.state == "open"},
    "operator": {"letters": Outbox.dead_at.is_not(None) & Outbox.given_up_at.is_(None)},
}
_LATE_STATES: Final = ("pending", "left", "lapsed", "helped", "aged_out", "died", "rescinded")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work that waits at one desk: which kind, and how much of it."""

    kind: str
    count: int


def waiting_for(role: str) -> list[Waiting]:
    """The work that waits for a role, the kinds without any left out."""
    found = [
        Waiting(kind, db.session.scalar(db.select(db.func.count()).where(condition)) or 0)
        for kind, condition in _WAITING.get(role, {}).items()
    ]
    return [one for one in found if one.count]


def moments() -> dict[int, list[tuple[str, str]]]:
    """What is worth seeing with each account that can be played, by its number: pairs of a kind of word and a state.

    The state of its newest claim, memberships that are not simply going on, and a balance that is low.
    """
    mine: Any = db.select(Account.id).where(Account.demo_label.is_not(None)).scalar_subquery()
    found: dict[int, list[tuple[str, str]]] = {}
    newest = db.select(db.func.max(Claim.id)).where(Claim.account_id.in_(mine)).group_by(Claim.account_id)
    for account_id, state in db.session.execute(
        db.select(Claim.account_id, Claim.state).where(Claim.id.in_(newest.scalar_subquery()))
    ):
        found.setdefault(account_id, []).append(("claim_state", state))
    ended = db.select(Membership.account_id, Membership.state).where(
        Membership.account_id.in_(mine), Membership.state.in_(_LATE_STATES)
    )
    for account_id, state in db.session.execute(ended.distinct().order_by(Membership.account_id, Membership.state)):
        found.setdefault(account_id, []).append(("membership_state", state))
    for pool_id, plan_id, index_fen in db.session.execute(db.select(Pool.id, Pool.plan_id, Pool.index_fen)).all():
        version = rulebook.newest_version(plan_id)
        least_fen = index_fen + (rulebook.rules_of(version).pool.remind_below_fen if version is not None else 0)
        low = db.select(Membership.account_id).where(
            Membership.pool_id == pool_id,
            Membership.state == "sharing",
            Membership.threshold_fen < least_fen,
            Membership.account_id.in_(mine),
        )
        for account_id in db.session.scalars(low.distinct()):
            found.setdefault(account_id, []).append(("band", "remind"))
    return found


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
