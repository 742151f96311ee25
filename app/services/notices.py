"""Notices are issued with the deed they tell of; their pictures are made when somebody asks for one."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import bindparam, delete, select

from app.db import db
from app.models import Notice, NoticeFile

_ABOUT = select(Notice).where(Notice.kind == bindparam("kind"), Notice.about == bindparam("about"))


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
    return db.session.scalar(_ABOUT, {"kind": kind, "about": about})


def write_anew(kind: str, about: int) -> None:
    """What the notice of this kind told is no longer so: its files are let go, and written anew when asked for.

    Whoever keeps a file in this moment has kept it before, or is told that the facts are others now.
    """
    held = select(Notice).where(Notice.kind == kind, Notice.about == about).with_for_update()
    found = db.session.scalar(held)
    if found is not None:
        db.session.execute(delete(NoticeFile).where(NoticeFile.notice_id == found.id))
