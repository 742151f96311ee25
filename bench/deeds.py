"""What a member does, done by a measurement: join, top up and leave through the application, each in a transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from app.db import db, new_ref, transaction
from app.models import Application, Membership, Payment, Person, Pool
from app.services import counters, joining, leaving, pools, rulebook, vault
from app.services.days import day_of
from bench import settlement
from tests.services import pool_story as story

Deed = Literal["join", "top up", "leave"]
SLUG = settlement.LARGE
OWN = 20_000
"""So many members belong to each connection: nobody leaves twice, and two seldom touch the same row."""
AT = dt.datetime(2026, 9, 20, 4, tzinfo=dt.UTC)
"""After the one settlement of a measurement, before the next lock."""


def bare() -> None:
    """Let the deeds of this process leave out what only the index needs."""

    def read_again(pool: Pool, *, alone: bool) -> Pool:  # noqa: ARG001 -- the shape of counters.hold
        db.session.refresh(pool)
        return pool

    def count_nothing(*_given: Any, **_named: Any) -> None:
        """A balance in each row needs no count."""

    for place, name, instead in (
        (counters, "hold", read_again),
        (pools, "hold", read_again),
        (counters, "move_counter", count_nothing),
        (pools, "move_counter", count_nothing),
    ):
        setattr(place, name, instead)


def do(deed: Deed, number: int, membership_id: int) -> None:
    """One deed of the application in its own transaction; `number` makes people and payments different."""
    if deed == "join":
        _join(number)
    elif deed == "top up":
        top_up(membership_id)
    else:
        with transaction():
            membership = db.session.get_one(Membership, membership_id)
            leaving.leave(membership, by=membership.account_id, at=AT)


def top_up(membership_id: int) -> None:
    """A received payment of 30.00 for a membership."""
    with transaction():
        membership = db.session.get_one(Membership, membership_id)
        pools.top_up(membership, _payment(membership.account_id, membership=membership.id), by=None, at=AT)


def _join(number: int) -> None:
    organiser, plan = story.account(), story.plan(SLUG)
    with transaction():
        passport = f"{number:09}"
        person = Person(
            account_id=organiser.id, relation="member", name_sealed=vault.seal("欧阳若曦", purpose="person.name"),
            birth_on=dt.date(1998, 5, 2), province="33", document_type="passport",
            document_sealed=vault.seal(passport, purpose="person.document"),
            identity_hash=vault.keyed_hash("passport", passport), created_at=AT,
        )  # fmt: skip
        db.session.add(person)
        db.session.flush()
        terms = rulebook.member_terms_row(rulebook.version_on(plan.id, day_of(AT)))
        application = Application(
            account_id=organiser.id, plan_id=plan.id, person_id=person.id, member_terms_id=terms.id, created_at=AT
        )
        db.session.add(application)
        db.session.flush()
        joining.first_payment(_payment(organiser.id, application=application.id), at=AT)


def _payment(account_id: int, *, membership: int | None = None, application: int | None = None) -> Payment:
    payment = Payment(
        reference=new_ref(), adapter="sandbox", account_id=account_id, membership_id=membership,
        application_id=application, amount_fen=30_00, state="received", asked_at=AT, received_at=AT,
    )  # fmt: skip
    db.session.add(payment)
    db.session.flush()
    return payment
