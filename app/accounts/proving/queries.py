"""What whoever comes from a mail asks."""

from __future__ import annotations

import datetime as dt

from app.models import Account, MailLink
from app.services import mail_links
from app.services.mail_links import LinkOpensNothing


def confirming(token: str, *, at: dt.datetime) -> tuple[MailLink, str] | None:
    """The link of this token that confirms an address, and the address; None when it opens nothing (any more)."""
    try:
        link = mail_links.opened(token, "confirm", "change", at=at)
    except LinkOpensNothing:
        return None
    return link, mail_links.address_of(link)


def resetting(token: str, *, at: dt.datetime) -> Account | None:
    """Whose password the link of this token sets; None when it opens nothing (any more)."""
    try:
        return reset_link(token, at=at)[1]
    except LinkOpensNothing:
        return None


def reset_link(token: str, *, at: dt.datetime, for_use: bool = False) -> tuple[MailLink, Account]:
    """The link of this token and whose password it sets. Raises `LinkOpensNothing`, also for one older than that."""
    link = mail_links.opened(token, "reset", at=at, for_use=for_use)
    person = mail_links.account_of(link)
    if person is None or (person.password_set_at is not None and link.created_at <= person.password_set_at):
        raise LinkOpensNothing
    return link, person
