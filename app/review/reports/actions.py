"""What a caseworker does with a report. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Report
from app.services import reports


def confirm(report: Report, *, by: Account, at: dt.datetime) -> None:
    """Carry the report out. Raises `reports.ReportAnswered` and `reports.UnknownPerson`."""
    reports.confirm(report, by=by.id, at=at)


def dismiss(report: Report, reason: str, *, by: Account, at: dt.datetime) -> None:
    """Answer with no and why. Raises `reports.ReportAnswered`."""
    reports.dismiss(report, reason, by=by.id, at=at)
