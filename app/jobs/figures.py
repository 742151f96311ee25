"""Figures are made after a lock and after a settlement: one period after the other, each in a deed of its own."""

from __future__ import annotations

import datetime as dt

from app.db import transaction
from app.services.open_data import due
from app.services.period_figures import making


def do(pool_id: int, at: dt.datetime) -> list[str]:
    """Make what is due of a pool. Reads first: a tick that finds nothing takes no lock from anybody."""
    done = []
    while making.is_due(pool_id):
        with transaction():
            name = making.make_next(pool_id, at=at)
            due.mark([name] if name else [], at)
        if name is None:
            break
        done.append(f"{name}: figures made")
    return done
