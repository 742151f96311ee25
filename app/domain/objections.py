"""Objections: when anybody may file one, who may answer it, and what is wrong when neither is possible.

Filing moves nothing. A caseworker who had no hand in the claim admits or dismisses it, in public and with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from datetime import date
from typing import Final, Literal

from app.domain.claim_states import check_independent

ObjectionState = Literal["open", "admitted", "dismissed", "moot"]
"""Moot: its case was withdrawn before anybody answered, so there is nothing left to answer."""
Answer = Literal["admitted", "dismissed"]

MOST_A_DAY: Final = 5
"""So many objections are taken from one address on one local day."""


class ObjectionDaysOver(ValueError):
    """Not within the objection days, which are those from `first` to `last`."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"objections are possible from {first} to {last}")
        self.first, self.last = first, last


class CaseNotOpen(ValueError):
    """The case has left its period, so there is nothing to object to."""


class TooManyObjections(ValueError):
    """This address has filed `limit` objections today."""

    def __init__(self, limit: int = MOST_A_DAY) -> None:
        super().__init__(f"at most {limit} objections a day")
        self.limit = limit


class AlreadyAnswered(Exception):
    """Somebody answered this objection before; `state` is the answer."""

    def __init__(self, state: str) -> None:
        super().__init__(f"this objection is {state}")
        self.state = state


class AnswerWithoutReason(ValueError):
    """An objection is answered with a reason that the public reads."""

    def __init__(self) -> None:
        super().__init__("answering an objection needs a public reason")


class AdmittedBetweenPeriods(ValueError):
    """A case that was deferred is in no period until the next one is published, so nothing can take it out of one."""


class Unanswered(Exception):
    """The settlement waits for an answer to the objections to the cases `numbers`, which were deferred once before."""

    def __init__(self, numbers: tuple[int, ...]) -> None:
        super().__init__(f"objections to the cases {numbers} are not answered")
        self.numbers = numbers


def check_in_days(on: date, first: date, last: date) -> None:
    """An objection comes on one of the objection days. Raises `ObjectionDaysOver`."""
    if not first <= on <= last:
        raise ObjectionDaysOver(first, last)


def check_may_answer(person: Hashable, had_a_hand: Collection[Hashable], reason: str) -> None:
    """The answer is that of somebody who neither recommended nor decided the claim, and says why.

    Raises `SamePerson` or `AnswerWithoutReason`.
    """
    check_independent(person, had_a_hand)
    if not reason.strip():
        raise AnswerWithoutReason
