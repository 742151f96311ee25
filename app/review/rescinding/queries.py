"""What the desk asks of memberships ended by decision."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.db import db
from app.models import Membership, Rescission
from app.services import rescissions, vault


def membership(ref: str) -> Membership | None:
    """The membership of this reference."""
    return db.session.scalar(select(Membership).where(Membership.ref == ref))


def decisions_of(of: Membership) -> Sequence[Rescission]:
    """Every decision about this membership, newest first."""
    return db.session.scalars(
        select(Rescission).where(Rescission.membership_id == of.id).order_by(Rescission.id.desc())
    ).all()


def contested() -> list[tuple[Rescission, Membership]]:
    """What waits for an answer, with its membership."""
    return [(one, db.session.get_one(Membership, one.membership_id)) for one in rescissions.contested()]


def words_of(made: Rescission) -> tuple[str, str]:
    """The reason, and what the member says against it."""
    contest = vault.unseal(made.contest_sealed, purpose=rescissions.CONTEST) if made.contest_sealed else ""
    return vault.unseal(made.reason_sealed, purpose=rescissions.REASON), contest


def name_of(of: Membership) -> str:
    """The person's name."""
    return vault.unseal(of.person.name_sealed, purpose="person.name")
