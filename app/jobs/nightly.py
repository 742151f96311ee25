"""Once a night every question about the money is asked, of one moment, by whichever worker comes first.

The story of the demonstration lives through hundreds of midnights at once and asks at none of them: only a worker does.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from app.db import db, transaction
from app.models import Plan
from app.services import check_runs, outbox
from app.services.days import day_of, midnight

HOUR: Final = dt.timedelta(hours=3)
"""From this hour of a local day on; by then what was due at midnight is done."""


def ask(at: dt.datetime) -> None:
    """Ask for the questions of this night, once, and not before there is money to ask about."""
    if at - midnight(day_of(at)) < HOUR:
        return
    key = f"{check_runs.AUDIT}:{day_of(at).isoformat()}"
    if outbox.is_asked(key) or db.session.scalar(db.select(Plan.id).limit(1)) is None:
        return
    with transaction():
        outbox.ask(check_runs.AUDIT, key, at=at, trigger="nightly")
