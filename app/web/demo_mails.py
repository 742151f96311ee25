"""The mails of a demonstration, for whoever plays: those this browser has asked for, for accounts of its own.

A mail proves that somebody reads the post of an address. Here nobody's post is asked, so a browser is shown only what
goes to an account that was opened in it, or that it is signed in as: an address alone opens nobody else's account.
"""

from __future__ import annotations

from typing import Final

from flask import current_app, session

from app.models import Account
from app.services import mail_links
from app.services.mail_links import Errand
from app.web import doors, mails
from app.web.mails import Letter

_SLOT: Final = "mails"
_OPENED: Final = "opened"
_MOST: Final = 8


def remember(ref: str) -> None:
    """This browser asked for the mail of this link. In production nothing is remembered."""
    _keep(_SLOT, ref)


def remember_opened(person: Account) -> None:
    """This account was opened in this browser. In production nothing is remembered."""
    _keep(_OPENED, person.ref)


def letters() -> list[Letter]:
    """The mails this browser asked for and may read, the last one first, as they would arrive now."""
    links = [mail_links.by_ref(ref) for ref in session.get(_SLOT, [])]
    found = [mails.of_link(link) for link in links if link is not None and _is_ours(mail_links.errand_of(link))]
    return [letter for letter in found if letter is not None]


def _keep(slot: str, ref: str) -> None:
    if current_app.config["MODE"] == "demo":
        session[slot] = list(dict.fromkeys([ref, *session.get(slot, [])]))[:_MOST]


def _is_ours(errand: Errand | None) -> bool:
    """Whether it is about an account of this browser.

    A link to a new password follows its address, so the address must be confirmed: one that anybody may have typed
    would become somebody else's when they confirm it.
    """
    if errand is None or (errand.kind == "reset" and errand.account.email_confirmed_at is None):
        return False
    me = doors.account_or_none()
    return errand.account.ref in session.get(_OPENED, []) or (me is not None and me.id == errand.account.id)
