"""What somebody asks who looks after their own account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from app.db import db
from app.domain.complaints import WAITING
from app.models import (
    Account,
    Application,
    Bill,
    BrowserSession,
    Claim,
    Complaint,
    Membership,
    PersonCorrection,
    Refund,
    Report,
)
from app.services import parts, sessions, statement

Hindrance = Literal["staff", "memberships", "applications", "claims", "reports", "requests", "bills", "money"]

_LIVE = ("pending", "sharing")
_UNDER_WAY = ("to_be_checked",)
_FINISHED = ("paid", "closed_unpaid", "refused", "refused_finally", "withdrawn")


def devices(account: Account, *, on_the_wall: dt.datetime) -> Sequence[BrowserSession]:
    """Where this account is signed in now."""
    return sessions.living_of(account, at=on_the_wall)


def hindrances(account: Account, *, at: dt.datetime) -> tuple[Hindrance, ...]:
    """What keeps the account from being closed, in the order in which it should be finished."""
    found: list[Hindrance] = []
    if any(held.ended_at is None or held.ended_at > at for held in account.roles):
        found.append("staff")
    if _any(Claim.account_id == account.id, Claim.state.not_in(_FINISHED)):
        found.append("claims")
    if _bills_wait(account):
        found.append("bills")
    if _any(Application.account_id == account.id, Application.state.in_(_UNDER_WAY)):
        found.append("applications")
    if _any(Report.account_id == account.id, Report.state == "reported"):
        found.append("reports")
    if _any(Complaint.account_id == account.id, Complaint.state.in_(WAITING)) or _any(
        PersonCorrection.account_id == account.id, PersonCorrection.state == "asked"
    ):
        found.append("requests")
    if _any(Membership.account_id == account.id, Membership.state.in_(_LIVE)):
        found.append("memberships")
    elif _any(Refund.account_id == account.id, Refund.state != "paid") or _balance_left(account):
        found.append("money")
    return tuple(found)


def _bills_wait(account: Account) -> bool:
    """Whether bills of this account are not decided, or accepted ones will still be paid with a further part."""
    mine = db.select(Membership.plan_id).join(Claim, Claim.membership_id == Membership.id).join(Bill)
    live = mine.where(Claim.account_id == account.id, Bill.state.in_(("submitted", "judged", "accepted")))
    undecided = live.where(Bill.state != "accepted").limit(1)
    if db.session.scalar(undecided) is not None:
        return True
    plans = db.session.scalars(live.distinct()).all()
    return any(parts.has_further(plan, account_id=account.id) for plan in plans)


def _any(*conditions: object) -> bool:
    return bool(db.session.scalar(db.select(db.exists().where(*conditions))))


def _balance_left(account: Account) -> bool:
    """Whether something of an ended membership is still this account's."""
    ended = db.session.scalars(db.select(Membership).where(Membership.account_id == account.id)).unique().all()
    return any(statement.balance_fen(membership) > 0 for membership in ended)
