"""What a member asks of the rules of a membership."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain.terms import Rules
from app.models import Account, Membership, RuleVersion
from app.services import pins, rulebook, vault
from app.services.days import day_of
from app.services.pins import News


@dataclass(frozen=True, slots=True)
class Bound:
    """One membership, the rules it is bound by today, and what is newer."""

    membership: Membership
    name: str
    version: RuleVersion
    rules: Rules
    news: News | None
    """What the newest version changed; None when the membership began with it."""


def rules_behind(account: Account, ref: str, *, at: dt.datetime) -> Bound | None:
    """The rules of a membership of this account; what is not theirs does not exist."""
    found = db.session.scalar(select(Membership).where(Membership.account_id == account.id, Membership.ref == ref))
    if found is None:
        return None
    version = pins.versions_on([found], day_of(at))[found.id]
    return Bound(
        membership=found,
        name=vault.unseal(found.person.name_sealed, purpose="person.name"),
        version=version,
        rules=rulebook.rules_of(version),
        news=pins.news_whatever(found, at=at),
    )


def versions_behind(bound: Bound) -> Sequence[tuple[RuleVersion, dt.date]]:
    """Every version this membership was bound by, oldest first, with the first day of events it judges."""
    return pins.history(bound.membership)
