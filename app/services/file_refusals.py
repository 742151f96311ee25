"""Why a file is not taken, besides being of the wrong type: what whoever reads it found, and what its sender is told.

Apart from the reading itself (documents.py), so that a web server knows the answers without loading what reads files.
"""

from __future__ import annotations

from app.services.file_types import EvidenceRefused


class Empty(EvidenceRefused):
    """The file holds no bytes."""


class TooLarge(EvidenceRefused):
    """The file has more bytes than may be sent; `limit_bytes` may."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"more than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class Damaged(EvidenceRefused):
    """The file says it is of this type, and cannot be read to its end."""

    def __init__(self, media_type: str) -> None:
        super().__init__(f"not a whole {media_type}")
        self.media_type = media_type


class TooManyPixels(EvidenceRefused):
    """The image has more pixels than can be checked; `limit` can."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} pixels")
        self.limit = limit


class TooManyPages(EvidenceRefused):
    """The PDF has more pages than fit one document; `limit` do."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} pages")
        self.limit = limit


class Locked(EvidenceRefused):
    """The PDF is encrypted or asks for a password."""


class ActsByItself(EvidenceRefused):
    """The PDF holds something that acts when it is opened; `what` names it as PDF does, e.g. "/JavaScript"."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class TooMuchWork(EvidenceRefused):
    """Reading it takes more memory or time than one document may take."""
