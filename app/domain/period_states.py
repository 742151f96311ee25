"""The life of a period: planned, locked (published, open to objections), checked, approved, settled, paid.

One treasurer checks the whole sum, another one approves exactly the same; what changes it voids both.

A planned period that is postponed gets new days and waits for its lock. One that is locked already keeps its members
and goes back to waiting for an approval, because the preview that was approved holds only for its day; the same happens
when a case is taken out. Postponing and cancelling need a reason, which is public. A period that was never
locked because nobody shares is cancelled by the clock on its settle day. A payout that the bank returns opens
a paid period again: it is paid when all of its payouts have arrived and stayed.
"""

from __future__ import annotations

from typing import Literal

from app.domain.moves import MoveTable, row

PeriodState = Literal["planned", "postponed", "locked", "checked", "approved", "settled", "paid", "cancelled"]

TABLE: MoveTable[PeriodState] = MoveTable(
    "planned",
    (
        row("planned", "lock", "locked", "system"),
        row("planned", "postpone", "postponed", "treasurer"),
        row("postponed", "postpone", "postponed", "treasurer"),
        row("postponed", "lock", "locked", "system"),
        row("locked", "check", "checked", "treasurer"),
        row("locked", "postpone", "locked", "treasurer"),
        row("checked", "approve", "approved", "treasurer"),
        row("checked", "void_approval", "locked", "system", "caseworker", "treasurer"),
        row("checked", "postpone", "locked", "treasurer"),
        row("approved", "void_approval", "locked", "system", "caseworker", "treasurer"),
        row("approved", "postpone", "locked", "treasurer"),
        row("approved", "settle", "settled", "system", "treasurer"),
        row("settled", "complete_payments", "paid", "system", "treasurer"),
        row("paid", "reopen", "settled", "system", "treasurer"),
        row("planned", "cancel", "cancelled", "treasurer", "system"),
        row("postponed", "cancel", "cancelled", "treasurer", "system"),
        row("locked", "cancel", "cancelled", "treasurer"),
        row("checked", "cancel", "cancelled", "treasurer"),
        row("approved", "cancel", "cancelled", "treasurer"),
    ),
)

LOCKED_STATES: frozenset[PeriodState] = frozenset({"locked", "checked", "approved"})
"""Locked and unsettled: who shares is frozen. A pool has at most one such period."""

VOUCHED_STATES: frozenset[PeriodState] = frozenset({"checked", "approved"})
"""A treasurer vouches for the sum, or two do: void as soon as the sum is another one."""

PUBLIC_STATES: frozenset[PeriodState] = LOCKED_STATES | {"settled", "paid", "cancelled", "postponed"}
"""The states in which a period has its public page; a plan's calendar shows the planned ones."""


LateCause = Literal["earlier_period_open", "nobody_shared", "clock_stood_still", "plan_closes", "calendar_changed"]

LATE_CAUSES: tuple[LateCause, ...] = (
    "earlier_period_open", "nobody_shared", "clock_stood_still", "plan_closes", "calendar_changed",
)  # fmt: skip
"""Why a lock came late, as far as the house itself knows; a treasurer may add words of their own."""


class ReasonMissing(ValueError):
    """Postponing or cancelling a period without telling the public why."""

    def __init__(self) -> None:
        super().__init__("postponing or cancelling a period needs a public reason")


class CheckedAlone(Exception):
    """Who checked a sum does not approve it as well: that takes a second treasurer."""


def check_second(checked_by: int | None, by: int) -> None:
    """A sum is approved by somebody who did not check it. Raises `CheckedAlone`."""
    if checked_by == by:
        raise CheckedAlone


def after(state: str, move: str, by: str) -> PeriodState:
    """The state a period reaches by a move of a role. Raises `MoveNotAllowed` or `NotYourMove`."""
    return TABLE.after(state, move, by)


def moves_from(state: str, role: str) -> tuple[str, ...]:
    """The moves a role may make from a state."""
    return TABLE.moves_from(state, role)


def check_reason(move: str, reason: str) -> None:
    """Postponing and cancelling say why. Raises `ReasonMissing`."""
    if move in {"postpone", "cancel"} and not reason.strip():
        raise ReasonMissing


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    return TABLE.mermaid()


def document() -> str:
    """The text of docs/period-states.md."""
    return TABLE.document(
        "The states of a period",
        "Drawn from the table in `app/domain/period_states.py`; a test keeps both equal. In brackets stands the role\n"
        "whose move it is. From the lock to the settlement nobody enters or leaves the sharing set.",
    )
