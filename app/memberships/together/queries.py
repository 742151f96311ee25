"""Which memberships of an account can be topped up together, and what was asked for so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from app.db import db
from app.memberships.cards.queries import Card, cards_of
from app.memberships.own.queries import A_PAGE
from app.models import Account, Membership, Payment
from app.services import closings

MOST = A_PAGE
"""A family, not a list: organisers pay for theirs by list."""


def open_cards(account: Account, *, at: dt.datetime) -> list[Card]:
    """The memberships that can be topped up, grouped by person, `MOST` at most; none of a plan that closes."""
    found = db.session.scalars(
        select(Membership)
        .where(Membership.account_id == account.id, Membership.state.in_(("pending", "sharing")))
        .order_by(Membership.id)
        .limit(MOST)
    ).all()
    closing = {plan_id for plan_id in {one.plan_id for one in found} if closings.binding_of(plan_id) is not None}
    cards = cards_of([one for one in found if one.plan_id not in closing], at=at)
    return [card for card in cards if card.situation not in {"ended", "leaving"}]


def payments_together(ref: str) -> Sequence[Payment]:
    """What one top-up of several memberships asked for."""
    return db.session.scalars(select(Payment).where(Payment.together == ref).order_by(Payment.id)).all()
