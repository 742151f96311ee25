"""Fingerprints that are printed on letters and pages lead back to the entry that bears them, in a log of any length."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import insert, select

from app.db import db
from app.models import LogFingerprint

PRINTED: Final = frozenset({"rules", "settlement", "members-locked", "payout", "decision"})
"""The types of facts whose fingerprint, or one that they hold, people have on paper."""
_HELD: Final = re.compile(r'"([0-9a-f]{64})"')


def keep(numbered: Iterable[tuple[int, str, str]]) -> None:
    """Remember the fingerprints of entries (number, type, body): that of each itself, and those it holds."""
    rows = [
        {"fingerprint": bytes.fromhex(one), "number": number}
        for number, type_, body in numbered
        if type_ in PRINTED
        for one in {hashlib.sha256(body.encode()).hexdigest(), *_HELD.findall(body)}
    ]
    if rows:
        db.session.execute(insert(LogFingerprint), rows)


def entry_of(fingerprint: str) -> int | None:
    """The newest entry that has this fingerprint (hex), or holds it."""
    return db.session.scalar(
        select(LogFingerprint.number)
        .where(LogFingerprint.fingerprint == bytes.fromhex(fingerprint))
        .order_by(LogFingerprint.number.desc())
        .limit(1)
    )
