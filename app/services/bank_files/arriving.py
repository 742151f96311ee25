"""A bank's file as it arrives: measured before it is read."""

from __future__ import annotations

from typing import IO

from app.domain.bank_tables import MOST_BYTES
from app.services.file_refusals import Empty, TooLarge
from app.services.spool import EncryptedSpool


def content_of(stream: IO[bytes]) -> bytes:
    """The bytes of an uploaded file, at most `MOST_BYTES`. Raises `Empty` and `TooLarge`."""
    with EncryptedSpool.holding(stream, most_bytes=MOST_BYTES) as spool:
        if spool.is_too_large:
            raise TooLarge(MOST_BYTES)
        if not spool.size:
            raise Empty
        return b"".join(spool.chunks())
