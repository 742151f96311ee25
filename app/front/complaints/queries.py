"""What somebody asks who complained."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.domain.complaints import WAITING, is_late
from app.models import Account, Complaint
from app.services import complaints
from app.services.days import day_of


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as it is read: its words, when it came, and whether that was later than promised."""

    text: str
    at: dt.datetime
    due_on: dt.date
    late: bool


@dataclass(frozen=True, slots=True)
class Read:
    """One complaint with everything that was said."""

    complaint: Complaint
    text: str
    again: str
    answers: tuple[Answered, ...]
    overdue: bool


def of_account(account: Account) -> list[Complaint]:
    """The complaints of an account, newest first."""
    return list(complaints.of_account(account.id))


def own(account: Account, ref: str) -> Complaint | None:
    """A complaint of this account."""
    found = complaints.by_ref(ref)
    return found if found is not None and found.account_id == account.id else None


def read(complaint: Complaint, *, today: dt.date) -> Read:
    """Everything its page shows."""
    due = {1: complaint.due_on, 2: complaint.again_due_on or complaint.due_on}
    return Read(
        complaint=complaint,
        text=complaints.text_of(complaint),
        again=complaints.again_of(complaint),
        answers=tuple(
            Answered(
                complaints.answer_text(one), one.at, due[one.round], is_late(due[one.round], day_of(one.at), today)
            )
            for one in complaint.answers
        ),
        overdue=complaint.state in WAITING and is_late(complaints.due_of(complaint), None, today),
    )
