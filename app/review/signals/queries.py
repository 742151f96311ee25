"""What the workbench asks about signals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from app.domain.signals import Signal
from app.models import Account, Claim, SignalNote
from app.review.investigations import queries as investigations
from app.review.queries import Workbench
from app.services import signals


@dataclass(frozen=True, slots=True)
class Noticed:
    """One signal, with what was written beside it."""

    signal: Signal
    notes: tuple[tuple[SignalNote, str], ...]
    """Each note with the name of the caseworker."""
    mine: bool
    """This caseworker has looked into it."""


def noticed(claim: Claim, *, by: Account) -> list[Noticed]:
    """What stands out in a claim, what nobody looked into first."""
    found = signals.of_claim(claim, by=by)
    written = signals.notes_of(claim) if found else ()
    beside = {one.key: tuple(pair for pair in written if pair[0].key == one.key) for one in found}
    rows = [Noticed(one, beside[one.key], any(note.by == by.id for note, _ in beside[one.key])) for one in found]
    return sorted(rows, key=lambda one: bool(one.notes))


def beside(bench: Workbench, *, by: Account, today: dt.date, reads: bool) -> dict[str, Any]:
    """What stands on the workbench beside a claim: signals and investigations; nothing for who does not read it."""
    claim = bench.claim
    return {
        "noticed": noticed(claim, by=by) if reads else [],
        "papers": {paper.ref: line.wanted.name for line in bench.lines for paper in line.documents},
        "investigations": investigations.of_claim(claim, today=today) if reads else [],
        "may_investigate": reads and investigations.may_open(claim),
    }
