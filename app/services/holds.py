"""Holding a thing for the length of a deed, so that others who want it come one after the other.

On SQLite one deed writes at a time and nothing has to be held. On PostgreSQL these are advisory locks of the
transaction, told apart by their kind. Whoever needs several holds them in this order, before any row: a reference of a
payment, pools by their number, a list, a custody account; an account of the ledger comes last of all, after the rows.
The public log is held by whoever numbers its entries, and by nobody who needs anything else.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache

from sqlalchemy import TextClause, text

from app.db import db, engine_name


class Kind(IntEnum):
    """What can be held. The numbers are written in the database too: a slot of a balance is held by its trigger."""

    POOL = 7219
    LIST = 7220
    CUSTODY = 7221
    BALANCE_SLOT = 7222
    LEDGER_ACCOUNT = 7223
    PAYMENT_REFERENCE = 7224
    PUBLIC_LOG = 7225


def hold(kind: Kind, what: int | str, *, shared: bool = False) -> None:
    """Wait until nobody else holds this, then hold it to the end of the deed; with all others who share it."""
    if engine_name() != "postgresql":
        return
    db.session.execute(_holding(shared=shared, by_name=isinstance(what, str)), {"kind": int(kind), "what": what})


@cache
def _holding(*, shared: bool, by_name: bool) -> TextClause:
    form = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    return text(f"SELECT {form}(:kind, {'hashtext(:what)' if by_name else ':what'})")
