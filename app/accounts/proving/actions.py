"""The deeds of whoever proves that an address is theirs. A link does one deed once, whoever clicks how often."""

from __future__ import annotations

import datetime as dt

from app.accounts import queries as gate
from app.accounts.proving import queries
from app.db import db
from app.models import Account, MailLink
from app.services import audit, limits, mail_links, outbox, sessions
from app.services.mail_links import LinkOpensNothing


class AddressTaken(Exception):
    """The address has been confirmed by another account in the meantime."""


def ask_reset(email: str, *, at: dt.datetime) -> MailLink:
    """Ask for a link to a new password; whether anybody has the address is found out when the mail is written."""
    return mail_links.send("reset", email, account=None, at=at)


def confirm(token: str, *, at: dt.datetime) -> Account:
    """The address of this link is its account's from now on. Raises `LinkOpensNothing`, or `AddressTaken`."""
    link = mail_links.opened(token, "confirm", "change", at=at, for_use=True)
    person, email = link.account, mail_links.address_of(link)
    if person is None or (link.purpose == "confirm" and person.email != email):
        raise LinkOpensNothing
    owner = gate.account_by_email(email)
    if owner is not None and owner.id != person.id:
        raise AddressTaken
    mail_links.use(link, at=at)
    if link.purpose == "change" and person.email != email:
        if person.email_confirmed_at is not None:
            mail_links.remember_former(link, person.email, at=at)
        mail_links.void(person.id, "confirm", at=at)
        person.email = email
    person.email_confirmed_at = at
    db.session.flush()
    audit.note("account.email_confirmed", "account", person.ref, by=person.id, role="member", at=at)
    return person


def reset(token: str, password_hash: str, *, at: dt.datetime, on_the_wall: dt.datetime) -> Account:
    """Set a new password, end every session, and take the address as confirmed. Raises `LinkOpensNothing`."""
    link, person = queries.reset_link(token, at=at, for_use=True)
    mail_links.use(link, at=at)
    mail_links.void(person.id, "confirm", "change", at=at)
    person.password_hash, person.password_set_at = password_hash, at
    person.email_confirmed_at = person.email_confirmed_at or at
    sessions.end_all(person, at=on_the_wall)
    limits.forget("sign-in-account", person.email)
    audit.note("account.password_reset", "account", person.ref, by=person.id, role="member", at=at)
    outbox.ask("mail-password", f"mail-password:{link.ref}", at=at, account=person.ref, why=link.ref)
    db.session.flush()
    return person
