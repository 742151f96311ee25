"""The demonstration's play money: whoever plays chooses what the next payment does, and the days bring it.

What is to happen later is written into the outbox with its day, so that the clock brings it like everything else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from flask import current_app
from sqlalchemy import select, update

from app.adapters.payments import Behaviour, Direction, Does, Outcome
from app.db import db
from app.models import SandboxOrder
from app.services import outbox

WORK: Final = "sandbox"
"""The kind of work in the outbox."""
MOST_DAYS: Final = 60


class OnlyInTheDemo(Exception):
    """Real money does what it does; only the demonstration's is told what to do."""


def order(direction: Direction, does: Does, days: int, *, at: dt.datetime) -> None:
    """The next payment in this direction does this, after so many days. An earlier wish that waits is replaced.

    Raises `OnlyInTheDemo`.
    """
    if current_app.config["PAYMENTS"].name != "sandbox":
        raise OnlyInTheDemo
    forget(direction)
    db.session.add(SandboxOrder(direction=direction, does=does, days=days, asked_at=at))
    db.session.flush()


def forget(direction: Direction) -> None:
    """Nothing is wished of payments in this direction any more."""
    waiting = SandboxOrder.__table__.c
    db.session.execute(
        SandboxOrder.__table__.delete().where(waiting.direction == direction, waiting.used_by.is_(None))  # type: ignore[attr-defined]
    )


def waiting() -> Sequence[SandboxOrder]:
    """The wishes that no payment has taken yet: at most one a direction."""
    return db.session.scalars(
        select(SandboxOrder).where(SandboxOrder.used_by.is_(None)).order_by(SandboxOrder.direction)
    ).all()


def take(direction: Direction, ref: str) -> Behaviour | None:
    """What the payment with our reference shall do: the wish that waits, once; asked again, the same. None: no wish.

    The wish for bank files stays until there is another: a file is made of many.
    """
    if current_app.config["PAYMENTS"].name != "sandbox":
        return None
    used_by = f"{direction}:{ref}"
    chosen = select(SandboxOrder).where(SandboxOrder.direction == direction, SandboxOrder.used_by.is_(None))
    earliest = db.session.scalar(chosen.order_by(SandboxOrder.id).limit(1))
    taken = db.session.scalar(select(SandboxOrder).where(SandboxOrder.used_by == used_by))
    if taken is None and earliest is not None and earliest.does == "by_file":
        taken = SandboxOrder(
            direction=direction, does=earliest.does, days=0, asked_at=earliest.asked_at, used_by=used_by
        )
        db.session.add(taken)
        db.session.flush()
    elif taken is None and earliest is not None:
        db.session.execute(
            update(SandboxOrder)
            .where(SandboxOrder.id == earliest.id, SandboxOrder.used_by.is_(None))
            .values(used_by=used_by)
            .execution_options(synchronize_session=False)
        )
        taken = db.session.scalar(select(SandboxOrder).where(SandboxOrder.used_by == used_by))
    return Behaviour(taken.does, taken.days) if taken is not None else None  # type: ignore[arg-type]


def expect(outcome: Outcome, *, at: dt.datetime) -> None:
    """Write down what the play money will do later with the payment of this answer."""
    for number, event in enumerate(outcome.events, start=1):
        outbox.ask(
            WORK, f"{WORK}:{outcome.reference}:{number}", at=at + dt.timedelta(days=event.after_days),
            reference=outcome.reference, what=event.what,
        )  # fmt: skip
