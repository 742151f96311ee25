"""The deed on the play money."""

from __future__ import annotations

import datetime as dt

from app.demo.money.forms import Wish
from app.services import sandbox


def wish(value: Wish, *, at: dt.datetime) -> None:
    """The next payment in this direction does this. Raises `OnlyInTheDemo`."""
    sandbox.order(value.direction, value.does, value.days, at=at)
