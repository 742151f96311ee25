"""Runs migrations on the application's own engine, in one transaction, on SQLite and PostgreSQL alike."""

from typing import Any

from alembic import context
from flask import current_app

import app.models  # noqa: F401 -- makes every table known
from app.db import db


def render_type(kind: str, item: Any, _context: Any) -> str | bool:
    """Our own column types are named as such in a migration."""
    if kind == "type" and type(item).__module__ == "app.db":
        return f"app.db.{type(item).__name__}()"
    return False


def migrate() -> None:
    """Bring the database to the wanted revision; a failed migration leaves nothing behind."""
    with db.engine.connect().execution_options(writing=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_type,
            user_module_prefix="app.db.",
            **{**current_app.extensions["migrate"].configure_args, "compare_type": False},
        )
        with context.begin_transaction():
            context.run_migrations()


migrate()
