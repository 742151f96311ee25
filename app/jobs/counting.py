"""Right after a lock: everybody it holds is counted, so that the public may see the period."""

from __future__ import annotations

import datetime as dt
import logging

import app.services.counting.seeing  # noqa: F401 -- a period is seen as soon as its lock is signed
from app.services.counting import building

_log = logging.getLogger(__name__)


def do(pool_id: int, at: dt.datetime) -> list[str]:
    """Count the members of a pool's locked period, if that is still to be done. Reads first."""
    period = building.due(pool_id)
    if period is None:
        return []
    name = period.name
    if not building.count(period.id, at=at):
        _log.error("%s is not shown: the rows of its members are not as many as were locked", name)
        return []
    return [f"{name}: everybody counted"]
