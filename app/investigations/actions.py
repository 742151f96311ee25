"""What an investigator does: look, file the report once, or not take it."""

from __future__ import annotations

import datetime as dt

from app.domain.investigations import InvestigationOver
from app.models import Account, Investigation
from app.services.investigations import ending, working
from app.web.proofs import Proofs


def look(investigation: Investigation, *, by: Account, at: dt.datetime) -> None:
    """Write down that the claim is looked at. Raises `InvestigationOver` when access has ended."""
    working.note_look(investigation, by=by, at=at)


def file(  # noqa: PLR0913 -- a report has these parts
    investigation: Investigation, *, done: str, found: str, papers: Proofs, by: Account, at: dt.datetime
) -> None:
    """File the report. Raises `InvestigationOver` when somebody ended it meanwhile."""
    working.hold(investigation)
    if not working.has_access(investigation):
        raise InvestigationOver(investigation.state)
    ending.file(investigation, done=done, found=found, papers=[row for row, _carries in papers], by=by, at=at)


def decline(investigation: Investigation, reason: str, *, by: Account, at: dt.datetime) -> None:
    """Do not take it, or go no further. Raises `InvestigationOver`."""
    working.hold(investigation)
    ending.decline(investigation, reason, by=by, at=at)
