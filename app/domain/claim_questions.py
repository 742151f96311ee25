"""Questions to a claimant: what one may hold, until when it should be answered, and what follows when it is not.

A question is a list of items with one due day for all. Each item is a line of the checklist, another document named in
words, or something to be said in words, and each says why it is needed. The claim stays open however long the answer
takes; after the due day the caseworker may go on with what is there (decision 0030).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from app.domain.terms import ANSWER_WITHIN_DAYS

LEAST_DAYS: Final = 3
"""A due day lies at least so many days ahead, so that nobody is asked for tomorrow (chosen by us)."""
MOST_DAYS: Final = 180
MOST_ITEMS: Final = 12
ASKED_PREFIX: Final = "asked-"
"""How the kind of a document begins that was asked for in words and is no line of the checklist."""

Kind = Literal["line", "document", "words"]
"""A line of the checklist; another document, named in words; something to be answered in words."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is asked for."""

    kind: Kind
    reason: str
    """Why it is needed, as the claimant reads it."""
    line: str = ""
    """Key of the checklist's document, for a line."""
    title: str = ""
    """What it is called, or the question itself; empty for a line, which has its name."""


class NothingAsked(ValueError):
    """A question without a single item."""


class TooManyItems(ValueError):
    """More than `MOST_ITEMS` things in one question."""


class ItemUnclear(ValueError):
    """An item does not say what is wanted, or why; `number` is its place from 1, `part` is "title" or "reason"."""

    def __init__(self, number: int, part: str) -> None:
        super().__init__(f"item {number} has no {part}")
        self.number, self.part = number, part


class SameItemTwice(ValueError):
    """One question asks for the same thing twice; `number` is the place of the second."""

    def __init__(self, number: int) -> None:
        super().__init__(f"item {number} is asked for already")
        self.number = number


class DueDayOutOfRange(ValueError):
    """The due day is past, too near or too far; `earliest` and `latest` are what is possible."""

    def __init__(self, earliest: date, latest: date) -> None:
        super().__init__(f"due between {earliest} and {latest}")
        self.earliest, self.latest = earliest, latest


class StillOpen(ValueError):
    """Items were neither answered nor given a reason why they cannot be; `numbers` says which."""

    def __init__(self, numbers: tuple[int, ...]) -> None:
        super().__init__(f"open items: {numbers}")
        self.numbers = numbers


class NotOverdue(ValueError):
    """The claimant still has until `due_on`: nobody goes on without the answer before that day is over."""

    def __init__(self, due_on: date) -> None:
        super().__init__(f"due on {due_on}")
        self.due_on = due_on


def due_day(asked_on: date, within_days: int = ANSWER_WITHIN_DAYS) -> date:
    """The last day to answer a question of `asked_on`, when no other was named; the member terms say the days."""
    return asked_on + timedelta(days=within_days)


def days_to_choose(asked_on: date) -> tuple[date, date]:
    """The earliest and the latest due day of a question that is asked on a day."""
    return asked_on + timedelta(days=LEAST_DAYS), asked_on + timedelta(days=MOST_DAYS)


def check_question(items: Sequence[Item], due_on: date, *, asked_on: date) -> None:
    """A question says of each thing what and why, asks for nothing twice, and leaves time for the answer.

    Raises `NothingAsked`, `TooManyItems`, `ItemUnclear`, `SameItemTwice` or `DueDayOutOfRange`.
    """
    if not items:
        raise NothingAsked
    if len(items) > MOST_ITEMS:
        raise TooManyItems
    seen: set[tuple[str, str]] = set()
    for number, item in enumerate(items, start=1):
        what = (item.line if item.kind == "line" else item.title).strip()
        if not what:
            raise ItemUnclear(number, "title")
        if not item.reason.strip():
            raise ItemUnclear(number, "reason")
        if (item.kind, what) in seen:
            raise SameItemTwice(number)
        seen.add((item.kind, what))
    earliest, latest = days_to_choose(asked_on)
    if not earliest <= due_on <= latest:
        raise DueDayOutOfRange(earliest, latest)


def check_answered(open_numbers: Collection[int]) -> None:
    """Nothing is handed in with an item neither answered nor explained. Raises `StillOpen`."""
    if open_numbers:
        raise StillOpen(tuple(sorted(open_numbers)))


def overdue_days(due_on: date, on: date) -> int:
    """How many days an answer is overdue on a day; 0 while there is time."""
    return max(0, (on - due_on).days)


def check_may_go_on(due_on: date, on: date) -> None:
    """The review goes on without an answer only after its due day. Raises `NotOverdue`."""
    if not overdue_days(due_on, on):
        raise NotOverdue(due_on)
