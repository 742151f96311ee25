"""What is asked about background work: how much waits, what came to rest, and what was given up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from app.adapters import antivirus
from app.db import db
from app.models import Heartbeat, Outbox

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much work there is, as counts."""

    due: int
    """Due now and in nobody's hands."""
    held: int
    """In the hands of a worker."""
    later: int
    """Not due yet: asked for later, or failed and waiting to be tried again."""
    failed: int
    """Of all of these, how many have failed before."""


def waiting(*, at: dt.datetime) -> Waiting:
    """The work that is neither done nor at rest."""
    held = Outbox.leased_by.is_not(None)
    row = db.session.execute(
        select(
            func.sum(case((~held & (Outbox.due_at <= at), 1), else_=0)),
            func.sum(case((held, 1), else_=0)),
            func.sum(case((~held & (Outbox.due_at > at), 1), else_=0)),
            func.sum(case((Outbox.last_error.is_not(None), 1), else_=0)),
        ).where(Outbox.done_at.is_(None), Outbox.dead_at.is_(None))
    ).one()
    return Waiting(*(int(number or 0) for number in row))


def dead_letters() -> Sequence[Outbox]:
    """What waits for a person, longest first."""
    return db.session.scalars(
        select(Outbox)
        .where(Outbox.dead_at.is_not(None), Outbox.given_up_at.is_(None))
        .order_by(Outbox.dead_at, Outbox.id)
        .limit(_SHOWN)
    ).all()


def given_up() -> Sequence[Outbox]:
    """What was given up lately, newest first."""
    return db.session.scalars(
        select(Outbox).where(Outbox.given_up_at.is_not(None)).order_by(Outbox.given_up_at.desc()).limit(_SHOWN)
    ).all()


def last_beat() -> dt.datetime | None:
    """When a worker was last alive, in real time."""
    return db.session.scalar(select(func.max(Heartbeat.at)))


def scanner() -> str:
    """How it stands with the virus scanner: `none`, `answers` or `silent`."""
    if not antivirus.is_configured():
        return "none"
    return "answers" if antivirus.answers() else "silent"
