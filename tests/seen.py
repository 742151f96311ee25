"""The one way in which tests lock a period: as the clock does, up to the moment in which the public sees it."""

from __future__ import annotations

import datetime as dt

import app.services.counting.seeing  # noqa: F401 -- a period is seen as soon as its lock is signed
from app.db import transaction
from app.models import Period
from app.services import periods
from app.services.counting import building
from app.services.public_log import sequencing


def lock(period: Period, *, at: dt.datetime) -> Period:
    """Lock and publish, count everybody, sign the log: the public sees the period."""
    with transaction():
        periods.lock_and_publish(period, at=at)
        count_and_see(period, at=at)
    return period


def count_and_see(period: Period, *, at: dt.datetime) -> None:
    """What follows a lock."""
    with transaction():
        assert building.count(period.id, at=at), building.differs(period)
        while sequencing.sequence(at=at):
            pass
    assert period.visible_at is not None
