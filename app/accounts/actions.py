"""The deeds at the gate.

Passwords are kept as argon2 hashes and compared in the same time whether or not anybody has the address; every
entrance and exit leaves an audit row.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from app.accounts import queries
from app.db import db
from app.models.account import Account
from app.services import audit

_HASHER: Final = PasswordHasher()
_NOBODYS_HASH: Final = _HASHER.hash("nobody has this password")


class EmailTaken(Exception):
    """The address already belongs to an account."""


class SignInRefused(Exception):
    """Address and password do not belong together; whether the address is known is not said."""


def sign_up(*, email: str, name: str, password: str, language: str, at: dt.datetime) -> Account:
    """Open an account. Raises `EmailTaken` when the address (in lower case) has one."""
    return open_account(email=email, name=name, password_hash=hash_password(password), language=language, at=at)


def open_account(*, email: str, name: str, password_hash: str, language: str, at: dt.datetime) -> Account:
    """Open an account whose password was hashed before (`hash_password`). Raises `EmailTaken`."""
    if queries.account_by_email(email) is not None:
        raise EmailTaken
    person = Account(email=email, name=name, password_hash=password_hash, language=language, created_at=at)
    db.session.add(person)
    db.session.flush()
    _note(person, "account.opened", at=at)
    return person


def sign_in(*, email: str, password: str, at: dt.datetime) -> Account:
    """The account these belong to. Raises `SignInRefused`, after the same work for every reason."""
    person = queries.account_by_email(email)
    kept = person.password_hash if person is not None and person.closed_at is None else _NOBODYS_HASH
    if not _is_right(kept, password) or person is None or kept is _NOBODYS_HASH:
        raise SignInRefused
    if _HASHER.check_needs_rehash(kept):
        person.password_hash = _HASHER.hash(password)
    _note(person, "account.signed_in", at=at)
    return person


def sign_out(*, by: Account, at: dt.datetime) -> None:
    """Note that somebody left."""
    _note(by, "account.signed_out", at=at)


def sign_out_everywhere(*, by: Account, at: dt.datetime) -> None:
    """End every session of this account: the stamp they carry no longer holds."""
    by.session_stamp += 1
    _note(by, "account.signed_out_everywhere", at=at)


def change(*, name: str, language: str, by: Account, at: dt.datetime) -> None:
    """Change one's own name and language."""
    by.name, by.language = name, language
    _note(by, "account.changed", at=at)


def hash_password(password: str) -> str:
    """The hash that is kept in place of a password."""
    return _HASHER.hash(password)


def _is_right(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def _note(person: Account, deed: str, *, at: dt.datetime) -> None:
    audit.note(deed, "account", person.ref, by=person.id, role="member", at=at)
    db.session.flush()
