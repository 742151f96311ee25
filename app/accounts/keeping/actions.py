"""The deeds of somebody who looks after their own account."""

from __future__ import annotations

import datetime as dt

from app.accounts.keeping import queries
from app.accounts.keeping.queries import Hindrance
from app.db import db
from app.models import Account, MailLink
from app.services import audit, erasure, mail_links, outbox, sessions


class NotFree(Exception):
    """The account cannot be closed yet; `hindrances` say why."""

    def __init__(self, hindrances: tuple[Hindrance, ...]) -> None:
        super().__init__("something of the account is not finished")
        self.hindrances = hindrances


def confirm_again(*, by: Account, at: dt.datetime) -> MailLink:
    """Send the link for the present address once more; older ones open nothing any more."""
    mail_links.void(by.id, "confirm", at=at)
    return mail_links.send("confirm", by.email, account=by, at=at)


def ask_change(email: str, *, by: Account, at: dt.datetime) -> MailLink:
    """Send a link to a new address; nothing changes before it is opened. Links to other new addresses open nothing."""
    mail_links.void(by.id, "change", at=at)
    _note(by, "account.email_change_asked", at=at)
    return mail_links.send("change", email, account=by, at=at)


def change_password(
    password_hash: str, *, by: Account, here: str | None, at: dt.datetime, on_the_wall: dt.datetime
) -> None:
    """Set a new password and end every session but the one whose reference is `here`; the owner is told by mail."""
    by.password_hash, by.password_set_at = password_hash, at
    sessions.end_all(by, at=on_the_wall, but=here)
    deed = _note(by, "account.password_changed", at=at)
    outbox.ask("mail-password", f"mail-password:{deed}", at=at, account=by.ref, why=str(deed))


def end_session(ref: str, *, by: Account, at: dt.datetime, on_the_wall: dt.datetime) -> bool:
    """Sign one device out; False when it was signed out before."""
    ended = sessions.end(by, ref, at=on_the_wall)
    if ended:
        _note(by, "account.session_ended", at=at)
    return ended


def close(*, by: Account, at: dt.datetime, on_the_wall: dt.datetime) -> None:
    """Close the account for good. Raises `NotFree` while something of it is not finished."""
    hindrances = queries.hindrances(by, at=at)
    if hindrances:
        raise NotFree(hindrances)
    _note(by, "account.closed", at=at)
    erasure.close(by, at=at, on_the_wall=on_the_wall)


def _note(person: Account, deed: str, *, at: dt.datetime) -> int:
    row = audit.note(deed, "account", person.ref, by=person.id, role="member", at=at)
    db.session.flush()
    return row.id
