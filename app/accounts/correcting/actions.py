"""The deeds of somebody who asks for a correction. The documents are stored first, the asking is one transaction."""

from __future__ import annotations

import datetime as dt

from app.db import transaction
from app.models import Account, Person, PersonCorrection
from app.services.person_corrections import asking
from app.services.person_corrections.values import Value
from app.web.proofs import Proofs, forget, kept_or_discarded


def ask(person: Person, after: Value, proofs: Proofs, *, by: Account, at: dt.datetime) -> PersonCorrection:
    """Ask for it; when that cannot be, nothing of its documents stays. Raises what `asking.ask` raises."""
    with kept_or_discarded(proofs), transaction():
        made = asking.ask(person, after, proofs, by=by, at=at)
    if not made.papers:
        forget(proofs)
    return made


def withdraw(row: PersonCorrection, *, by: Account, at: dt.datetime) -> None:
    """Take it back. Raises `CorrectionAnswered`."""
    asking.withdraw(row, by=by, at=at)
