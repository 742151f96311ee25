"""What every answer says about itself: what it may load, who may keep it, and for how long."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, current_app, g, request
from flask_compress import Compress

from app.web import kept

_SOURCES: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
CONTENT_SECURITY: Final = "; ".join(f"{what} {source}" for what, source in _SOURCES.items())
PERMISSIONS: Final = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"
_OK, _NOT_MODIFIED = 200, 304
_TEXT: Final = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
_compress = Compress()


def _protect(response: Response) -> Response:
    """Strict from the first page on. A view that shows a document in a frame may set its own."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if current_app.config["MODE"] == "production":
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response


def _keep(response: Response) -> Response:
    """Public pages may be kept and asked for again with their ETag; everything else is kept by nobody.

    Only what is the same for everybody travels compressed: the length of a compressed page that holds both a token
    and something a stranger chose can give the token away.
    """
    if request.endpoint == "static":
        return _keep_static(response)
    if "Cache-Control" in response.headers:
        return response
    door = g.get("door")
    is_public = door is not None and door.is_public and not g.get("is_fragment", False)
    if not is_public or request.method not in {"GET", "HEAD"} or response.status_code != _OK:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Accept-Language")
    if not response.is_streamed and not response.direct_passthrough:
        response.add_etag()
        response = _compress.after_request(response)
        kept.put(response)
        response.make_conditional(request)
    return response


def _keep_static(response: Response) -> Response:
    """An address that carries the file's digest never changes its content; any other is asked for again."""
    if response.status_code in {_OK, _NOT_MODIFIED} and request.args.get("v") == static_digest(request.path):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if response.status_code == _OK and response.mimetype in _TEXT:
        response.direct_passthrough = False
        response.get_data()  # what is streamed is packed for some browsers only, and these files are small
    return _compress.after_request(response)


def static_digest(path: str) -> str | None:
    """The digest of a static file, by its address; None for a file that is not there."""
    name = path.removeprefix(f"{current_app.static_url_path}/")
    file = Path(str(current_app.static_folder)) / name
    return _digest(file, file.stat().st_mtime_ns) if file.is_file() else None


def name_static_version(endpoint: str, values: dict[str, Any]) -> None:
    """Put the digest into the address of a static file, so that browsers may keep it for ever."""
    if endpoint == "static" and "v" not in values:
        digest = static_digest(f"{current_app.static_url_path}/{values['filename']}")
        if digest:
            values["v"] = digest


@cache
def _digest(file: Path, _changed_at: int) -> str:
    """Read once, and again when the file has changed."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def init_app(app: Flask) -> None:
    """Write the headers on every answer, errors included."""
    app.config["COMPRESS_REGISTER"] = False  # it would compress pages with a token in them
    _compress.init_app(app)
    app.url_defaults(name_static_version)
    app.after_request(_keep)
    app.after_request(_protect)
