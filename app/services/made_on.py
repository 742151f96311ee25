"""The day a file says it was made on, kept with its document: under the document's own key, and destroyed with it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from app.models import Evidence
from app.services import vault

_PURPOSE: Final = "evidence.made_on"


def seal(day: str, *, key: bytes) -> bytes | None:
    """The day, e.g. "2026-10-20", under the key of its document; None when the file says none."""
    return vault.seal_under(key, day, purpose=_PURPOSE) if day else None


def opened(row: Evidence) -> dt.date | None:
    """The day a file says it was made on; None when it says none, or its key is destroyed."""
    if row.made_on_sealed is None or not row.wrapped_key:
        return None
    key = vault.open_document_key(row.wrapped_key)
    return dt.date.fromisoformat(vault.unseal_under(key, row.made_on_sealed, purpose=_PURPOSE))
