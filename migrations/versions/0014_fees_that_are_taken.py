"""Takings of the operator's fee."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db
from migrations import guards
from migrations.guards import Guard

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

GUARDS = (
    Guard("fee_taking", "stays", "DELETE", None, "a taking of the fee is answered, never deleted"),
    Guard(
        "fee_taking",
        "is_answered_once",
        "UPDATE",
        "NEW.ref <> OLD.ref OR NEW.plan_id <> OLD.plan_id OR NEW.amount_fen <> OLD.amount_fen "
        "OR NEW.recipient <> OLD.recipient OR NEW.proposed_by <> OLD.proposed_by "
        "OR OLD.state IN ('refused', 'returned') OR (OLD.state = 'taken' AND NEW.state <> 'returned') "
        "OR (OLD.decided_by IS NOT NULL AND (NEW.decided_by IS NULL OR NEW.decided_by <> OLD.decided_by)) "
        "OR (OLD.entry_id IS NOT NULL AND (NEW.entry_id IS NULL OR NEW.entry_id <> OLD.entry_id))",
        "a taking of the fee is answered once and never edited",
    ),
)


def upgrade() -> None:
    """Create the table with its triggers."""
    op.create_table(
        "fee_taking",
        sa.Column("id", app.db.Key(), nullable=False),
        sa.Column("ref", app.db.Ref(), nullable=False),
        sa.Column("plan_id", app.db.Key(), nullable=False),
        sa.Column("amount_fen", app.db.Fen(), nullable=False),
        sa.Column("recipient", app.db.Text_(), nullable=False),
        sa.Column("state", app.db.Text_(), nullable=False),
        sa.Column("proposed_by", app.db.Key(), nullable=False),
        sa.Column("proposed_at", app.db.Instant(), nullable=False),
        sa.Column("decided_by", app.db.Key(), nullable=True),
        sa.Column("decided_at", app.db.Instant(), nullable=True),
        sa.Column("entry_id", app.db.Key(), nullable=True),
        sa.Column("returned_by", app.db.Key(), nullable=True),
        sa.Column("returned_at", app.db.Instant(), nullable=True),
        sa.Column("return_entry_id", app.db.Key(), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'taken', 'refused', 'returned')", name=op.f("ck_fee_taking_state")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_fee_taking_something")),
        sa.CheckConstraint("recipient <> ''", name=op.f("ck_fee_taking_says_where_it_goes")),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)", name=op.f("ck_fee_taking_an_answer_has_its_time")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_fee_taking_an_answer_has_its_treasurer")
        ),
        sa.CheckConstraint("state = 'refused' OR decided_by <> proposed_by", name=op.f("ck_fee_taking_two_people")),
        sa.CheckConstraint(
            "(state IN ('taken', 'returned')) = (entry_id IS NOT NULL)", name=op.f("ck_fee_taking_taken_is_booked")
        ),
        sa.CheckConstraint(
            "(state = 'returned') = (return_entry_id IS NOT NULL)", name=op.f("ck_fee_taking_returned_is_booked")
        ),
        sa.CheckConstraint(
            "(return_entry_id IS NULL) = (returned_by IS NULL)", name=op.f("ck_fee_taking_a_return_has_its_treasurer")
        ),
        sa.CheckConstraint(
            "(return_entry_id IS NULL) = (returned_at IS NULL)", name=op.f("ck_fee_taking_a_return_has_its_time")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_fee_taking_plan_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_fee_taking_proposed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_fee_taking_decided_by")),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_fee_taking_entry_id")),
        sa.ForeignKeyConstraint(["returned_by"], ["account.id"], name=op.f("fk_fee_taking_returned_by")),
        sa.ForeignKeyConstraint(
            ["return_entry_id"], ["journal_entry.id"], name=op.f("fk_fee_taking_return_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_taking")),
        sa.UniqueConstraint("ref", name=op.f("uq_fee_taking_ref")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_fee_taking_entry_id")),
        sa.UniqueConstraint("return_entry_id", name=op.f("uq_fee_taking_return_entry_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_fee_taking_of_plan", "fee_taking", ["plan_id", "id"])
    waits = sa.text("state = 'proposed'")
    op.create_index(
        "ix_fee_taking_one_waits", "fee_taking", ["plan_id"], unique=True, sqlite_where=waits, postgresql_where=waits
    )
    guards.stand(GUARDS)


def downgrade() -> None:
    """Drop them."""
    guards.fall(GUARDS)
    op.drop_table("fee_taking")
