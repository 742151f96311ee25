"""What a caseworker does with a correction. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.models import Account, PersonCorrection
from app.services import audit
from app.services.person_corrections import answering


def note_look(found: PersonCorrection, *, by: Account, at: dt.datetime) -> None:
    """Write down that somebody reads what is sealed of a correction."""
    audit.note("correction.opened", "correction", found.ref, by=by.id, role="caseworker", at=at)


def accept(found: PersonCorrection, *, by: Account, at: dt.datetime) -> None:
    """The documents show it. Raises what `answering.accept` raises."""
    answering.accept(found, by=by, at=at)


def refuse(found: PersonCorrection, reason: str, *, by: Account, at: dt.datetime) -> None:
    """They do not. Raises what `answering.refuse` raises."""
    answering.refuse(found, reason, by=by, at=at)
