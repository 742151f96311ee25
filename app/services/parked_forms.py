"""Parked forms: what somebody had typed when their session was over. Sealed, kept for an hour, opened by one browser.

Neither passwords nor files are kept, nor the form's token; of a file its name, so that the page can say which to choose
again. Times are real ones.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select

from app.db import db
from app.models import ParkedForm
from app.services import vault
from app.services.sessions import key_hash

KEPT: Final = dt.timedelta(hours=1)
MOST_BYTES: Final = 64 * 1024
"""More than all the longest texts of our longest form."""
_PURPOSE: Final = "parked-form"


class TooMuch(Exception):
    """What was typed is more than any form of ours holds."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form by name, each with its values in the order in which they stood; names of chosen files."""

    fields: Mapping[str, Sequence[str]]
    files: Sequence[str] = ()

    def __bool__(self) -> bool:
        """Whether anything was typed or chosen at all."""
        return bool(self.files) or any(value.strip() for values in self.fields.values() for value in values)


def park(typed: Typed, *, path: str, page: str, account_id: int | None, at: dt.datetime) -> str:
    """Keep a form that is sent to `path` and stood on `page`; returns the key for its browser. Raises `TooMuch`."""
    text = json.dumps({"fields": {k: list(v) for k, v in typed.fields.items()}, "files": list(typed.files)})
    if len(text.encode()) > MOST_BYTES:
        raise TooMuch
    key = secrets.token_urlsafe(24)
    db.session.add(
        ParkedForm(
            key_hash=key_hash(key),
            account_id=account_id,
            path=path,
            page=page,
            typed_sealed=vault.seal(text, purpose=_PURPOSE),
            parked_at=at,
            expires_at=at + KEPT,
        )
    )
    db.session.flush()
    return key


def find(key: str, *, at: dt.datetime) -> ParkedForm | None:
    """The form this key opens; None when its hour is over."""
    return db.session.scalar(select(ParkedForm).where(ParkedForm.key_hash == key_hash(key), ParkedForm.expires_at > at))


def typed_in(form: ParkedForm) -> Typed:
    """What was typed into it."""
    kept = json.loads(vault.unseal(form.typed_sealed, purpose=_PURPOSE))
    return Typed(kept["fields"], tuple(kept["files"]))


def sweep(at: dt.datetime) -> int:
    """Destroy forms whose hour is over; returns how many."""
    old = delete(ParkedForm).where(ParkedForm.expires_at <= at)
    return len(db.session.scalars(old.returning(ParkedForm.id)).all())
