"""What the desk of news asks: a list that turns its pages by key, and one piece of news with what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.db import db
from app.domain.deliveries import thing_of
from app.models import Account, Delivery, DeliveryContradiction, DeliveryLook, Payment
from app.services import deliveries
from app.treasury.deliveries.forms import OPEN, Wanted

A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, newest first."""

    rows: Sequence[Delivery]
    open_ids: frozenset[int]
    """Which of them a treasurer has to look at."""
    before: int | None
    """The key of the next page; None on the last one."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One piece of news, what was said about it, and where the thing it is about is shown."""

    delivery: Delivery
    contradictions: Sequence[DeliveryContradiction]
    looks: Sequence[tuple[DeliveryLook, str]]
    """With the names of the treasurers."""
    needs_a_look: bool
    about: tuple[str, str] | None
    """The kind and the reference of what it is about, when there is such a thing."""


def news(wanted: Wanted) -> Page:
    """The news asked for, newest first."""
    chosen = select(Delivery).order_by(Delivery.id.desc()).limit(A_PAGE + 1)
    if wanted.outcome == OPEN:
        chosen = chosen.where(deliveries.needs_a_look())
    elif wanted.outcome:
        chosen = chosen.where(Delivery.outcome == wanted.outcome)
    if wanted.reference:
        chosen = chosen.where((Delivery.reference == wanted.reference) | (Delivery.told_id == wanted.reference))
    if wanted.before:
        chosen = chosen.where(Delivery.id < wanted.before)
    rows = db.session.scalars(chosen).all()
    ids = [row.id for row in rows]
    open_ids = db.session.scalars(select(Delivery.id).where(Delivery.id.in_(ids), deliveries.needs_a_look()))
    more = len(rows) > A_PAGE
    return Page(rows[:A_PAGE], frozenset(open_ids), rows[A_PAGE - 1].id if more else None)


def one(number: int) -> Opened | None:
    """One piece of news by its number."""
    delivery = db.session.get(Delivery, number)
    if delivery is None:
        return None
    looks = db.session.execute(
        select(DeliveryLook, Account.name)
        .join(Account, DeliveryLook.by == Account.id)
        .where(DeliveryLook.delivery_id == delivery.id)
        .order_by(DeliveryLook.id)
    )
    is_open = db.session.scalar(select(Delivery.id).where(Delivery.id == number, deliveries.needs_a_look()))
    return Opened(
        delivery,
        deliveries.contradictions_of(delivery),
        [(row[0], row[1]) for row in looks],
        is_open is not None,
        _about(delivery),
    )


def _about(delivery: Delivery) -> tuple[str, str] | None:
    if delivery.why == "unknown_reference":
        return None
    thing = thing_of(delivery.type)
    if thing == "payment":
        ref = db.session.scalar(select(Payment.ref).where(Payment.reference == delivery.reference))
        return (thing, ref) if ref else None
    return thing, delivery.reference.partition("-")[0]
