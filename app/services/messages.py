"""Telling people: one message in the inbox on the site, and a mail that says a message is waiting."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.models import Message
from app.services import once, outbox


def tell(account_id: int, kind: str, *, key: str, at: dt.datetime, **values: Any) -> None:
    """Leave a message once; the words are composed from kind and values when it is read, in the reader's language."""
    if tell_on_the_page(account_id, kind, key=key, at=at, **values):
        outbox.ask("mail", f"mail:{key}", at=at, message=key)


def tell_on_the_page(account_id: int, kind: str, *, key: str, at: dt.datetime, **values: Any) -> bool:
    """Leave a message once in the inbox alone, for who wants no mail about this; returns whether it was new."""
    return once.add(Message, "key", account_id=account_id, key=key, kind=kind, values=values, at=at) is not None
