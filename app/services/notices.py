"""Notices are issued with the deed they tell of; their pictures are made when somebody asks for one."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.db import db
from app.models import Notice


def issue(kind: str, about: int, *, account_id: int | None, at: dt.datetime) -> Notice:
    """The notice of this kind about this row, issued once. Only a bulletin has no account: it is public."""
    found = notice_about(kind, about)
    if found is None:
        found = Notice(kind=kind, about=about, account_id=account_id, at=at)
        db.session.add(found)
        db.session.flush()
    return found


def notice_about(kind: str, about: int) -> Notice | None:
    """The notice of this kind about this row, if it was issued."""
    return db.session.scalar(select(Notice).where(Notice.kind == kind, Notice.about == about))
