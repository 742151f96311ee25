"""What a parent and somebody who has come of age do. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Membership, Takeover
from app.services import takeovers


def offer(membership: Membership, *, by: Account, at: dt.datetime) -> Takeover:
    """Make the link. Raises `takeovers.NotOfAge` and `takeovers.NothingToTakeOver`."""
    return takeovers.offer(membership.person, by=by, at=at)


def withdraw(membership: Membership, *, by: Account, at: dt.datetime) -> None:
    """The link opens nothing any more. Raises `takeovers.TakeoverOver`."""
    takeovers.withdraw(membership.person, by=by, at=at)


def prove(token: str, document_type: str, number: str, *, by: Account, at: dt.datetime) -> Takeover:
    """Show whose number one has. Raises `takeovers.AnotherPerson` and what the link raises."""
    found = takeovers.opened(token, by=by, at=at, for_use=True)
    takeovers.prove(found, document_type, number, by=by, at=at)
    return found


def take_over(token: str, *, language: str, by: Account, at: dt.datetime) -> list[Membership]:
    """Take everything over. Raises what `takeovers.take_over` raises."""
    return takeovers.take_over(token, language=language, by=by, at=at)
