"""What somebody asks about the file of their own data."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.db import db
from app.models import Account, DataExport
from app.services.exports import keeping


def living(account: Account, *, at: dt.datetime) -> DataExport | None:
    """The file that is being made, or can be downloaded."""
    found = keeping.of_account(account)
    return None if found is None or keeping.has_expired(found, at=at) else found


def own(account: Account, ref: str) -> DataExport | None:
    """An export of this account, living or gone."""
    return db.session.scalar(select(DataExport).where(DataExport.ref == ref, DataExport.account_id == account.id))
