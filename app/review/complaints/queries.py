"""What the desk of complaints asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.domain.complaints import WAITING, is_late
from app.models import Account, Complaint, ComplaintAnswer
from app.services import complaints
from app.services.days import day_of


@dataclass(frozen=True, slots=True)
class Line:
    """One complaint in the list: by when, and whether that day has passed."""

    complaint: Complaint
    due_on: dt.date
    late: bool
    answered_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """One complaint as a caseworker reads it; an auditor sees that it is there, and its days."""

    complaint: Complaint
    text: str
    again: str
    answers: tuple[tuple[ComplaintAnswer, str, bool], ...]
    line: Line
    answered_before: bool
    """This member of staff has answered it, so somebody else does now."""


def waiting(*, by: Account, today: dt.date) -> list[Line]:
    """What waits, due first; none of the own account."""
    return [_line(one, today) for one in complaints.waiting(but_not_of=by.id)]


def answered_lately(*, by: Account, today: dt.date) -> list[Line]:
    """What was answered last, and whether that was late."""
    return [_line(one, today) for one in complaints.answered_lately(but_not_of=by.id)]


def count_waiting(*, by: Account) -> int:
    """How many wait."""
    return len(complaints.waiting(but_not_of=by.id))


def opened(found: Complaint, *, by: Account, reads: bool, today: dt.date) -> Opened:
    """Everything its page shows; the words only to whoever `reads`."""
    due = {1: found.due_on, 2: found.again_due_on or found.due_on}
    return Opened(
        complaint=found,
        text=complaints.text_of(found) if reads else "",
        again=complaints.again_of(found) if reads else "",
        answers=tuple(
            (one, complaints.answer_text(one) if reads else "", is_late(due[one.round], day_of(one.at), today))
            for one in found.answers
        ),
        line=_line(found, today),
        answered_before=any(one.by == by.id for one in found.answers),
    )


def _line(one: Complaint, today: dt.date) -> Line:
    answered_at = one.answers[-1].at if one.answers and one.state not in WAITING else None
    due_on = complaints.due_of(one)
    return Line(one, due_on, is_late(due_on, day_of(answered_at) if answered_at else None, today), answered_at)
