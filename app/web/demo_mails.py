"""The mails of a demonstration, for whoever plays: those this browser has asked for, and no others."""

from __future__ import annotations

from typing import Final

from flask import current_app, session

from app.services import mail_links
from app.web import mails
from app.web.mails import Letter

_SLOT: Final = "mails"
_MOST: Final = 8


def remember(ref: str) -> None:
    """This browser asked for the mail of this link. In production nothing is remembered."""
    if current_app.config["MODE"] == "demo":
        session[_SLOT] = [ref, *session.get(_SLOT, [])][:_MOST]


def letters() -> list[Letter]:
    """The mails this browser asked for, the last one first, as they would arrive now."""
    links = [mail_links.by_ref(ref) for ref in session.get(_SLOT, [])]
    found = [mails.of_link(link) for link in links if link is not None]
    return [letter for letter in found if letter is not None]
