"""The audit trail: one row for each deed that somebody may have to answer for."""

from __future__ import annotations

import datetime as dt

from app.db import db
from app.models import Audit


def note(  # noqa: PLR0913 -- who, in which role, did what, to what, when
    deed: str,
    about_kind: str,
    about_ref: str,
    *,
    by: int | None,
    role: str,
    at: dt.datetime,
    detail: str | None = None,
) -> Audit:
    """Record a deed: `by` is the account's number, None when the clock did it. References only, nothing personal."""
    row = Audit(at=at, account_id=by, role=role, deed=deed, about_kind=about_kind, about_ref=about_ref, detail=detail)
    db.session.add(row)
    return row
