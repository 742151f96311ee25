"""What the pages of an invitation ask: the code's invitation, and where the answer led."""

from __future__ import annotations

from sqlalchemy import select

from app.db import db
from app.models import Account, Application, Invitation, Person, Plan


def application_after(invitation: Invitation, account: Account) -> Application | None:
    """The last application for the person of an invitation that this account took."""
    if invitation.account_id != account.id:
        return None
    return db.session.scalar(
        select(Application)
        .join(Person, Application.person_id == Person.id)
        .where(
            Application.account_id == account.id,
            Application.plan_id == invitation.plan_id,
            Person.identity_hash == invitation.identity_hash,
        )
        .order_by(Application.id.desc())
        .limit(1)
    )


def slug_of(invitation: Invitation) -> str:
    """The plan the invitation is for."""
    return db.session.scalars(select(Plan.slug).where(Plan.id == invitation.plan_id)).one()
