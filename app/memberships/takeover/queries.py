"""What a takeover asks: how it stands for the parent, and what somebody takes over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain import majority
from app.memberships.cards.queries import Card, cards_of
from app.models import Account, DeclarationAnswer, Membership, Person, Takeover
from app.services import leaving, takeovers, vault
from app.services.days import day_of


@dataclass(frozen=True, slots=True)
class Offered:
    """What the page of the parent says about one person of the account."""

    person: Person
    name: str
    of_age_on: dt.date
    is_of_age: bool
    live: Sequence[Membership]
    offer: Takeover | None
    """The link that opens now."""

    @property
    def token(self) -> str | None:
        """What stands in the link; made anew whenever it is shown, at rest there is none."""
        return takeovers.token_of(self.offer.ref) if self.offer is not None else None


def offered(membership: Membership, *, by: Account, at: dt.datetime) -> Offered | None:
    """How the takeover of this person stands; None for anybody who is no child of the account's owner."""
    person = membership.person
    if person.relation != "child":
        return None
    return Offered(
        person=person,
        name=vault.unseal(person.name_sealed, purpose="person.name"),
        of_age_on=majority.of_age_on(person.birth_on),
        is_of_age=majority.is_of_age(person.birth_on, day_of(at)),
        live=takeovers.live_of(person, by.id),
        offer=takeovers.open_offer(person, at=at),
    )


def taken(takeover: Takeover, *, at: dt.datetime) -> list[Card]:
    """The memberships that would go over, with how each stands."""
    return cards_of(takeovers.live_of(takeover.person, takeover.from_account_id), at=at)


def answered(takeover: Takeover) -> list[tuple[str, bool]]:
    """What was answered at joining, for the person, to the questions of the health declaration, as they were asked."""
    live = takeovers.live_of(takeover.person, takeover.from_account_id)
    behind = {leaving.application_behind(one) for one in live}
    rows = db.session.scalars(
        select(DeclarationAnswer).where(DeclarationAnswer.application_id.in_(behind)).order_by(DeclarationAnswer.id)
    ).all()
    return [(row.asked.partition("\n")[0], row.yes) for row in rows]
