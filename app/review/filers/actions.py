"""What a caseworker does about relatives. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.models import Account, PayeeChange, Report
from app.services import payees, report_takebacks


def confirm_account(change: PayeeChange, *, by: Account, at: dt.datetime) -> None:
    """The proof fits. Raises what `payees.confirm` raises."""
    payees.confirm(change, by=by.id, at=at)


def refuse_account(change: PayeeChange, reason: str, *, by: Account, at: dt.datetime) -> None:
    """The proof does not fit. Raises what `payees.refuse` raises."""
    payees.refuse(change, reason, by=by.id, at=at)


def take_back(report: Report, reason: str, *, lives: bool, by: Account, at: dt.datetime) -> None:
    """A confirmation is taken back; perhaps the person lives. Raises what `report_takebacks.take_back` raises."""
    report_takebacks.take_back(report, reason, lives=lives, by=by.id, at=at)
