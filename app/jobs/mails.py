"""Mails: written when they are sent, from what is true then. All of them wait for a server, so they run outside.

A second run is harmless: the Message-ID follows from the key of the work. A link that was used or has expired meanwhile
is not sent any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from app.adapters import mail
from app.db import db, transaction
from app.models import Account, Message
from app.services import complaints, mail_links
from app.services.invitations import answers
from app.services.outbox import Handler
from app.web import mails, mails_invitations
from app.web.mails import Letter


def _message(payload: Mapping[str, Any], _at: dt.datetime) -> None:
    """That a message is waiting; an account that was closed or never confirmed its address is not written to."""
    account = db.session.scalar(
        db.select(Account)
        .join(Message, Message.account_id == Account.id)
        .where(Message.key == payload["message"], Account.email_confirmed_at.is_not(None))
    )
    if account is not None:
        _send(mails.of_message(account), f"mail:{payload['message']}")


def _link(payload: Mapping[str, Any], at: dt.datetime) -> None:
    link = mail_links.by_ref(payload["link"])
    if link is None or not mail_links.is_alive(link, at=at):
        return
    letter = mails.of_link(link)
    if letter is not None:
        _send(letter, f"mail-link:{payload['link']}")


def _former(payload: Mapping[str, Any], _at: dt.datetime) -> None:
    """Tell the address that was replaced, and forget it."""
    link = mail_links.by_ref(payload["link"])
    letter = mails.of_former_address(link) if link is not None else None
    if letter is None:
        return
    _send(letter, f"mail-former:{payload['link']}")
    with transaction():
        mail_links.forget_former(payload["link"])


def _new_password(payload: Mapping[str, Any], _at: dt.datetime) -> None:
    account = db.session.scalar(db.select(Account).where(Account.ref == payload["account"]))
    if account is not None and account.email_confirmed_at is not None:
        _send(mails.of_new_password(account), f"mail-password:{payload['why']}")


def _invitation(payload: Mapping[str, Any], at: dt.datetime) -> None:
    """An invitation that was answered or taken back meanwhile is not sent any more."""
    invitation = answers.by_ref(payload["invitation"])
    if invitation is None or not answers.is_open(invitation, at=at):
        return
    letter = mails_invitations.of_invitation(invitation)
    if letter is not None:
        _send(letter, f"mail-invitation:{payload['invitation']}")


def _complaint(payload: Mapping[str, Any], _at: dt.datetime) -> None:
    """What somebody who was not signed in is told of a complaint; whose words were erased is not written to."""
    complaint = complaints.by_ref(payload["complaint"])
    letter = mails.of_complaint(complaint, payload["says"]) if complaint is not None else None
    if letter is not None:
        _send(letter, f"mail-complaint:{payload['complaint']}:{payload['says']}")


def _send(letter: Letter, key: str) -> None:
    """Hand one letter over; nothing is held in the database while the server takes its time."""
    db.session.rollback()
    mail.send(to=letter.to, subject=letter.subject, text=letter.text, key=key)


HANDLERS: Final[Mapping[str, Handler]] = {
    "mail": _message,
    "mail-link": _link,
    "mail-former": _former,
    "mail-password": _new_password,
    complaints.RECEIVED: _complaint,
    "mail-invitation": _invitation,
}
