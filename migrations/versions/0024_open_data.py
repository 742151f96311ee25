"""Open data: the files of a period, their fingerprints, and what has to be written anew."""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

import app.db
from migrations import guards
from migrations.guards import Guard

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

GUARDS = (
    Guard("dataset", "stays", "DELETE", None, "a public file that is gone keeps its row"),
    Guard(
        "dataset",
        "is_the_same_file",
        "UPDATE",
        "NEW.path <> OLD.path OR NEW.part <> OLD.part OR NEW.name <> OLD.name",
        "a row of open data stays the row of its file",
    ),
    Guard(
        "dataset",
        "changes_are_stated",
        "UPDATE",
        "NEW.sha256 <> OLD.sha256 AND NEW.part <> '' AND NEW.fact_id = OLD.fact_id",
        "a public file that changed is stated anew",
    ),
    Guard("refusal_count", "stays", "DELETE", None, "counts of refusals are told once"),
    Guard("refusal_count", "is_frozen", "UPDATE", None, "counts of refusals are told once"),
)


def upgrade() -> None:
    """Create the tables with their triggers. What is numbered from now on makes the files of its part due."""
    op.create_table("dataset",
    sa.Column("path", app.db.Text_(), nullable=False),
    sa.Column("part", app.db.Text_(), nullable=False),
    sa.Column("name", app.db.Text_(), nullable=False),
    sa.Column("sha256", app.db.Text_(), nullable=False),
    sa.Column("bytes", app.db.Whole(), nullable=False),
    sa.Column("rows", app.db.Whole(), nullable=False),
    sa.Column("at", app.db.Instant(), nullable=False),
    sa.Column("fact_id", app.db.Key(), nullable=True),
    sa.Column("ends_on", app.db.Day(), nullable=True),
    sa.Column("made_of", app.db.Text_(), nullable=False),
    sa.CheckConstraint("length(sha256) IN (0, 64)", name=op.f("ck_dataset_fingerprint")),
    sa.CheckConstraint('bytes >= 0 AND "rows" >= 0', name=op.f("ck_dataset_counts")),
    sa.CheckConstraint("sha256 <> '' OR (bytes = 0 AND \"rows\" = 0)", name=op.f("ck_dataset_gone_is_empty")),
    sa.CheckConstraint("fact_id IS NOT NULL OR part = ''", name=op.f("ck_dataset_stated")),
    sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name=op.f("fk_dataset_fact_id")),
    sa.PrimaryKeyConstraint("path", name=op.f("pk_dataset")),
    sqlite_strict=True
    )
    op.create_index("ix_dataset_name", "dataset", ["name", "path"])
    op.create_index("ix_dataset_part", "dataset", ["part", "path"])
    op.create_index("ix_dataset_ends_on", "dataset", ["ends_on"])
    op.create_index("ix_dataset_at", "dataset", ["at"])
    op.create_table("dataset_due",
    sa.Column("part", app.db.Text_(), nullable=False),
    sa.Column("since", app.db.Instant(), nullable=False),
    sa.CheckConstraint("part <> ''", name=op.f("ck_dataset_due_named")),
    sa.PrimaryKeyConstraint("part", name=op.f("pk_dataset_due")),
    sqlite_strict=True
    )
    op.create_table("refusal_count",
    sa.Column("period_id", app.db.Key(), nullable=False),
    sa.Column("clause_group", app.db.Text_(), nullable=False),
    sa.Column("number", app.db.Whole(), nullable=False),
    sa.CheckConstraint("number > 0", name=op.f("ck_refusal_count_something")),
    sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_refusal_count_period_id")),
    sa.PrimaryKeyConstraint("period_id", "clause_group", name=op.f("pk_refusal_count")),
    sqlite_strict=True
    )
    guards.stand(GUARDS)


def downgrade() -> None:
    """Drop them; the files stay where they are."""
    guards.fall(GUARDS)
    for table in ("refusal_count", "dataset_due", "dataset"):
        op.drop_table(table)
