"""The desk: each claim waits with the day that was promised for it, and with somebody who works here."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, select

from app.db import db
from app.models import Account, Claim, StaffRole
from app.services import at_the_desk


def promised() -> Iterable[str]:
    """What the queue keeps of a claim is what its steps say."""
    yield from (f"claim {ref}: its kept day or plan is not the one its steps give" for ref in at_the_desk.wrong())


def held() -> Iterable[str]:
    """The claim and its assignment name the same person, who is a caseworker now."""
    for ref in at_the_desk.unlike_their_assignment():
        yield f"claim {ref}: it names another person than its assignment"
    works = exists().where(
        StaffRole.account_id == Claim.assigned_to, StaffRole.role == "caseworker", StaffRole.ended_at.is_(None)
    )
    closed = exists().where(Account.id == Claim.assigned_to, Account.closed_at.is_not(None))
    gone = select(Claim.ref).where(Claim.assigned_to.is_not(None), ~works | closed)
    yield from (f"claim {ref}: it is with somebody who works here no more" for ref in db.session.scalars(gone))
