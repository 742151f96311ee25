"""What is made for somebody who asks: sent once, kept nowhere in between."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask import Response

_ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "image/heic": "heic", "application/pdf": "pdf"}
_SECURITY: Final = "default-src 'none'; object-src 'none'; frame-ancestors 'none'; sandbox"
"""A document loads nothing, runs nothing, and is shown in no frame."""


def download(
    content: bytes | Iterable[str] | Iterable[bytes], kind: str, name: str, *, disposition: str = "attachment"
) -> Response:
    """A file of this media type and name, kept by nobody in between; `inline` shows it where the browser can."""
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    kept_by_nobody(response)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def opened_document(pieces: Iterable[bytes], kind: str, name: str) -> Response:
    """A document as whoever may open it sees it; `name` goes without its ending, which follows from the media type."""
    response = download(pieces, kind, f"{name}.{_ENDINGS[kind]}", disposition="inline")
    response.headers["Content-Security-Policy"] = _SECURITY
    return response


def kept_by_nobody(response: Response) -> Response:
    """The same answer, kept neither by the browser nor by this server's shelf of public pages."""
    response.headers["Cache-Control"] = "no-store"
    return response
