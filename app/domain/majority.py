"""Coming of age: from the 18th birthday on, whoever was enrolled by a parent may take over the own memberships.

Source: Civil Code of China, art. 17 (a natural person of eighteen full years is an adult). Years are completed as
everywhere in the house (app/domain/calendar.py): who was born on 29 February completes them on 1 March.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from app.domain.calendar import birthday

OF_AGE: Final = 18
NOTICE: Final = timedelta(days=30)
"""So long before the birthday the account that pays is told."""
LINK_LIVES: Final = timedelta(days=14)
"""How long the link opens that a parent gives to the person who takes over."""


def of_age_on(birth_on: date) -> date:
    """The day from which on a person may take over the own memberships."""
    return birthday(birth_on, OF_AGE)


def is_of_age(birth_on: date, on: date) -> bool:
    """Whether 18 years are completed on a day."""
    return of_age_on(birth_on) <= on


def births_told(on: date, looked_back: timedelta) -> tuple[date, date]:
    """The first and the last birth date of those who are told on a day: their 18th birthday is `NOTICE` ahead of it.

    `looked_back` reaches back over days on which nobody was told. The two dates may be wider than the birthdays by a
    day round 29 February; the caller asks `of_age_on` of each.
    """
    last = on + NOTICE
    first = last - looked_back
    return birthday(first, -OF_AGE) - timedelta(days=1), birthday(last, -OF_AGE)


def is_told(birth_on: date, on: date, looked_back: timedelta) -> bool:
    """Whether somebody of this birth date is told on a day, or should have been on one it looks back over."""
    last = on + NOTICE
    return last - looked_back < of_age_on(birth_on) <= last
