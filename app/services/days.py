"""Local days for the engine: the zone is the operator's, the instant always the caller's."""

from __future__ import annotations

import datetime as dt
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app

from app.domain import calendar


def zone() -> ZoneInfo:
    """The zone of all local days."""
    return cast("ZoneInfo", current_app.config["ZONE"])


def day_of(instant: dt.datetime) -> dt.date:
    """The local day of an instant."""
    return calendar.local_day(instant, zone())


def midnight(day: dt.date) -> dt.datetime:
    """00:00 local time of a day, in UTC."""
    return calendar.start_of_day(day, zone())
