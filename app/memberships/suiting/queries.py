"""What is said early: beside each name whether joining is possible, what fits instead, what a membership opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from app.db import db
from app.domain.eligibility import DeclaredYes, NeedsMembership, Reason
from app.memberships.joining import queries as joining
from app.memberships.joining.queries import Offer
from app.models import Account, Application, Membership, Person, Plan
from app.services import closings, prerequisites
from app.services.joining import former_membership


def who_may(offered: Offer, *, account: Account, on: dt.date) -> dict[str, Any]:
    """What the page that asks who is to join says beforehand: reasons and memberships by reference of the person."""
    people = joining.family(account)
    return {
        "people": people,
        "drafts": joining.drafts(account, offered.plan),
        "against": {
            one.person.ref: joining.reasons_against(one.person, offered, account_id=account.id, on=on) for one in people
        },
        "members": _members_already(account, offered.plan),
        "births": offered.births(on),
        "names": joining.plan_names(on=on),
    }


def _members_already(account: Account, plan: Plan) -> set[str]:
    of = select(Person.ref).join(Membership, Membership.person_id == Person.id)
    live = (Membership.account_id == account.id, Membership.plan_id == plan.id, Person.relation != "member")
    return set(db.session.scalars(of.where(*live, Membership.state.in_(("pending", "sharing")))))


def obstacles(
    application: Application, someone: Person, offered: Offer, against: Sequence[Reason], *, on: dt.date
) -> dict[str, Any]:
    """What the page says that ends a way: what was declared, the plan that comes first, and what fits instead."""
    return {
        "against": against,
        "names": joining.plan_names(on=on),
        "declared": [item for one in against if isinstance(one, DeclaredYes) for item in one.items],
        "prerequisite": next((one.slug for one in against if isinstance(one, NeedsMembership)), None),
        "others": plans_that_may_fit(someone, account_id=application.account_id, on=on, besides=offered.plan.id),
    }


def plans_that_may_fit(person: Person, *, account_id: int, on: dt.date, besides: int) -> list[Offer]:
    """The other plans whose age and prerequisite this person meets and where the account has no membership for them."""
    found = (one for one in joining.offers(on=on) if one.plan.id != besides)
    return _open_to(person, found, account_id=account_id, on=on)


def opened_by(membership: Membership, *, on: dt.date) -> list[Offer]:
    """The plans that are open to members of this one only, and that nothing else keeps its person from."""
    plan = db.session.get_one(Plan, membership.plan_id)
    found = (joining.offer(one.slug, on=on) for one in prerequisites.opened_by(plan.slug, on=on))
    offers = [one for one in found if one is not None and closings.binding_of(one.plan.id) is None]
    return _open_to(membership.person, offers, account_id=membership.account_id, on=on)


def _open_to(person: Person, offers: Iterable[Offer], *, account_id: int, on: dt.date) -> list[Offer]:
    held = joining.plans_of(account_id, person.identity_hash)
    return [
        one
        for one in offers
        if one.plan.slug not in held and not joining.reasons_against(person, one, account_id=account_id, on=on)
    ]


def former(application: Application) -> Membership | None:
    """The last membership of this person here that has ended: coming back waits anew, and that is said beforehand."""
    if application.person is None:
        return None
    return former_membership(application.account_id, application.plan_id, application.person.identity_hash)
