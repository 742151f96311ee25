"""Sessions: who is signed in where. A key in the browser, its hash here; ended by time, by hand, or all at once.

Times are real ones: the clock of a demonstration moves days, not people.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update

from app.db import db
from app.models import Account, BrowserSession

IDLE: Final = dt.timedelta(hours=12)
"""A session ends this long after the last step in it."""
LONGEST: Final = dt.timedelta(days=30)
"""And this long after it began, whatever happens in it; an ended one is forgotten after as long."""
TOUCHED_EVERY: Final = dt.timedelta(minutes=30)
"""How often a session that is at work is written to."""
_ROUNDED_TO: Final = 10


def key_hash(key: str) -> bytes:
    """What is kept of a key that only a browser holds."""
    return hashlib.sha256(key.encode()).digest()


def begin(account: Account, *, device: str, at: dt.datetime) -> tuple[str, str]:
    """Begin a session; returns its key, which is kept nowhere but in the browser, and its reference."""
    key = secrets.token_urlsafe(24)
    begun = BrowserSession(
        account_id=account.id,
        key_hash=key_hash(key),
        device=device,
        created_at=at,
        seen_at=_rounded(at),
        ends_at=at + IDLE,
    )
    db.session.add(begun)
    db.session.flush()
    return key, begun.ref


def living(key: str, *, at: dt.datetime) -> BrowserSession | None:
    """The session this key opens, with its account; None when it has ended or the account is closed."""
    return db.session.scalar(
        select(BrowserSession)
        .join(BrowserSession.account)
        .where(BrowserSession.key_hash == key_hash(key), _is_living(at), Account.closed_at.is_(None))
    )


def account_behind(ref: str) -> int | None:
    """Whose session this is or was; None for one that never was, or is forgotten."""
    return db.session.scalar(select(BrowserSession.account_id).where(BrowserSession.ref == ref))


def is_due_for_touch(session: BrowserSession, *, at: dt.datetime) -> bool:
    """Whether so much time has passed that the session should be told somebody is at work in it."""
    return at >= session.ends_at - IDLE + TOUCHED_EVERY and session.ends_at < session.created_at + LONGEST


def touch(session: BrowserSession, *, at: dt.datetime) -> None:
    """Somebody is at work in it: it lives on."""
    session.seen_at = max(_rounded(at), session.seen_at)
    session.ends_at = min(at + IDLE, session.created_at + LONGEST)
    db.session.flush()


def living_of(account: Account, *, at: dt.datetime) -> Sequence[BrowserSession]:
    """Where this account is signed in now, the last one used first."""
    return db.session.scalars(
        select(BrowserSession)
        .where(BrowserSession.account_id == account.id, _is_living(at))
        .order_by(BrowserSession.seen_at.desc(), BrowserSession.id.desc())
    ).all()


def end(account: Account, ref: str, *, at: dt.datetime) -> bool:
    """End one session of this account; False when it has none of this reference."""
    ended = db.session.scalars(
        update(BrowserSession)
        .where(BrowserSession.account_id == account.id, BrowserSession.ref == ref, _is_living(at))
        .values(ended_at=at)
        .returning(BrowserSession.id)
    ).all()
    return bool(ended)


def end_all(account: Account, *, at: dt.datetime, but: str | None = None) -> None:
    """End every session of this account, but the one whose reference is `but`."""
    others = update(BrowserSession).where(BrowserSession.account_id == account.id, _is_living(at))
    if but is not None:
        others = others.where(BrowserSession.ref != but)
    db.session.execute(others.values(ended_at=at))


def sweep(at: dt.datetime) -> int:
    """Forget sessions that ended long ago; returns how many."""
    old = delete(BrowserSession).where(BrowserSession.ends_at < at - LONGEST)
    return len(db.session.scalars(old.returning(BrowserSession.id)).all())


def _is_living(at: dt.datetime) -> ColumnElement[bool]:
    return (BrowserSession.ended_at.is_(None)) & (BrowserSession.ends_at > at)


def _rounded(at: dt.datetime) -> dt.datetime:
    return at.replace(minute=at.minute - at.minute % _ROUNDED_TO, second=0, microsecond=0)
