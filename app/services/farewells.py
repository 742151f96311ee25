"""Telling members that their membership has ended and what becomes of the balance: after the sweep, not within it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.models import Membership, Person, Pool
from app.services import messages, statement


def tell_ended(payload: Mapping[str, Any], at: dt.datetime) -> None:
    """Tell everybody of one sweep; told twice, each is told once. A list's organiser hears one number."""
    after = aliased(Membership)
    ended = (
        Membership.pool_id == payload["pool"],
        Membership.end_seq == payload["seq"],
        Membership.id >= payload["first"],
        Membership.id <= payload["last"],
        # Who moved on to another plan within the same sweep was told of that.
        ~select(after.id).where(after.moved_from_id == Membership.id).exists(),
    )
    for membership in db.session.scalars(
        select(Membership).join(Person, Membership.person_id == Person.id).where(*ended, Person.relation != "member")
    ):
        messages.tell(
            membership.account_id,
            "membership-ended",
            key=f"ended:{membership.ref}",
            at=at,
            plan=membership.pool.plan.slug,
            membership=membership.ref,
            ended_as=membership.state,
            amount_fen=statement.balance_fen(membership),
        )
    rows = db.session.execute(
        select(Membership.account_id, func.count(Membership.id).label("members"))
        .join(Person, Membership.person_id == Person.id)
        .where(*ended, Person.relation == "member")
        .group_by(Membership.account_id)
    ).all()
    pool = db.session.get_one(Pool, payload["pool"])
    for row in rows:
        messages.tell(
            row.account_id,
            "memberships-ended",
            key=f"ended:{pool.name}:{payload['seq']}:{payload['first']}:{row.account_id}",
            at=at,
            plan=pool.plan.slug,
            members=row.members,
        )
