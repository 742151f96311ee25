"""Investigations: somebody who decides nothing finds something out about a claim, and reports once.

The claimant agreed to it separately and may take that back at any time. The clock of the claim runs on meanwhile, so
the day by which the report is due lies within it.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

from app.domain.moves import MoveTable, row

InvestigationState = Literal["open", "filed", "declined", "closed"]
Cause = Literal["consent_withdrawn", "role_ended", "claim_withdrawn", "claim_decided", "called_off"]

TABLE: Final[MoveTable[InvestigationState]] = MoveTable(
    "open",
    (
        row("open", "file", "filed", "investigator"),
        row("open", "decline", "declined", "investigator"),
        row("open", "close", "closed", "caseworker", "member", "system"),
    ),
)
"""The one table of moves. What has ended stays as it is; another investigation may follow."""

MAY_BEGIN_IN: Final = ("submitted", "in_review")
"""The states of a claim in which an investigation may be opened."""
ENDED_BY: Final[dict[str, Cause]] = {
    "approve": "claim_decided",
    "refuse": "claim_decided",
    "withdraw": "claim_withdrawn",
    "withdraw_appeal": "claim_decided",
}
"""The moves of a claim that end its investigation, and why."""
STILL_HEARD_IN: Final = ("submitted", "evidence_asked", "in_review", "recommended")
"""The states of a claim in which what the claimant says to a report still reaches whoever decides."""
AT_THE_LEAST_DAYS: Final = 7
"""When the day promised for the decision is over or nearly so, a report may still take so many days (chosen)."""


class NoConsent(PermissionError):
    """The claimant did not agree that the file is passed to an investigator, or has taken that back."""


class NotAnInvestigator(ValueError):
    """Whoever was chosen does not work as an investigator, or decides about claims as well."""


class TooClose(PermissionError):
    """The investigator is the claimant, belongs to the claimant's account, or had a hand in the claim."""


class OneIsOpen(Exception):
    """The claim has an investigation that is not over."""


class ClaimNotInReview(Exception):
    """The claim is in a state in which nothing is investigated; `state` names it."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the claim is {state}")
        self.state = state


class DueOutside(ValueError):
    """The report would be due in the past, or after the day by which the claim is to be decided."""

    def __init__(self, earliest: dt.date, latest: dt.date) -> None:
        super().__init__(f"due between {earliest} and {latest}")
        self.earliest, self.latest = earliest, latest


class NoSuchDocument(ValueError):
    """A document was chosen that the claim does not hold."""


class InvestigationOver(Exception):
    """The investigation has ended; `state` says how."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the investigation is {state}")
        self.state = state


class SaidAlready(Exception):
    """This was said once and stays: findings are shared once, a claimant answers a report once."""


class NotShared(Exception):
    """The claimant answers what can be read, and the findings are not shared yet."""


class AnswerTooLate(Exception):
    """The claim is decided: what is said now would reach nobody who decides it. `state` names where it stands."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the claim is {state}")
        self.state = state


def due_days(decision_by: dt.date, *, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day on which a report may be due: within the time promised for the decision."""
    return today + dt.timedelta(days=1), max(decision_by, today + dt.timedelta(days=AT_THE_LEAST_DAYS))


def check_due(due_on: dt.date, decision_by: dt.date, *, today: dt.date) -> None:
    """Raises `DueOutside` for a day that `due_days` leaves out."""
    earliest, latest = due_days(decision_by, today=today)
    if not earliest <= due_on <= latest:
        raise DueOutside(earliest, latest)


def late_days(due_on: dt.date, *, today: dt.date) -> int:
    """How many days the report is late; 0 while it is not."""
    return max((today - due_on).days, 0)
