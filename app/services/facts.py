"""Public facts: stated in the transaction of the deed, numbered and signed later, never without the deed."""

from __future__ import annotations

import datetime as dt
import hashlib

from app.db import canonical_json, db
from app.domain.tiles import fits
from app.models import Fact


def state(type_: str, about: str, *, at: dt.datetime, **values: object) -> Fact:
    """State one fact: whole numbers, text, truth values; nothing personal, nothing guessable without its salt.

    EntryTooLong when it could never be an entry of the public log.
    """
    body = canonical_json({"v": 1, "type": type_, "about": about, "at": at.astimezone(dt.UTC).isoformat(), **values})
    fits(body.encode())
    fact = Fact(type=type_, about=about, at=at, body=body)
    db.session.add(fact)
    return fact


def digest(body: str) -> str:
    """The fingerprint of a stated fact: SHA-256 of its text, in hex. Another fact points at it by this."""
    return hashlib.sha256(body.encode()).hexdigest()


def commitment(salt: str, *parts: str) -> str:
    """SHA-256 over the salt and the parts as canonical JSON, in hex.

    It proves later what was said and tells nothing before the salt is published. No line that moves from one part into
    the next gives the same commitment.
    """
    return hashlib.sha256(bytes.fromhex(salt) + canonical_json(list(parts)).encode()).hexdigest()
