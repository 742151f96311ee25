"""Links in mails: proof that somebody reads the mail of an address.

The token of a link is made from its reference with the pepper whenever a mail is written; the database has its hash
only, and the outbox has neither token nor address. What a page does when it asks for a link is the same for every
address: whose it is, and whether there is anybody, is looked up afterwards, when the mail is written.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select, update

from app.db import db, new_ref
from app.models import Account, MailLink
from app.services import outbox, vault

LIVES: Final[Mapping[str, dt.timedelta]] = {
    "confirm": dt.timedelta(days=7),
    "change": dt.timedelta(days=1),
    "reset": dt.timedelta(hours=1),
}
"""How long a link of each purpose opens anything."""
KEPT: Final = dt.timedelta(days=30)
"""How long a link that opens nothing is remembered, and the address in it."""
_PURPOSE: Final = "mail-link.email"


class LinkOpensNothing(Exception):
    """The link was used, has expired, or never was one; which of them is not said."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a link's mail has to say, to whom: the link itself, or that the address has an account already."""

    kind: str
    """A purpose of `LIVES`, or "taken"."""
    to: str
    account: Account


def send(purpose: str, email: str, *, account: Account | None, at: dt.datetime) -> MailLink:
    """Make a link for this address and ask for its mail. A reset names no account, everything else does."""
    ref = new_ref()
    link = MailLink(
        ref=ref,
        purpose=purpose,
        account_id=account.id if account is not None else None,
        email_sealed=vault.seal(email, purpose=_PURPOSE),
        token_hash=_hash(token_of(ref)),
        created_at=at,
        expires_at=at + LIVES[purpose],
    )
    db.session.add(link)
    db.session.flush()
    outbox.ask("mail-link", f"mail-link:{ref}", at=at, link=ref)
    return link


def token_of(ref: str) -> str:
    """The token of a link, 43 letters: nobody makes it without the pepper."""
    return base64.urlsafe_b64encode(vault.keyed_hash("mail-link-token", ref)).rstrip(b"=").decode()


def by_ref(ref: str) -> MailLink | None:
    """The link of this reference."""
    return db.session.scalar(select(MailLink).where(MailLink.ref == ref))


def opened(token: str, *purposes: str, at: dt.datetime, for_use: bool = False) -> MailLink:
    """The link this token opens. Raises `LinkOpensNothing`. `for_use` locks it, inside a transaction."""
    wanted = select(MailLink).where(MailLink.token_hash == _hash(token), MailLink.purpose.in_(purposes))
    if for_use:
        wanted = wanted.with_for_update(of=MailLink).execution_options(populate_existing=True)
    link = db.session.scalar(wanted)
    if link is None or not is_alive(link, at=at):
        raise LinkOpensNothing
    return link


def is_alive(link: MailLink, *, at: dt.datetime) -> bool:
    """Whether it still opens something: not used, not expired, its account not closed."""
    return link.used_at is None and at < link.expires_at and (link.account is None or link.account.closed_at is None)


def address_of(link: MailLink) -> str:
    """The address its mail goes to."""
    return vault.unseal(link.email_sealed, purpose=_PURPOSE)


def account_of(link: MailLink) -> Account | None:
    """Whom the link is about: for a reset, whoever has the address now; None when nobody has."""
    return link.account if link.account is not None else account_reached_at(address_of(link))


def account_reached_at(email: str) -> Account | None:
    """Whose mail goes to this address: its confirmed owner, or else the last one who typed it when signing up."""
    return db.session.scalar(
        select(Account)
        .where(Account.email == email, Account.closed_at.is_(None))
        .order_by(Account.email_confirmed_at.is_(None), Account.id.desc())
        .limit(1)
    )


def errand_of(link: MailLink) -> Errand | None:
    """What its mail has to say; None when there is nobody to say it to."""
    email = address_of(link)
    reached = account_reached_at(email)
    if link.purpose == "reset":
        return Errand("reset", email, reached) if reached is not None else None
    about = link.account
    if about is None:
        return None
    if reached is not None and reached.id != about.id and reached.email_confirmed_at is not None:
        return Errand("taken", email, reached)
    return Errand(link.purpose, email, about)


def use(link: MailLink, *, at: dt.datetime) -> None:
    """The link has done what it is for; it does it no more, nor do others for the same purpose and account."""
    link.used_at = at
    if link.account_id is not None:
        void(link.account_id, link.purpose, at=at)
    db.session.flush()


def void(account_id: int, *purposes: str, at: dt.datetime) -> None:
    """Links of these purposes that are still out there open nothing for this account any more."""
    db.session.flush()
    db.session.execute(
        update(MailLink)
        .where(MailLink.account_id == account_id, MailLink.purpose.in_(purposes), MailLink.used_at.is_(None))
        .values(used_at=at)
    )


def remember_former(link: MailLink, email: str, *, at: dt.datetime) -> None:
    """Let the address that a change replaced be told."""
    link.former_email_sealed = vault.seal(email, purpose=_PURPOSE)
    db.session.flush()
    outbox.ask("mail-former", f"mail-former:{link.ref}", at=at, link=link.ref)


def former_address_of(link: MailLink) -> str | None:
    """The address that a change replaced, while it is to be told."""
    return None if link.former_email_sealed is None else vault.unseal(link.former_email_sealed, purpose=_PURPOSE)


def forget_former(ref: str) -> None:
    """The address that a change replaced has been told."""
    db.session.execute(update(MailLink).where(MailLink.ref == ref).values(former_email_sealed=None))


def sweep(at: dt.datetime) -> int:
    """Forget links that opened nothing for a month, and the addresses in them; returns how many."""
    old = delete(MailLink).where(MailLink.expires_at < at - KEPT)
    return len(db.session.scalars(old.returning(MailLink.id)).all())


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
