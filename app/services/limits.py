"""Limits: what may be done only so often, counted in the database, so that all processes count together.

    limits.take("sign-up-network", network(), at=real_now())   counts one; raises TooMany when it is one too many
    limits.give_back("sign-in-account", email, at=real_now())  what was counted did not happen
    limits.forget("sign-in-account", email)                    begin anew

Each counts in a transaction of its own, or in the caller's when there is one: what must be counted although the deed is
refused (a wrong password, a refused file) is taken before the deed's transaction begins. Who is limited is kept as a
keyed hash only. An error page of `TooMany` is a 429 with Retry-After; a room that keeps its form answers itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app.db import db, engine_name, transaction
from app.domain.limits import Limit, TooMany, after_one_less, after_one_more
from app.models.allowance import Allowance
from app.services import vault

__all__ = ["KINDS", "Limit", "TooMany", "forget", "give_back", "sweep", "take"]

_MINUTE: Final = dt.timedelta(minutes=1)
_HOUR: Final = dt.timedelta(hours=1)

KINDS: Final[Mapping[str, Limit]] = {
    "sign-in-account": Limit(10, 2 * _MINUTE),
    "sign-in-network": Limit(60, _MINUTE / 2),
    "sign-up-network": Limit(30, 4 * _MINUTE),
    "sign-up-account": Limit(3, 20 * _MINUTE),
    "reset-account": Limit(3, 20 * _MINUTE),
    "reset-network": Limit(20, 6 * _MINUTE),
    "confirm-account": Limit(3, 20 * _MINUTE),
    "password-account": Limit(10, 2 * _MINUTE),
    "park-network": Limit(60, _MINUTE),
    "objection-account": Limit(10, 3 * _HOUR),
    "objection-network": Limit(20, _HOUR),
    "objection-case": Limit(5, 6 * _HOUR),
    "objection-upload": Limit(20, 3 * _MINUTE),
    "claim-upload": Limit(120, _MINUTE / 2),
    "report-account": Limit(10, _HOUR),
    "export-account": Limit(3, 4 * _HOUR),
    "correction-account": Limit(10, _HOUR),
    "look-up-account": Limit(30, 4 * _MINUTE),
    "complaint-network": Limit(20, 10 * _MINUTE),
    "complaint-address": Limit(5, 2 * _HOUR),
    "complaint-secret": Limit(20, 2 * _MINUTE),
    "delivery-network": Limit(60, _MINUTE),
    "takeover-account": Limit(5, 20 * _MINUTE),
    "takeover-link": Limit(10, _HOUR),
    "invitation-code-network": Limit(20, _MINUTE),
    "invitation-number": Limit(5, _HOUR),
    "group-account": Limit(5, 24 * _HOUR),
    "list-account": Limit(20, 10 * _MINUTE),
}
"""How often each kind of deed may be done by one account ("-account"; by its address or reference) or from one part of
the network ("-network"; see app/web/network.py)."""


def take(kind: str, subject: str, *, at: dt.datetime) -> None:
    """Count one deed of this kind by this subject. Raises `TooMany` and then counts nothing; KeyError: no such kind."""
    limit = KINDS[kind]
    key = vault.keyed_hash("allowance", kind, subject)
    with transaction():
        row = _row(kind, key, at)
        row.busy_until = after_one_more(row.busy_until, limit, at=at)
        db.session.flush()


def give_back(kind: str, subject: str, *, at: dt.datetime) -> None:
    """Uncount one deed: a sign-in that succeeded, a letter that was not written."""
    key = vault.keyed_hash("allowance", kind, subject)
    with transaction():
        row = _row(kind, key, at)
        row.busy_until = after_one_less(row.busy_until, KINDS[kind])
        db.session.flush()


def forget(kind: str, subject: str) -> None:
    """Begin anew for this subject: whoever proved who they are has no wrong guesses behind them."""
    with transaction():
        key = vault.keyed_hash("allowance", kind, subject)
        db.session.execute(delete(Allowance).where(Allowance.kind == kind, Allowance.subject_hash == key))


def sweep(at: dt.datetime) -> int:
    """Delete what is used up no longer; returns how many rows that were."""
    with transaction():
        gone = db.session.scalars(delete(Allowance).where(Allowance.busy_until < at).returning(Allowance.kind)).all()
    return len(gone)


def _row(kind: str, key: bytes, at: dt.datetime) -> Allowance:
    """The row of a subject, locked; made when it is not there yet, whoever else makes it in the same moment."""
    insert = sqlite.insert if engine_name() == "sqlite" else postgresql.insert
    values = {"kind": kind, "subject_hash": key, "busy_until": at}
    db.session.execute(insert(Allowance).values(**values).on_conflict_do_nothing())
    return db.session.scalars(
        select(Allowance)
        .where(Allowance.kind == kind, Allowance.subject_hash == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
