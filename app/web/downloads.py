"""What is made for somebody who asks: sent once, kept nowhere in between."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response


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


def kept_by_nobody(response: Response) -> Response:
    """The same answer, kept neither by the browser nor by this server's shelf of public pages."""
    response.headers["Cache-Control"] = "no-store"
    return response
