"""The deeds of somebody who complains. Each is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Complaint
from app.services import complaints
from app.services.complaints import Said


def file(said: Said, *, account: Account | None, language: str, at: dt.datetime) -> Complaint:
    """Hand a complaint in."""
    return complaints.file(said, account=account, language=language, at=at)


def ask_again(complaint: Complaint, why: str, *, by: Account | None, at: dt.datetime) -> None:
    """Ask once more. Raises `ComplaintMoved`."""
    complaints.ask_again(complaint, why, by=by, at=at)
