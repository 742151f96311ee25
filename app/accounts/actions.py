"""The deeds at the gate.

Passwords are kept as argon2 hashes and compared in the same time whether or not anybody has the address; every
entrance and exit leaves an audit row.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from flask import current_app

from app.accounts import queries
from app.accounts.forms import NewAccount
from app.db import db, new_ref
from app.models import Account, MailLink
from app.services import audit, limits, mail_links, sessions


def _our_hasher() -> PasswordHasher:
    return _hasher(*current_app.config["PASSWORD_COST"])


@cache
def _hasher(time_cost: int, memory_kib: int, lanes: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=lanes)


@cache
def _nobodys_hash(time_cost: int, memory_kib: int, lanes: int) -> str:
    """What is compared when nobody has the address: it costs as much as anybody's."""
    return _hasher(time_cost, memory_kib, lanes).hash("nobody has this password")


class EmailTaken(Exception):
    """The address already belongs to an account."""


class SignInRefused(Exception):
    """Address and password do not belong together; whether the address is known is not said."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody whose password was right; `renewed_hash` takes the place of one that was made too cheaply."""

    person: Account
    renewed_hash: str | None


def has_password(person: Account, password: str) -> bool:
    """Whether this is the password of this account."""
    return _is_right(person.password_hash, password)


def open_account(*, email: str, name: str, password_hash: str, language: str, at: dt.datetime) -> Account:
    """Open an account whose address needs no confirming, as the operator or the demonstration does.

    Its password was hashed before (`hash_password`). Raises `EmailTaken` when the address (in lower case) has one.
    """
    if queries.account_by_email(email) is not None:
        raise EmailTaken
    person = Account(
        email=email,
        email_confirmed_at=at,
        name=name,
        password_hash=password_hash,
        language=language,
        created_at=at,
    )
    db.session.add(person)
    db.session.flush()
    _note(person, "account.opened", at=at)
    return person


def of_this_form(new: NewAccount, password: str) -> tuple[NewAccount, bool]:
    """What is said by a form that may have been sent before, and whether it was: then `sign_up` opens nothing.

    Only whoever types the same password sends the same form again; for anybody else it is a new one, with a reference
    of its own. Done before the transaction, like `recognise`.
    """
    known = queries.account_by_ref(new.ref)
    if known is None:
        return new, False
    if (known.email, known.email_confirmed_at) == (new.email, None) and _is_right(known.password_hash, password):
        return replace(new, password_hash=known.password_hash), True
    return replace(new, ref=new_ref()), False


def sign_up(new: NewAccount, *, at: dt.datetime, writes: bool = True) -> tuple[Account, MailLink | None]:
    """Open an account whose address is still to be confirmed, and ask for the mail that does it, if `writes`.

    Whether the address has an account already makes no difference here: its owner is told so by mail, and this new
    account waits for a confirmation that never comes. A form sent twice (`of_this_form`) opens one account, and asks
    for one mail.
    """
    known = queries.account_by_ref(new.ref)
    said = (new.email, None, new.password_hash)
    if known is not None and (known.email, known.email_confirmed_at, known.password_hash) == said:
        return known, None
    person = Account(
        ref=new.ref,
        email=new.email,
        name=new.name,
        password_hash=new.password_hash,
        language=new.language,
        created_at=at,
    )
    db.session.add(person)
    db.session.flush()
    link = mail_links.send("confirm", new.email, account=person, at=at) if writes else None
    _note(person, "account.opened", at=at)
    return person, link


def recognise(*, email: str, password: str) -> Recognised:
    """Whose address and password these are. Raises `SignInRefused`, after the same work for every reason.

    Done before the transaction: hashing takes its time on purpose, and on SQLite all who write would wait for it.
    """
    person = queries.account_by_email(email)
    nobodys = _nobodys_hash(*current_app.config["PASSWORD_COST"])
    kept = person.password_hash if person is not None and person.closed_at is None else nobodys
    if not _is_right(kept, password) or person is None or kept is nobodys:
        raise SignInRefused
    return Recognised(person, hash_password(password) if _our_hasher().check_needs_rehash(kept) else None)


def sign_in(who: Recognised, *, at: dt.datetime) -> Account:
    """Note that somebody entered; wrong guesses before that count no more."""
    limits.forget("sign-in-account", who.person.email)
    if who.renewed_hash is not None:
        who.person.password_hash = who.renewed_hash
    _note(who.person, "account.signed_in", at=at)
    return who.person


def sign_out(*, by: Account, at: dt.datetime) -> None:
    """Note that somebody left."""
    _note(by, "account.signed_out", at=at)


def sign_out_everywhere(*, by: Account, at: dt.datetime, on_the_wall: dt.datetime) -> None:
    """End every session of this account; sessions go by the time on the wall, whatever a demonstration's clock says."""
    sessions.end_all(by, at=on_the_wall)
    _note(by, "account.signed_out_everywhere", at=at)


def change(*, name: str, language: str, by: Account, at: dt.datetime) -> None:
    """Change one's own name and language."""
    by.name, by.language = name, language
    _note(by, "account.changed", at=at)


def hash_password(password: str) -> str:
    """The hash that is kept in place of a password; made before the transaction, like `recognise`."""
    return _our_hasher().hash(password)


def _is_right(kept: str, password: str) -> bool:
    try:
        return _our_hasher().verify(kept, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def _note(person: Account, deed: str, *, at: dt.datetime) -> None:
    audit.note(deed, "account", person.ref, by=person.id, role="member", at=at)
    db.session.flush()
