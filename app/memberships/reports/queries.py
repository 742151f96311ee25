"""What a relative asks: the own reports and how they stand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.db import db
from app.models import Account, Report
from app.services import reports, vault


def reports_of(account: Account) -> Sequence[tuple[Report, str]]:
    """The reports of this account, newest first, each with the name it is about."""
    rows = db.session.scalars(
        select(Report).where(Report.account_id == account.id).order_by(Report.id.desc()).limit(20)
    ).all()
    return [(row, vault.unseal(row.name_sealed, purpose=reports.NAME)) for row in rows]
