"""What a member does at the end of a membership. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Membership, Refund, Rescission, SuspenseItem
from app.services import audit, leaving, refunds, rescissions


def leave(membership: Membership, *, by: Account, at: dt.datetime) -> None:
    """Leave at the next boundary. Raises `leaving.HasEnded` and `ending.EndsAlready`."""
    leaving.leave(membership, by=by.id, at=at)


def stay(membership: Membership, *, by: Account, at: dt.datetime) -> None:
    """Stay after all. Raises `leaving.NotLeaving`."""
    leaving.undo(membership, by=by.id, at=at)


def withdraw_consent(membership: Membership, kind: str, *, by: Account, at: dt.datetime) -> None:
    """Take back a consent the membership rests on: it means leaving. Raises `leaving.ConsentGone`."""
    leaving.withdraw_consent(membership, kind, by=by.id, at=at)


def contest(made: Rescission, words: str, *, by: Account, at: dt.datetime) -> None:
    """Contest the decision that the membership ends. Raises `rescissions.ContestOver`."""
    rescissions.contest(made, words, by=by.id, at=at)


def ask_back(membership: Membership, *, by: Account, at: dt.datetime) -> Refund:
    """Ask for the balance that stayed. Raises `refunds.NothingOwed`."""
    return refunds.ask_back(membership, by=by.id, at=at)


def send_back(item: SuspenseItem, *, by: Account, at: dt.datetime) -> Refund:
    """Ask for a payment that came too late. Raises `suspense.NotHeld` when it is on its way already."""
    refund = refunds.give_back(item, at=at)
    audit.note("ask-refund", "payment", item.payment.ref, by=by.id, role="member", at=at)
    return refund
