"""Whole addresses: what is read away from this site, in a feed or on paper, says where it is."""

from __future__ import annotations

from flask import current_app, request


def whole(path: str) -> str:
    """The address of a path of this site, under the origin of the configuration; a demonstration says where it is."""
    return (current_app.config["ORIGIN"] or request.host_url.rstrip("/")) + path
