"""What every answer says about itself: what it may load, who may keep it, and for how long."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, current_app, g, request

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
_OK: Final = 200


def _protect(response: Response) -> Response:
    """Strict from the first page on. A view that shows a document in a frame sets its own, never a looser script rule."""
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
    """Public pages may be kept and asked for again with their ETag; everything else is kept by nobody."""
    if request.endpoint == "static" or "Cache-Control" in response.headers:
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
        response.make_conditional(request)
    return response


def init_app(app: Flask) -> None:
    """Write the headers on every answer, errors included."""
    app.after_request(_keep)
    app.after_request(_protect)
