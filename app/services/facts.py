"""Public facts: stated in the transaction of the deed, numbered and signed later, never without the deed."""

from __future__ import annotations

import datetime as dt
import hashlib

from app.db import canonical_json, db
from app.models import Fact


def state(type_: str, about: str, *, at: dt.datetime, **values: object) -> Fact:
    """State one fact: whole numbers, text, truth values; nothing personal, nothing guessable without its salt."""
    body = canonical_json({"v": 1, "type": type_, "about": about, "at": at.astimezone(dt.UTC).isoformat(), **values})
    fact = Fact(type=type_, about=about, at=at, body=body)
    db.session.add(fact)
    return fact


def commitment(salt: str, *parts: str) -> str:
    """SHA-256 over salt and text, in hex: proves later what was said, tells nothing before the salt is published."""
    return hashlib.sha256(bytes.fromhex(salt) + "\n".join(parts).encode()).hexdigest()
