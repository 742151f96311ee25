"""Work that leaves the transaction: asked for inside it, done after it, once.

`handlers` maps each kind of work to the function that does it; the jobs floor fills it, because that is where the
adapters and rooms are known.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from app.db import db, transaction
from app.models import Outbox

Handler = Callable[[Mapping[str, Any], dt.datetime], None]
handlers: dict[str, Handler] = {}

_log = logging.getLogger(__name__)
_BACK_OFF = dt.timedelta(minutes=1)
_LONGEST_WAIT = dt.timedelta(hours=6)
_BATCH = 200


def ask(kind: str, key: str, *, at: dt.datetime, **payload: Any) -> None:
    """Ask for a piece of work; a key that was used before asks for nothing."""
    if db.session.scalar(select(Outbox.id).where(Outbox.key == key)) is None:
        db.session.add(Outbox(kind=kind, key=key, payload=payload, created_at=at, due_at=at))
        db.session.flush()


def sweep(at: dt.datetime) -> int:
    """Do what is due, oldest first, each in its own transaction; returns how many were done.

    Work that fails stays, is tried again later and later, and its error is kept for the operator.
    """
    done = 0
    due = db.session.scalars(
        select(Outbox.id)
        .where(Outbox.done_at.is_(None), Outbox.due_at <= at)
        .order_by(Outbox.due_at, Outbox.id)
        .limit(_BATCH)
    ).all()
    for work_id in due:
        done += _do(work_id, at)
    return done


def _do(work_id: int, at: dt.datetime) -> bool:
    try:
        with transaction():
            work = db.session.get(Outbox, work_id, with_for_update=True)
            if work is None or work.done_at is not None:
                return False
            handlers[work.kind](work.payload, at)
            work.done_at = at
            work.attempts += 1
    except Exception as error:  # noqa: BLE001 -- whatever it is, the work stays and is tried again
        _log.exception("work %s failed and will be tried again", work_id)
        with transaction():
            work = db.session.get(Outbox, work_id)
            if work is not None:
                work.attempts += 1
                work.last_error = type(error).__name__
                work.due_at = at + min(_BACK_OFF * 2 ** min(work.attempts, 12), _LONGEST_WAIT)
        return False
    return True
