"""Figures: what is derived once for each period, and what cases received by age, group and place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db
from migrations import guards
from migrations.guards import Guard

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

GUARDS = (
    Guard("period_figure", "is_frozen", "UPDATE", None, "the figures of a period are made once"),
    Guard("period_figure", "stays", "DELETE", None, "the figures of a period are made once"),
    Guard("figure_cell", "stays", "DELETE", None, "what was told by name stays"),
    Guard(
        "figure_cell",
        "is_told_in_blocks",
        "UPDATE",
        "NEW.scope <> OLD.scope OR NEW.dimension <> OLD.dimension OR NEW.value <> OLD.value "
        "OR NEW.named_cases < OLD.named_cases "
        "OR (NEW.named_cases > OLD.named_cases AND NEW.named_cases < OLD.named_cases + 5) "
        "OR (NEW.named_cases = OLD.named_cases AND NEW.named_received_fen <> OLD.named_received_fen)",
        "cases are told by name in blocks of five and more",
    ),
)


def upgrade() -> None:
    """Create both tables with their triggers. What was locked and settled before is made by the clock."""
    op.create_table("period_figure",
    sa.Column("period_id", app.db.Key(), nullable=False),
    sa.Column("kind", app.db.Text_(), nullable=False),
    sa.Column("made_at", app.db.Instant(), nullable=False),
    sa.Column("body", app.db.Record(), nullable=False),
    sa.CheckConstraint("kind IN ('members', 'money')", name=op.f("ck_period_figure_kind")),
    sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_period_figure_period_id")),
    sa.PrimaryKeyConstraint("period_id", "kind", name=op.f("pk_period_figure")),
    sqlite_strict=True
    )
    op.create_table("figure_cell",
    sa.Column("id", app.db.Key(), nullable=False),
    sa.Column("scope", app.db.Text_(), nullable=False),
    sa.Column("dimension", app.db.Text_(), nullable=False),
    sa.Column("value", app.db.Text_(), nullable=False),
    sa.Column("named_cases", app.db.Whole(), nullable=False),
    sa.Column("named_shared_fen", app.db.Fen(), nullable=False),
    sa.Column("named_received_fen", app.db.Fen(), nullable=False),
    sa.Column("waiting_cases", app.db.Whole(), nullable=False),
    sa.Column("waiting_shared_fen", app.db.Fen(), nullable=False),
    sa.Column("waiting_received_fen", app.db.Fen(), nullable=False),
    sa.CheckConstraint("dimension IN ('age', 'group', 'place')", name=op.f("ck_figure_cell_dimension")),
    sa.CheckConstraint("named_cases = 0 OR named_cases >= 5", name=op.f("ck_figure_cell_named_in_company")),
    sa.CheckConstraint("waiting_cases >= 0", name=op.f("ck_figure_cell_waiting_not_negative")),
    sa.CheckConstraint("named_shared_fen >= 0 AND named_received_fen >= named_shared_fen AND waiting_shared_fen >= 0 AND waiting_received_fen >= waiting_shared_fen", name=op.f("ck_figure_cell_money_not_negative")),
    sa.CheckConstraint("value <> 'untold' OR named_cases = 0", name=op.f("ck_figure_cell_untold_stays_untold")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_cell")),
    sa.UniqueConstraint("scope", "dimension", "value", name=op.f("uq_figure_cell_scope_dimension_value")),
    sqlite_strict=True
    )
    guards.stand(GUARDS)


def downgrade() -> None:
    """Drop them: they are derived."""
    guards.fall(GUARDS)
    op.drop_table("figure_cell")
    op.drop_table("period_figure")
