"""The public log moves on: what was committed is numbered and signed, and its files follow.

The files are written by the worker's rounds and by commands. The story of the demonstration lives through hundreds of
midnights at once and writes them once, at its end.
"""

from __future__ import annotations

import datetime as dt
import logging

from app.db import transaction
from app.services.open_data import due  # noqa: F401 -- what is numbered makes files due
from app.services.public_log import files, sequencing
from app.services.public_log.files import LogIsOlder
from app.services.public_log.signing import AnotherOrigin

_log = logging.getLogger(__name__)


def number(at: dt.datetime) -> list[str]:
    """Number everything that waits; what was done, in words. A log of another address is left alone, and reported."""
    total = 0
    try:
        while sequencing.is_due():
            with transaction():
                total += sequencing.sequence(at=at)
    except (AnotherOrigin, LogIsOlder) as wrong:
        _log.error("nothing is numbered: %s", wrong)
        return []
    return [f"public log: {total} facts numbered"] if total else []


def publish() -> list[str]:
    """Write the files that lag behind; what was done, in words."""
    try:
        written = files.publish()
    except LogIsOlder as wrong:
        _log.error("no file of the log is written: %s", wrong)
        return []
    return [f"public log: {written} files written"] if written else []
