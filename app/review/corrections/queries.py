"""What the desk of corrections asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.models import Account, PersonCorrection
from app.services.person_corrections import answering, finding, values
from app.services.person_corrections.answering import Effect


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what stood there and what shall stand there; a number with stars in its middle."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Opened:
    """One correction as a caseworker reads it; an auditor sees that it is there."""

    correction: PersonCorrection
    lines: tuple[Line, ...]
    effects: tuple[Effect, ...]
    only_to_refuse: bool
    unopened: int
    reason: str


def waiting(*, by: Account) -> Sequence[PersonCorrection]:
    """What waits, longest first."""
    return finding.waiting(but_not_of=by.id)


def answered_lately(*, by: Account) -> Sequence[PersonCorrection]:
    """What was answered last."""
    return finding.answered_lately(but_not_of=by.id)


def count_waiting(*, by: Account) -> int:
    """How many wait."""
    return len(waiting(by=by))


def opened(found: PersonCorrection, *, by: Account, reads: bool) -> Opened:
    """Everything its page shows; what is sealed only to whoever `reads`."""
    waits = found.state == "asked"
    return Opened(
        correction=found,
        lines=tuple(Line(*line) for line in values.compared(found)) if reads else (),
        effects=answering.effects(found) if reads and waits else (),
        only_to_refuse=waits and answering.can_only_be_refused(found),
        unopened=answering.unopened(found, by=by),
        reason=values.reason_of(found) if reads else "",
    )
