"""The deeds on custody statements. Each is one transaction at the edge."""

from __future__ import annotations

import datetime as dt
from typing import IO

from app.models import Account, CustodyExplanation, CustodyStatement
from app.services.bank_files import arriving
from app.services.bank_statements import explaining, reading
from app.services.bank_statements.differing import Part
from app.services.bank_statements.explaining import Told


def take_in(  # noqa: PLR0913 -- whose statement, over which days, who brings it
    account: str, stream: IO[bytes], *, first_day: dt.date, last_day: dt.date, by: Account, at: dt.datetime
) -> CustodyStatement:
    """Take a statement in. Raises what `reading.take_in` and `arriving.content_of` raise."""
    content = arriving.content_of(stream)
    return reading.take_in(account, content, first_day=first_day, last_day=last_day, by=by.id, at=at)


def propose(statement: CustodyStatement, part: Part, told: Told, *, by: Account, at: dt.datetime) -> None:
    """Say what a part of a difference is. Raises `DoesNotFit`, `NoSuchDeposit` and `ExplainedAlready`."""
    explaining.propose(statement, part, told, by=by.id, at=at)


def answer(found: CustodyExplanation, verdict: str, *, by: Account, at: dt.datetime) -> None:
    """Confirm or refuse what another treasurer said. Raises `OwnExplanation` and `Decided`."""
    explaining.answer(found, verdict, by=by.id, at=at)


def compare_again(statement: CustodyStatement, *, by: Account, at: dt.datetime) -> int:
    """Look once more for bookings; returns how many were found."""
    return explaining.compare_again(statement.custody_account, by=by.id, at=at)
