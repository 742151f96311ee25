"""Complaints: by when they are answered, by whom, and what is wrong when something comes at the wrong time.

Answered by somebody of the staff, within working days. Whoever is not satisfied asks once more, and somebody who has
not answered before answers then.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final, Literal

from app.domain.moves import MoveTable, row

ComplaintState = Literal["open", "answered", "asked_again", "answered_again"]

WAITING: Final = ("open", "asked_again")
"""The states in which a complaint waits for an answer."""
_SATURDAY: Final = 5

TABLE: Final[MoveTable[ComplaintState]] = MoveTable(
    "open",
    (
        row("open", "answer", "answered", "caseworker"),
        row("answered", "ask_again", "asked_again", "member", "visitor"),
        row("asked_again", "answer", "answered_again", "caseworker"),
    ),
)
"""The one table of moves. A second answer is the last; what follows it is said on the page of help."""


class ComplaintMoved(Exception):
    """Somebody was faster: the complaint has been answered, or asked again, in the meantime; `state` says which."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the complaint is {state} by now")
        self.state = state


class NotYours(PermissionError):
    """The complaint is one's own: somebody else of the staff answers it."""


class AnsweredBefore(PermissionError):
    """Whoever answered the first time does not answer the second time."""


class TakenByAnother(Exception):
    """Somebody else has taken the complaint up."""


class NotTaken(Exception):
    """A complaint is taken up before it is answered."""


def working_days_after(start: date, number: int, holidays: Collection[date] = frozenset()) -> date:
    """The day so many working days after a day: Monday to Friday, without the holidays the operator named."""
    day, left = start, number
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY and day not in holidays:
            left -= 1
    return day


def is_late(due_on: date, answered_on: date | None, today: date) -> bool:
    """Whether the answer came, or still has not come, after the last day for it."""
    return (answered_on or today) > due_on
