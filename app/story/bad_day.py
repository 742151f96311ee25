"""A bad day of the story: what happens, to whom, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.story.telling import Story

Deed = Callable[["Story", str, dt.datetime], None]
"""Somebody of the cast ("member-7", or "member-7/young-cancer" for one membership) does something at an instant."""


@dataclass(frozen=True, slots=True)
class BadDay:
    """One scene: so many days after the publication day of a period, at an hour."""

    what: str
    who: str
    deed: Deed
    period: int
    days: int
    hour: int = 10
