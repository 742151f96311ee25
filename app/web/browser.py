"""This browser: in whose name it is signed in, since when, and whose session a form was made in.

The browser holds the key of its session in its signed cookie; the row behind it (`BrowserSession`) says whether that
still opens anything. The token of every form carries the reference of the session it was made in, so that a form that
comes too late can still be given back to whoever typed it.
"""

from __future__ import annotations

import secrets
from typing import Final

from flask import current_app, g, request, session
from flask_login import login_user, logout_user
from itsdangerous import BadData, URLSafeTimedSerializer

from app.db import transaction
from app.models import Account, BrowserSession
from app.services import sessions
from app.web import clock, devices

TOKEN_FIELD: Final = "csrf_token"  # noqa: S105 -- the name of a field
_TOKEN_SALT: Final = "wtf-csrf-token"  # noqa: S105 -- Flask-WTF's own name for what it signs
_REF_LETTERS: Final = 12
_OF_DEMONSTRATION: Final = ("mails", "opened")
"""What a browser keeps when somebody leaves a demonstration: the mails it asked for, and the accounts opened in it."""
_SURVIVING: Final = ("parked", *_OF_DEMONSTRATION, "join-amounts")
"""What a browser keeps when somebody signs in: a form that waits to be sent, what the demonstration remembers, and the
amounts chosen for applications that were not sent yet."""


def enter(person: Account) -> None:
    """Begin a session for this account. What the browser held before is thrown away, but for what waits to be sent."""
    kept = {name: session[name] for name in _SURVIVING if name in session}
    with transaction():
        key, ref = sessions.begin(person, device=devices.coarse(request.user_agent.string), at=clock.real_now())
    session.clear()
    session.permanent = True
    session.update(kept)
    session["key"] = key
    session[TOKEN_FIELD] = ref + secrets.token_hex(20)
    login_user(person)
    g.pop("browser_session", None)


def leave() -> None:
    """End the session of this browser, if it has one."""
    kept = {name: session[name] for name in _OF_DEMONSTRATION if name in session}
    current = this_session()
    if current is not None:
        with transaction():
            sessions.end(current.account, current.ref, at=clock.real_now())
    logout_user()
    session.clear()
    session.update(kept)


def load(number: str) -> Account | None:
    """Whoever is signed in by the key of this browser, while the session lives and the account is open."""
    key = session.get("key")
    found = sessions.living(key, at=clock.real_now()) if key else None
    if found is None or found.account_id != int(number):
        return None
    g.browser_session = found
    return found.account


def this_session() -> BrowserSession | None:
    """The session of this browser, once somebody has asked who is signed in; None for a stranger."""
    return g.get("browser_session")


def live_on() -> None:
    """Let the session live on while somebody works; public pages never do this."""
    current, at = this_session(), clock.real_now()
    if current is not None and sessions.is_due_for_touch(current, at=at):
        with transaction():
            sessions.touch(current, at=at)


def is_our_form() -> bool:
    """Whether the form of this request was made by us, for whomever and however long ago."""
    return _signed_token() is not None


def account_of_form() -> int | None:
    """Whose form this request sends: the account it was made for, though its session may have ended since."""
    token = _signed_token() or ""
    return sessions.account_behind(token[:_REF_LETTERS]) if len(token) > _REF_LETTERS else None


def _signed_token() -> str | None:
    signer = URLSafeTimedSerializer(str(current_app.secret_key), salt=_TOKEN_SALT)
    try:
        found = signer.loads(request.form.get(TOKEN_FIELD, ""))
    except BadData:
        return None
    return found if isinstance(found, str) else None
