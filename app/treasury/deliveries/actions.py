"""The deeds on news: take them in, and say what was done about those that could not be applied."""

from __future__ import annotations

import datetime as dt

from app.domain.deliveries import News
from app.models import Account, Delivery
from app.services import deliveries


def take(news: News, *, at: dt.datetime) -> deliveries.Taken:
    """Take in one piece of news, once."""
    return deliveries.take(news, at=at)


def look(delivery: Delivery, said: str, *, by: Account, at: dt.datetime) -> None:
    """Say what was done about news. Raises `NothingSaid` and `NothingToLookAt`."""
    deliveries.look(delivery, said, by=by.id, at=at)
