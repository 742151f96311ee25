"""The migrations end where the models are: nobody finds a column that no migration made."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import CheckConstraint, inspect

from app.db import db
from tests.fixtures.application import ROOT


def test_the_migrations_end_where_the_models_are(app: Flask):
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, db.metadata) == []


def test_there_is_one_last_migration(app: Flask):
    (last,) = ScriptDirectory(str(ROOT / "migrations")).get_heads()
    with app.app_context(), db.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == (last,)


def test_every_law_of_a_model_stands_in_the_database(app: Flask):
    with app.app_context():
        look = inspect(db.engine)
        for table in db.metadata.sorted_tables:
            written = {str(law.name) for law in table.constraints if isinstance(law, CheckConstraint)}
            standing = {str(law["name"]) for law in look.get_check_constraints(table.name)}
            assert standing == written, table.name
