"""Telling people: one message in the inbox on the site, and a mail that says a message is waiting."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from app.db import db
from app.models import Message
from app.services import outbox


def tell(account_id: int, kind: str, *, key: str, at: dt.datetime, **values: Any) -> None:
    """Leave a message once; the words are composed from kind and values when it is read, in the reader's language."""
    if db.session.scalar(select(Message.id).where(Message.key == key)) is not None:
        return
    db.session.add(Message(account_id=account_id, key=key, kind=kind, values=values, at=at))
    db.session.flush()
    outbox.ask("mail", f"mail:{key}", at=at, message=key)
