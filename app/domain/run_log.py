"""What the machine of a period was due to do at which instant, and how late it did it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

Step = Literal[
    "planned", "lock", "count-members", "count-differs", "check-preview", "void-check", "approve-preview",
    "void-approval", "defer-case", "case.removed", "before-settlement", "settle", "after-settlement",
    "release-payouts", "release-waiting", "payout-returned",
    "payout-failed", "send-again", "paid", "reopen", "credit-confirmed", "postpone", "cancel", "explain-lateness",
    "plan-run-off-period", "follow-calendar",
]  # fmt: skip
PUBLIC: frozenset[str] = frozenset(get_args(Step))
"""What everybody reads of it."""
DESK: frozenset[str] = PUBLIC | {"propose-credit", "credit-refused"}
"""The treasury also reads of credits that nobody has confirmed: for the public nothing has happened."""
TIMED: frozenset[str] = frozenset({"lock", "settle", "paid"})
"""The steps that are due at an instant."""


@dataclass(frozen=True, slots=True)
class Line:
    """One step: what was done, when, in which role, and where it was due, how late."""

    step: str
    at: dt.datetime
    role: str
    who: int | None = None
    """The number of the account, for the treasury alone."""
    due: dt.datetime | None = None
    took_ms: int | None = None
    found: int | None = None
    """What the questions about the money found; None for any other step."""

    @property
    def late_seconds(self) -> int | None:
        """Whole seconds after it was due, 0 when it came in time; None for a step that is due at no instant."""
        return None if self.due is None else max(0, int((self.at - self.due).total_seconds()))
