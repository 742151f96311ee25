"""The deeds on a closing, each by a treasurer; the two that bind need another one."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Closing, Plan, Remainder
from app.services import closing as service
from app.services import closing_money
from app.treasury.closing.forms import Given, Wish


def propose(plan: Plan, wish: Wish, *, by: Account, at: dt.datetime) -> Closing:
    """Propose a closing. Raises `ClosesAlready`, `ClosingNeedsReason` and `ClosingDayTooSoon`."""
    return service.propose(plan, wish.closing_day, wish.reason, by=by.id, role="treasurer", at=at)


def announce(closing: Closing, *, by: Account, at: dt.datetime) -> None:
    """Announce what another treasurer proposed. Raises `SameProposer`, `ClosingMoved` and `ClosingDayTooSoon`."""
    service.announce(closing, by=by.id, role="treasurer", at=at)


def drop(closing: Closing, *, by: Account, at: dt.datetime) -> None:
    """Let a proposal go. Raises `ClosingMoved`."""
    service.drop(closing, by=by.id, role="treasurer", at=at)


def take_back(closing: Closing, reason: str, *, by: Account, at: dt.datetime) -> None:
    """Take an announcement back in public. Raises `ClosingMoved` and `ClosingNeedsReason`."""
    service.take_back(closing, reason, by=by.id, role="treasurer", at=at)


def record(closing: Closing, given: Given, *, by: Account, at: dt.datetime) -> Remainder:
    """Record the transfer of what is left. Raises `NothingLeft` and `RecordedAlready`."""
    return closing_money.record(closing, given.recipient, given.reference, by=by.id, at=at)


def answer(remainder: Remainder, verdict: closing_money.Answer, *, by: Account, at: dt.datetime) -> None:
    """Confirm or refuse it. Raises `SameTreasurer`, `AnsweredBefore` and `NothingLeft`."""
    closing_money.answer(remainder, verdict, by=by.id, at=at)
