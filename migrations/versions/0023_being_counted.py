"""Being counted: the tree of a lock, and from when a period is seen."""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

import app.db
from migrations import guards
from migrations.guards import Guard

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

GUARDS = (
    Guard("count_tile", "stays", "DELETE", None, "who was counted stays counted"),
    Guard("count_tile", "is_frozen", "UPDATE", None, "who was counted stays counted"),
    Guard(
        "period",
        "is_seen_once",
        "UPDATE",
        "OLD.visible_at IS NOT NULL AND (NEW.visible_at IS NULL OR NEW.visible_at <> OLD.visible_at)",
        "from when a period is seen is written once",
    ),
    Guard(
        "period",
        "is_seen_with_its_entry",
        "UPDATE",
        "NEW.visible_at IS NOT NULL AND OLD.visible_at IS NULL AND NOT EXISTS (SELECT 1 FROM fact f "
        "JOIN log_entry e ON e.fact_id = f.id JOIN checkpoint c ON c.size > e.number "
        "WHERE f.type = 'members-locked' AND f.about = NEW.name)",
        "a period is seen once its lock stands in a signed checkpoint",
        asks=True,
    ),
    Guard(
        "period",
        "is_seen_before_it_settles",
        "UPDATE",
        "NEW.state = 'settled' AND OLD.state <> 'settled' AND NEW.visible_at IS NULL",
        "a period settles after its lock stands in the public log",
    ),
)


def upgrade() -> None:
    """Create the table with its triggers; periods locked before are seen since their lock, without a tree."""
    op.create_table("count_tile",
    sa.Column("period_id", app.db.Key(), nullable=False),
    sa.Column("number", app.db.Key(), nullable=False),
    sa.Column("leaves", app.db.Whole(), nullable=False),
    sa.Column("last", app.db.Key(), nullable=False),
    sa.Column("firsts", app.db.Sealed(), nullable=False),
    sa.Column("hashes", app.db.Sealed(), nullable=False),
    sa.Column("root", app.db.Sealed(), nullable=False),
    sa.CheckConstraint("number >= 0", name=op.f("ck_count_tile_number")),
    sa.CheckConstraint("leaves > 0 AND leaves <= 65536", name=op.f("ck_count_tile_leaves")),
    sa.CheckConstraint("length(hashes) = 32 * ((leaves + 255) / 256)", name=op.f("ck_count_tile_one_hash_a_block")),
    sa.CheckConstraint("length(firsts) = 8 * ((leaves + 255) / 256)", name=op.f("ck_count_tile_one_first_a_block")),
    sa.CheckConstraint("length(root) = 32", name=op.f("ck_count_tile_root")),
    sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_count_tile_period_id")),
    sa.PrimaryKeyConstraint("period_id", "number", name=op.f("pk_count_tile")),
    sqlite_strict=True
    )
    op.add_column("period", sa.Column("visible_at", app.db.Instant(), nullable=True))
    op.execute("UPDATE period SET visible_at = locked_at WHERE locked_at IS NOT NULL")
    guards.stand(GUARDS)


def downgrade() -> None:
    """Drop them."""
    guards.fall(GUARDS)
    op.drop_column("period", "visible_at")
    op.drop_table("count_tile")
