"""The words of tus 1.0, the protocol of uploads that go on where they stopped: what its headers mean, and nothing else.

Source: tus resumable upload protocol 1.0.x (tus.io), the core and the extensions creation, creation-with-upload,
termination, checksum and expiration.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from _hashlib import HASH

VERSION: Final = "1.0.0"
EXTENSIONS: Final = ("creation", "creation-with-upload", "termination", "checksum", "expiration")
ALGORITHMS: Final = ("sha1", "sha256")
MEDIA_TYPE: Final = "application/offset+octet-stream"
MISMATCH: Final = 460
"""The status of a piece that is not what its sender said; the protocol's own number."""
_MOST_METADATA: Final = 4096
_MOST_DIGITS: Final = 18


class BadHeader(ValueError):
    """A header is missing or says nothing that the protocol knows; `header` names it."""

    def __init__(self, header: str) -> None:
        super().__init__(f"{header} is missing or cannot be read")
        self.header = header


class Checksum(NamedTuple):
    """What the sender says a piece is."""

    algorithm: str
    digest: bytes

    def begun(self) -> HASH:
        """A running digest of this kind, to be compared with `digest` at the end."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def whole(text: str | None, header: str) -> int:
    """A number of bytes, at least 0. Raises `BadHeader`."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise BadHeader(header)
    return int(text)


def metadata(text: str | None) -> dict[str, str]:
    """What the sender tells about the file: `key base64,key base64`; a key may stand alone. Raises `BadHeader`."""
    told: dict[str, str] = {}
    header = "Upload-Metadata"
    if text and len(text) > _MOST_METADATA:
        raise BadHeader(header)
    for entry in filter(None, (part.strip() for part in (text or "").split(","))):
        key, _space, encoded = entry.partition(" ")
        if key in told or not key.isascii():
            raise BadHeader(header)
        try:
            told[key] = base64.b64decode(encoded, validate=True).decode(errors="replace")
        except ValueError as wrong:
            raise BadHeader(header) from wrong
    return told


def checksum(text: str | None) -> Checksum | None:
    """What `Upload-Checksum` says, None without one. Raises `BadHeader`, also for an algorithm we do not know."""
    if text is None:
        return None
    algorithm, _space, encoded = text.strip().partition(" ")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except ValueError as wrong:
        raise BadHeader("Upload-Checksum") from wrong
    if algorithm not in ALGORITHMS or len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise BadHeader("Upload-Checksum")
    return Checksum(algorithm, digest)


def expires(at: dt.datetime) -> str:
    """The instant in the words of `Upload-Expires` (RFC 9110)."""
    return format_datetime(at.astimezone(dt.UTC), usegmt=True)
