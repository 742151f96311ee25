"""The only clock. Rooms, commands and jobs ask it; everything below them is told the time.

In a demonstration the clock can be moved forward: real time plus the offset kept with the instance. Jobs that do what
was due at a moment, and the story of the demonstration, set the clock to that moment with `at_instant`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from flask import current_app, g
from sqlalchemy import select

from app.db import db
from app.models.instance import Instance

_OFFSET = select(Instance.clock_offset_seconds).where(Instance.id == 1)  # put together once: every page asks it
_set_to: ContextVar[dt.datetime | None] = ContextVar("juntan_clock", default=None)


def now() -> dt.datetime:
    """The current instant, aware, in UTC: the moment that was set, or real time plus the demonstration's offset."""
    moment = _set_to.get()
    return moment if moment is not None else real_now() + dt.timedelta(seconds=_offset_seconds())


def real_now() -> dt.datetime:
    """The time on the wall, whatever the demonstration pretends: for heartbeats, sessions and time-outs."""
    return dt.datetime.now(dt.UTC)


def zone() -> ZoneInfo:
    """The zone of all local days and hours."""
    found: ZoneInfo = current_app.config["ZONE"]
    return found


def local(instant: dt.datetime) -> dt.datetime:
    """The same instant as people here read it on the wall."""
    return instant.astimezone(zone())


def today() -> dt.date:
    """The local calendar day."""
    return local(now()).date()


@contextmanager
def at_instant(moment: dt.datetime) -> Iterator[None]:
    """Inside, `now()` is `moment`. Raises ValueError for a time without a zone: it would be somebody's guess."""
    if moment.tzinfo is None:
        raise ValueError("the clock takes an aware time")
    token = _set_to.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _set_to.reset(token)


def forget() -> None:
    """Read the offset again: called after the demonstration's clock was moved."""
    g.pop("clock_offset_seconds", None)


def _offset_seconds() -> int:
    """The demonstration's offset, read once a request; production has none."""
    if current_app.config["MODE"] != "demo":
        return 0
    if "clock_offset_seconds" not in g:
        g.clock_offset_seconds = db.session.connection().execute(_OFFSET).scalar() or 0
    found: int = g.clock_offset_seconds
    return found
