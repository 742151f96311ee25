"""What the desk of groups asks: which wait, and which were admitted lately."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select

from app.db import db
from app.models import Account, Group

_A_PAGE: Final = 50
_LATELY: Final = 20


def waiting(*, by: Account) -> Sequence[Group]:
    """The groups that wait, oldest first; none of the own account."""
    return db.session.scalars(
        select(Group).where(Group.state == "asked", Group.account_id != by.id).order_by(Group.asked_at).limit(_A_PAGE)
    ).all()


def count_waiting(*, by: Account) -> int:
    """How many groups wait."""
    wanted = select(func.count(Group.id)).where(Group.state == "asked", Group.account_id != by.id)
    return db.session.scalar(wanted) or 0


def decided_lately() -> Sequence[Group]:
    """The last ones that were decided, newest first."""
    return db.session.scalars(
        select(Group).where(Group.decided_at.is_not(None)).order_by(Group.decided_at.desc()).limit(_LATELY)
    ).all()


def group_with(ref: str) -> Group | None:
    """A group by its reference."""
    return db.session.scalar(select(Group).where(Group.ref == ref))
