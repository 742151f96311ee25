"""What a caseworker does with a report. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Report
from app.services import audit, reports


def note_look(report: Report, *, by: Account, at: dt.datetime) -> None:
    """Write down that somebody reads what is sealed of a report."""
    audit.note("report.opened", "report", report.ref, by=by.id, role="caseworker", at=at)


def propose(report: Report, *, by: Account, at: dt.datetime) -> None:
    """Found sound, where a whole account would go over; another one confirms. Raises what `reports.propose` raises."""
    reports.propose(report, by=by.id, at=at)


def confirm(report: Report, *, by: Account, at: dt.datetime, on_the_wall: dt.datetime) -> None:
    """Carry the report out. Raises what `reports.confirm` raises."""
    reports.confirm(report, by=by.id, at=at, on_the_wall=on_the_wall)


def dismiss(report: Report, reason: str, *, by: Account, at: dt.datetime) -> None:
    """Answer with no and why. Raises what `reports.dismiss` raises."""
    reports.dismiss(report, reason, by=by.id, at=at)
