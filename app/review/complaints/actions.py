"""What a caseworker does with a complaint. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Complaint
from app.services import audit, complaints

_ROLE = "caseworker"


def note_look(complaint: Complaint, *, by: Account, at: dt.datetime) -> None:
    """Write down that somebody reads what is sealed of a complaint."""
    audit.note("complaint.opened", "complaint", complaint.ref, by=by.id, role=_ROLE, at=at)


def take(complaint: Complaint, *, by: Account, at: dt.datetime) -> None:
    """Take it up. Raises what `complaints.take` raises."""
    complaints.take(complaint, by=by, role=_ROLE, at=at)


def answer(complaint: Complaint, text: str, *, by: Account, at: dt.datetime) -> None:
    """Answer it. Raises what `complaints.answer` raises."""
    complaints.answer(complaint, text, by=by, role=_ROLE, at=at)
