"""Which page of a list was asked for."""

from __future__ import annotations

from flask import abort, request
from flask_babel import gettext as _

_MOST_DIGITS = 6


def asked_page(count: int, a_page: int) -> tuple[int, int]:
    """The page of `?page=`, from 1, and how many there are for so many rows; a page beyond them does not exist."""
    pages = max(1, -(-count // a_page))
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= _MOST_DIGITS and 1 <= int(asked) <= pages):
        abort(404, _("There is no such page of this list."))
    return int(asked), pages
