"""From when the public sees a period: once its `members-locked` stands in a signed checkpoint of the public log.

Every public page, list, file, feed and message asks here. The treasury sees a period at once.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, or_, select

from app.db import db
from app.models import Case, Period

NEEDS_NO_ENTRY: Final = ("planned", "postponed", "cancelled")
"""Not locked (any more): its calendar is public, and nothing else of it is told."""

SEEN: Final[ColumnElement[bool]] = or_(Period.state.in_(NEEDS_NO_ENTRY), Period.visible_at.is_not(None))
"""The periods that the public sees; a planned one only in calendars."""


def is_seen(period: Period) -> bool:
    """Whether the public sees this period: see `SEEN`."""
    return period.visible_at is not None or period.state in NEEDS_NO_ENTRY


def case_waits(ref: str) -> bool:
    """Whether a case of this reference stands in a period that is locked and not seen yet."""
    return db.session.scalar(select(Case.id).where(Case.ref == ref, Case.period.has(~SEEN))) is not None
