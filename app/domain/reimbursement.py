"""Payouts in parts: so much of an approved total at once, the rest against bills. Integers, fen.

The approved total is the most one claim can receive, and no more than is left of the person's lifetime limit. The first
part is the advance: `at_once_bp` of the total, rounded down. It is part of the total, not extra. Bills use it up: only
what the accepted bills come to beyond the advance makes a further part. At every moment

    all parts of a claim together <= max(advance, net bills accepted) and <= approved total <= lifetime left.

Bills that stay below the advance are charged back to nobody: the difference is set off against later parts, also of
later claims of the same person in the same plan.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from app.domain.moves import MoveTable, row

BillState = Literal["submitted", "judged", "accepted", "refused", "withdrawn"]

BILLS: MoveTable[BillState] = MoveTable(
    "submitted",
    (
        row("submitted", "recommend_acceptance", "judged", "caseworker"),
        row("submitted", "recommend_refusal", "judged", "caseworker"),
        row("judged", "accept", "accepted", "caseworker"),
        row("judged", "refuse", "refused", "caseworker"),
        row("submitted", "withdraw", "withdrawn", "member"),
        row("judged", "withdraw", "withdrawn", "member"),
        row("accepted", "take_back_part", "withdrawn", "member"),
        row("accepted", "reopen", "submitted", "caseworker"),
    ),
)
"""The life of one bill. It is reopened when an objection to the part it was counted in is admitted."""

DECIDED: Final[frozenset[BillState]] = frozenset({"accepted", "refused", "withdrawn"})
MOST_TIMES: Final = 2
"""How often one bill may be handed in: a refused one comes back once, and somebody else decides."""
_WHOLE_BP: Final = 10_000

Closed = Literal["not_approved", "used_up", "too_late", "said_all", "lifetime", "run_off_over"]
"""Why a claim takes no bills (any more)."""


class BillRefusedAtTheDoor(ValueError):
    """A bill that cannot count, whatever its paper says."""


class NothingLeftToPay(BillRefusedAtTheDoor):
    """Others have paid back all of it."""


class BillTooEarly(BillRefusedAtTheDoor):
    """The bill is older than what belongs to the event; `first_day` is the first that counts."""

    def __init__(self, first_day: date) -> None:
        super().__init__(f"bills count from {first_day}")
        self.first_day = first_day


class BillInTheFuture(BillRefusedAtTheDoor):
    """The bill bears a day that has not come."""


class NoBillsTaken(BillRefusedAtTheDoor):
    """The claim takes no bills; `why` says the reason, `last_day` the last day they were taken on."""

    def __init__(self, why: Closed, last_day: date | None = None) -> None:
        super().__init__(why)
        self.why, self.last_day = why, last_day


@dataclass(frozen=True, slots=True)
class Parts:
    """How the money of one claim stands."""

    approved_fen: int
    at_once_fen: int
    documented_fen: int
    """The net sum of the bills accepted so far."""
    awarded_fen: int
    """What all parts of this claim have asked for so far."""
    set_off_fen: int = 0
    """What earlier claims of this person were paid at once and never documented."""
    lifetime_left_fen: int | None = None
    """What is left of the lifetime limit besides other claims, this claim's own parts not deducted; None: unlimited."""

    @property
    def earned_fen(self) -> int:
        """What the claim may have received in all by now."""
        most = self.approved_fen
        if self.lifetime_left_fen is not None:
            most = min(most, max(self.lifetime_left_fen, 0))
        return min(most, max(max(self.at_once_fen, self.documented_fen) - self.set_off_fen, 0))

    @property
    def next_fen(self) -> int:
        """What the next part asks for; 0 when there is none yet."""
        return max(self.earned_fen - self.awarded_fen, 0)

    @property
    def open_fen(self) -> int:
        """What of the total no part has asked for yet."""
        return max(self.approved_fen - self.awarded_fen, 0)

    @property
    def advance_used_fen(self) -> int:
        """What of the advance the bills have used up."""
        return min(self.at_once_fen, self.documented_fen)

    @property
    def is_used_up(self) -> bool:
        """Whether the bills have come to the whole total, so that no further bill could change anything."""
        return max(self.documented_fen - self.set_off_fen, 0) >= self.approved_fen


def at_once_fen(approved_fen: int, at_once_bp: int) -> int:
    """The advance: this share of the total, rounded down to the fen."""
    return approved_fen * at_once_bp // _WHOLE_BP


def net_fen(incurred_fen: int, paid_by_others_fen: int) -> int:
    """What a bill left to pay. Raises `NothingLeftToPay` when the others paid back as much or more."""
    net = incurred_fen - paid_by_others_fen
    if net <= 0:
        raise NothingLeftToPay
    return net


def undocumented_fen(awarded_fen: int, documented_fen: int, approved_fen: int) -> int:
    """What a closed claim received beyond its bills; never negative. Bills beyond the total document nothing else."""
    return max(awarded_fen - min(documented_fen, approved_fen), 0)


def check_day(day: date, *, event_on: date, before_days: int, today: date) -> None:
    """A bill bears a day from `before_days` before the event to today. Raises `BillTooEarly` or `BillInTheFuture`."""
    first = event_on - timedelta(days=before_days)
    if day < first:
        raise BillTooEarly(first)
    if day > today:
        raise BillInTheFuture


def last_day_for_bills(approved_on: date, within_days: int) -> date:
    """The last local day on which bills of a claim approved on that day are taken."""
    return approved_on + timedelta(days=within_days)


def same_words(words: str) -> str:
    """How a hospital or a number is compared: widths, cases, spaces and hyphens make no difference."""
    flat = unicodedata.normalize("NFKC", words).casefold()
    return "".join(letter for letter in flat if letter.isalnum())
