"""What a member asks of the rules of a membership."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.db import db
from app.domain.terms import Rules
from app.memberships.queries import membership_of
from app.models import Account, Membership, Plan, RuleVersion
from app.services import pins, rulebook, vault
from app.services.days import day_of
from app.services.pins import AskedTogether, News

AT_ONCE: Final = 100
"""For so many memberships one page asks."""


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
    found = membership_of(account, ref)
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


@dataclass(frozen=True, slots=True)
class Together:
    """Memberships of an account that are asked the same, each with its person's name."""

    asked: AskedTogether
    rules: Rules
    names: dict[str, str]
    more: int
    """How many other memberships of the account in this plan are asked too."""


def asked_together(account: Account, slug: str, *, before: int | None = None) -> Together | None:
    """The next memberships in a plan for which one reading is enough; None when nothing is asked of anybody.

    With `before` only those that agreed to this version last.
    """
    plan_id = db.session.scalar(select(Plan.id).where(Plan.slug == slug))
    asked, more = pins.asked_together(account.id, plan_id, most=AT_ONCE, before=before) if plan_id else (None, 0)
    if asked is None:
        return None
    names = {
        one.ref: f"{vault.unseal(one.person.name_sealed, purpose='person.name')} · {one.ref}"
        for one in asked.memberships
    }
    return Together(asked, rulebook.rules_of(asked.after), names, more)


def others_asked(account: Account, bound: Bound) -> int:
    """How many other memberships of the account in this plan are asked to agree."""
    asked, more = pins.asked_together(account.id, bound.membership.plan_id, most=1)
    return (len(asked.memberships) if asked else 0) + more - 1


def versions_behind(bound: Bound) -> Sequence[tuple[RuleVersion, dt.date]]:
    """Every version this membership was bound by, oldest first, with the first day of events it judges."""
    return pins.history(bound.membership)
