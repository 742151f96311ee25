"""Somebody who worked here does so no more: the appointment ends, and what they had in hand is free for others."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, select

from app.db import db
from app.models import Account, StaffRole
from app.services import assignments, audit
from app.services.investigations import ending


def end_role(account: Account, role: str, *, at: dt.datetime) -> int:
    """End one appointment; returns how many claims are free again. LookupError for who does not hold it."""
    held = db.session.scalar(_held(account).where(StaffRole.role == role))
    if held is None:
        raise LookupError(f"account {account.ref} is not {role}")
    held.ended_at = at
    if role == "investigator":
        ending.close_of_investigator(account, at=at)
    audit.note(f"staff.ended.{role}", "account", account.ref, by=None, role="system", at=at)
    db.session.flush()
    return assignments.free(account, "role_ended", at=at) if role == "caseworker" else 0


def end_every_role(account: Account, *, at: dt.datetime) -> int:
    """End every appointment of somebody who has died; returns how many claims are free again."""
    roles = [held.role for held in db.session.scalars(_held(account).order_by(StaffRole.id))]
    return sum(end_role(account, role, at=at) for role in roles)


def _held(account: Account) -> Select[StaffRole]:
    return select(StaffRole).where(StaffRole.account_id == account.id, StaffRole.ended_at.is_(None))
