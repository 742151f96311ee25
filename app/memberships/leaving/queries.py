"""What the end of a membership asks: what follows, what goes back, what came too late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain.terms import Clause, Words
from app.memberships.cards.queries import Card, cards_of
from app.memberships.own.queries import A_PAGE
from app.models import Consent, Membership, Payment, Plan, Refund, Rescission, SuspenseItem
from app.services import ages, ending, leaving, refunds, rescissions, rulebook, statement, vault
from app.services.consents import AT_JOINING
from app.services.days import day_of
from app.services.leaving import Outlook

_A_YEAR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Late:
    """A payment that came after the end, and what became of it."""

    item: SuspenseItem
    refund: Refund | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that this membership ends."""

    rescission: Rescission
    clause: Clause
    reason: str


@dataclass(frozen=True, slots=True)
class End:
    """Everything the page of a membership says about its end."""

    decision: Decided | None
    outlook: Outlook | None
    """What leaving would bring or, while leaving, brings; None when it has ended."""
    may_leave: bool
    may_undo: bool
    refunds: Sequence[Refund]
    owed_fen: int
    """A balance that stayed and was not asked for yet."""
    arrears_fen: int
    """What an ended membership was behind when it ended; nobody asks for it."""
    late: Sequence[Late]
    ages_on: dt.date | None
    """The day the age of the plan is reached, when it is within a year."""
    moves_to: Words | None
    """The plan the member moves to, or moved to, at the age at which this one is left."""
    moved_to: Membership | None
    moved_from: Membership | None


def end_of(membership: Membership, *, ended: bool, at: dt.datetime) -> End:
    """What is to be said about the end of this membership. `ended`: its days of grace are over, or its row says so."""
    balance_fen = statement.balance_fen(membership)
    owing = refunds.open_refund(membership) is not None
    closed = membership.ended_at is not None
    return End(
        decision=decision_about(membership),
        outlook=None if ended else leaving.outlook(membership, at=at),
        may_leave=not ended and ending.may_still_end(membership),
        may_undo=not ended and leaving.may_undo(membership, at=at),
        refunds=refunds.refunds_of(membership),
        owed_fen=balance_fen if closed and balance_fen > 0 and not owing else 0,
        arrears_fen=-balance_fen if closed and balance_fen < 0 else 0,
        late=_late(membership),
        ages_on=_soon(membership.age_out_on, day_of(at)),
        moves_to=_name_of(ages.successor_of(membership), on=day_of(at)),
        moved_to=db.session.scalar(select(Membership).where(Membership.moved_from_id == membership.id)),
        moved_from=db.session.get(Membership, membership.moved_from_id) if membership.moved_from_id else None,
    )


def family_of(membership: Membership, *, at: dt.datetime) -> list[Card]:
    """The memberships of everybody else in the account that go on whatever becomes of this one; a page at most."""
    found = db.session.scalars(
        select(Membership)
        .where(
            Membership.account_id == membership.account_id,
            Membership.person_id != membership.person_id,
            Membership.state.in_(("pending", "sharing")),
        )
        .order_by(Membership.id)
        .limit(A_PAGE)
    ).all()
    return [card for card in cards_of(found, at=at) if card.situation != "ended"]


def _late(membership: Membership) -> list[Late]:
    rows = db.session.execute(
        select(SuspenseItem, Refund)
        .join(Payment, SuspenseItem.payment_id == Payment.id)
        .outerjoin(Refund, Refund.suspense_id == SuspenseItem.id)
        .where(Payment.membership_id == membership.id)
        .order_by(SuspenseItem.id)
    ).all()
    return [Late(row.SuspenseItem, row.Refund) for row in rows]


def _soon(day: dt.date | None, today: dt.date) -> dt.date | None:
    return day if day is not None and day <= today + _A_YEAR else None


def _name_of(slug: str | None, *, on: dt.date) -> Words | None:
    plan = db.session.scalar(select(Plan).where(Plan.slug == slug)) if slug else None
    return rulebook.rules_of(rulebook.version_on(plan.id, on)).name if plan else None


def decision_about(membership: Membership) -> Decided | None:
    """The decision that stands about this membership, with its reason opened."""
    made = rescissions.of_membership(membership)
    if made is None:
        return None
    agreed = db.session.get_one(Membership, made.membership_id).member_terms
    clause = rulebook.member_terms(agreed).clause(made.clause)
    return Decided(made, clause, vault.unseal(made.reason_sealed, purpose=rescissions.REASON))


def late_payment(membership: Membership, payment_ref: str) -> SuspenseItem | None:
    """A payment to this membership that is kept apart."""
    return db.session.scalar(
        select(SuspenseItem)
        .join(Payment, SuspenseItem.payment_id == Payment.id)
        .where(Payment.membership_id == membership.id, Payment.ref == payment_ref)
    )


def consents_of(membership: Membership) -> list[tuple[Consent, Words]]:
    """The consents this membership rests on, each with the title of its text; those of a list were given elsewhere."""
    application_id = leaving.application_behind(membership)
    if application_id is None:
        return []
    given = db.session.scalars(
        select(Consent).where(Consent.application_id == application_id).order_by(Consent.id)
    ).all()
    titles = {text.kind: text.title for text in AT_JOINING}
    return [(consent, titles[consent.kind]) for consent in given]
