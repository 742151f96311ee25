"""What a relative does: report. The proofs are read and stored first, the report is one transaction."""

from __future__ import annotations

import datetime as dt

from app.db import transaction
from app.models import Account, Report
from app.services import reports
from app.services.reports import Told
from app.web.proofs import Proofs, kept_or_discarded


def report(told: Told, proofs: Proofs, *, by: Account, at: dt.datetime) -> Report:
    """Make the report; when it cannot be made, nothing of its proofs stays. Raises what `reports.make` raises."""
    with kept_or_discarded(proofs), transaction():
        return reports.make(told, proofs, by=by, at=at)
