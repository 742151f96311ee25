"""News of the payment service: taken in once, applied in their order, and never dropped silently.

Each piece of news is judged and applied in one transaction: told again after a crash, it finds nothing half done. News
about one reference come one after the other. What comes too early waits and is applied as soon as what it follows from
is known, from the service or by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from app.db import db, engine_name, transaction
from app.domain.deliveries import News
from app.models import Delivery, DeliveryContradiction, DeliveryLook
from app.services import audit, delivery_deeds
from app.services.holds import Kind, hold

Answer = Literal["new", "again", "contradicts"]


class NothingToLookAt(Exception):
    """Nobody has to look at these news (any more)."""


class NothingSaid(ValueError):
    """Looking at news without saying what was done."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One piece of news as it is kept, and whether it was new."""

    delivery: Delivery
    answer: Answer


def take(news: News, *, at: dt.datetime) -> Taken:
    """Keep one piece of news and do what follows from it. The same again changes nothing.

    The same id with another content is kept as a contradiction: the caller refuses it.
    """
    _hold(news.reference)
    insert = sqlite.insert if engine_name() == "sqlite" else postgresql.insert
    outcome, why = "waiting", "too_early"
    made = db.session.scalar(
        insert(Delivery)
        .values(
            told_id=news.told_id, type=news.kind, reference=news.reference, amount_fen=news.amount_fen,
            reason=news.reason, told_at=news.told_at, received_at=at, digest=news.digest, outcome=outcome, why=why,
        )
        .on_conflict_do_nothing(index_elements=["told_id"])
        .returning(Delivery.id)
    )  # fmt: skip
    if made is None:
        return _again(news, at=at)
    delivery = db.session.get_one(Delivery, made)
    _judge(delivery, at=at, bank_reference=news.bank_reference)
    if delivery.outcome == "applied":
        _let_follow(delivery.reference, at=at)
    return Taken(delivery, "new")


def _again(news: News, *, at: dt.datetime) -> Taken:
    known = db.session.scalars(select(Delivery).where(Delivery.told_id == news.told_id)).one()
    if known.digest == news.digest:
        return Taken(known, "again")
    insert = sqlite.insert if engine_name() == "sqlite" else postgresql.insert
    kept = db.session.scalar(
        insert(DeliveryContradiction)
        .values(delivery_id=known.id, digest=news.digest, at=at)
        .on_conflict_do_nothing(index_elements=["delivery_id", "digest"])
        .returning(DeliveryContradiction.id)
    )
    if kept is not None:
        audit.note("delivery-contradicts", "delivery", known.told_id, by=None, role="system", at=at)
    return Taken(known, "contradicts")


def _judge(delivery: Delivery, *, at: dt.datetime, bank_reference: str = "") -> None:
    """Apply news if that is possible now, and write down what became of them; what has to wait is left as it is."""
    outcome, why = delivery_deeds.apply(delivery, at=at, bank_reference=bank_reference)
    if outcome == "waiting":
        return
    delivery.outcome, delivery.why, delivery.moved_on_at = outcome, why, at
    if outcome == "to_be_looked_at":
        audit.note("delivery-to-be-looked-at", "delivery", delivery.told_id, by=None, role="system", at=at, detail=why)
    db.session.flush()


def _let_follow(reference: str, *, at: dt.datetime) -> None:
    """News that waited for what has just been applied, in the order in which they came."""
    waiting = select(Delivery).where(Delivery.reference == reference, Delivery.outcome == "waiting")
    for delivery in db.session.scalars(waiting.order_by(Delivery.id)).all():
        _judge(delivery, at=at)


def _hold(reference: str) -> None:
    """News about one reference come one after the other; on SQLite all deeds do."""
    hold(Kind.PAYMENT_REFERENCE, reference)


def catch_up(at: dt.datetime) -> int:
    """Look again at what waits: what it follows from may have been booked by hand. Returns how many moved on.

    Reads first: a tick that finds nothing to do takes no lock from anybody.
    """
    waiting = select(Delivery.reference).where(Delivery.outcome == "waiting").distinct()
    references = db.session.scalars(waiting.order_by(Delivery.reference)).all()
    before = count("waiting") if references else 0
    for reference in references:
        with transaction():
            _hold(reference)
            _let_follow(reference, at=at)
    return before - count("waiting") if references else 0


def count(outcome: str) -> int:
    """How many news have this outcome."""
    return db.session.scalar(select(func.count(Delivery.id)).where(Delivery.outcome == outcome)) or 0


def count_to_look_at() -> int:
    """How many news a treasurer has to look at."""
    return db.session.scalar(select(func.count(Delivery.id)).where(needs_a_look())) or 0


def needs_a_look() -> ColumnElement[bool]:
    """News that could not be applied or were contradicted, and nobody has looked since."""
    looked = db.exists().where(DeliveryLook.delivery_id == Delivery.id)
    later = db.exists().where(
        DeliveryLook.delivery_id == DeliveryContradiction.delivery_id, DeliveryLook.at >= DeliveryContradiction.at
    )
    contradicted = db.exists().where(DeliveryContradiction.delivery_id == Delivery.id, ~later)
    return or_((Delivery.outcome == "to_be_looked_at") & ~looked, contradicted)


def looks_of(delivery: Delivery) -> Sequence[DeliveryLook]:
    """What treasurers said about news, oldest first."""
    return db.session.scalars(
        select(DeliveryLook).where(DeliveryLook.delivery_id == delivery.id).order_by(DeliveryLook.id)
    ).all()


def contradictions_of(delivery: Delivery) -> Sequence[DeliveryContradiction]:
    """Each time the same news were told with another content, oldest first."""
    chosen = select(DeliveryContradiction).where(DeliveryContradiction.delivery_id == delivery.id)
    return db.session.scalars(chosen.order_by(DeliveryContradiction.id)).all()


def look(delivery: Delivery, said: str, *, by: int, at: dt.datetime) -> None:
    """A treasurer looked and says what was done. Raises `NothingSaid`, and `NothingToLookAt` for whoever is second."""
    if not said.strip():
        raise NothingSaid
    _hold(delivery.reference)
    if db.session.scalar(select(Delivery.id).where(Delivery.id == delivery.id, needs_a_look())) is None:
        raise NothingToLookAt
    db.session.add(DeliveryLook(delivery_id=delivery.id, by=by, at=at, said=said.strip()))
    audit.note("look-at-delivery", "delivery", delivery.told_id, by=by, role="treasurer", at=at)
    db.session.flush()
