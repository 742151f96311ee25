"""What is shown of a member who was looked up: little, and masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.db import db
from app.domain.masking import document_masked, email_masked, family_name_masked
from app.domain.places import place_name
from app.domain.terms import Words
from app.models import Account, Claim, Membership, Person
from app.services import vault

_MOST: Final = 50
"""An organiser's list is not walked through here."""


@dataclass(frozen=True, slots=True)
class Found:
    """One account: masked names, and the references of what it has."""

    account: Account
    name: str
    email: str
    people: Sequence[tuple[Person, str, str, Words]]
    """Each with masked name, masked document and province."""
    memberships: Sequence[Membership]
    claims: Sequence[Claim]
    more: int
    """So many memberships are not listed."""


def found(account: Account) -> Found:
    """What the page shows of one account."""
    mine = Membership.account_id == account.id
    people = db.session.scalars(
        select(Person).where(Person.account_id == account.id).order_by(Person.id).limit(_MOST)
    ).all()
    memberships = db.session.scalars(select(Membership).where(mine).order_by(Membership.id).limit(_MOST)).all()
    total = db.session.scalar(select(func.count(Membership.id)).where(mine)) or 0
    return Found(
        account=account,
        name=family_name_masked(account.name),
        email=email_masked(account.email),
        people=[
            (
                person,
                family_name_masked(vault.unseal(person.name_sealed, purpose="person.name")),
                document_masked(vault.unseal(person.document_sealed, purpose="person.document")),
                place_name(person.province),
            )
            for person in people
        ],
        memberships=memberships,
        claims=db.session.scalars(
            select(Claim).where(Claim.account_id == account.id).order_by(Claim.id.desc()).limit(_MOST)
        ).all(),
        more=total - len(memberships),
    )
