"""Demonstration or production: stamped into the database when it is first used, and never mixed afterwards."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError, OperationalError

from app.db import db, transaction
from app.models.instance import Instance
from app.web import clock


class ModesDiffer(Exception):
    """The database belongs to the other mode."""


def check() -> bool:
    """Compare the mode with the stamp, stamping a database that has none. True once that is settled.

    False while the schema is not there or the database does not answer. Raises `ModesDiffer` with the sentence for the
    operator.
    """
    mode: str = current_app.config["MODE"]
    try:
        with db.engine.connect() as connection:
            if not inspect(connection).has_table(Instance.__tablename__):
                return False
        stamped = _stamp(mode)
    except OperationalError:
        current_app.logger.warning("the database does not answer; its mode will be checked at the first request")
        return False
    finally:
        db.session.remove()
    if stamped != mode:
        raise ModesDiffer(
            f"This database belongs to {stamped} and JUNTAN_MODE is {mode}. They are never mixed: "
            f"set JUNTAN_MODE={stamped}, or DATABASE_URL to a database of its own."
        )
    return True


def _stamp(mode: str) -> str:
    """The stamp of this database; ours when it had none. Two processes may try at once: one row is made."""
    stamped = db.session.scalar(db.select(Instance.mode))
    if stamped is not None:
        return stamped
    try:
        with transaction():
            db.session.add(Instance(id=1, mode=mode, created_at=clock.real_now(), clock_offset_seconds=0))
    except IntegrityError:
        return db.session.scalars(db.select(Instance.mode)).one()
    return mode


def _context() -> dict[str, Any]:
    """`mode` for every template, and in a demonstration `today`, the day on its clock."""
    mode: str = current_app.config["MODE"]
    return {"mode": mode, "today": clock.today()} if mode == "demo" else {"mode": mode}


def init_app(app: Flask) -> None:
    """Refuse to start on a database of the other mode; ask again later when it could not be asked now."""
    app.context_processor(_context)
    settled = False

    def ask_again() -> None:
        nonlocal settled
        settled = settled or check()

    with app.app_context():
        ask_again()
    app.before_request(ask_again)
