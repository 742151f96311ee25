"""What was left open around money: nobody is paid above what was settled, and a line of the bank is booked once."""

import sqlalchemy as sa
from alembic import op

import app.db
from migrations import guards
from migrations.guards import Guard

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

GUARDS = (
    Guard(
        "payout",
        "is_within_its_award",
        "INSERT",
        "NEW.amount_fen + COALESCE((SELECT SUM(live.amount_fen) FROM payout live WHERE live.award_id = NEW.award_id), 0) "
        "> COALESCE((SELECT settled.shared_fen + settled.from_reserve_fen + settled.from_operator_fen "
        "FROM settlement_award settled WHERE settled.award_id = NEW.award_id), 0)",
        "a case is never paid more than its settlement awards it",
        asks=True,
    ),
    Guard("bank_line", "stays", "DELETE", None, "what stood for a line of the bank is freed, never deleted"),
    Guard(
        "bank_line",
        "is_freed_once",
        "UPDATE",
        "OLD.freed_at IS NOT NULL OR NEW.freed_at IS NULL OR NEW.custody_account <> OLD.custody_account "
        "OR NEW.reference <> OLD.reference OR NEW.way <> OLD.way OR NEW.occurrence <> OLD.occurrence "
        "OR NEW.desk <> OLD.desk OR NEW.of_ref <> OLD.of_ref OR NEW.at <> OLD.at",
        "what stands for a line of the bank is freed once, and never edited",
    ),
)

# What stands for a line by now, desk by desk; refused ones free theirs.
_STANDING = """
SELECT custody AS account, bank_reference AS reference, 'in' AS way, 'transfer' AS desk, ref AS of_ref,
    recorded_at AS at, 1 AS occurrence FROM transfer_by_hand WHERE state <> 'rejected'
UNION ALL SELECT custody, sent_reference, 'out', 'transfer', ref, closed_at, 1
    FROM transfer_by_hand WHERE sent_reference IS NOT NULL
UNION ALL SELECT plan.custody_account, funding.reference, 'in', 'funding', funding.ref, funding.recorded_at, 1
    FROM funding JOIN plan ON plan.id = funding.plan_id WHERE funding.state <> 'refused' AND funding.reference <> ''
UNION ALL SELECT plan.custody_account, gone.reference, 'out', 'remainder', gone.ref, gone.recorded_at, 1
    FROM closing_remainder gone JOIN closing ON closing.id = gone.closing_id JOIN plan ON plan.id = closing.plan_id
    WHERE gone.state <> 'refused' AND gone.reference <> ''
UNION ALL SELECT line.custody_account, line.bank_reference, CASE WHEN line.amount_fen > 0 THEN 'in' ELSE 'out' END,
    'statement', said.ref, said.proposed_at, (SELECT COUNT(*) FROM custody_line same
        WHERE same.custody_account = line.custody_account AND same.bank_reference = line.bank_reference
        AND same.id <= line.id AND (same.amount_fen > 0) = (line.amount_fen > 0))
    FROM custody_explanation said JOIN custody_line line ON line.id = said.line_id
    WHERE said.state <> 'refused' AND said.kind NOT IN ('in_transit', 'before')
"""
# Where two of them stand for one line already, the later one is told apart by a number of its own.
TAKE = f"""
INSERT INTO bank_line (custody_account, reference, way, occurrence, desk, of_ref, at)
SELECT account, reference, way, CASE WHEN occurrence > number THEN occurrence ELSE number END, desk, of_ref, at
FROM (SELECT standing.*, ROW_NUMBER() OVER (PARTITION BY account, reference, way ORDER BY occurrence, at, of_ref) AS number
    FROM ({_STANDING}) standing) numbered
"""


def upgrade() -> None:
    """Create the table and the guards, and take the lines that are booked already."""
    op.create_table(
        "bank_line",
        sa.Column("id", app.db.Key(), nullable=False),
        sa.Column("custody_account", app.db.Text_(), nullable=False),
        sa.Column("reference", app.db.Text_(), nullable=False),
        sa.Column("way", app.db.Text_(), nullable=False),
        sa.Column("occurrence", app.db.Whole(), nullable=False),
        sa.Column("desk", app.db.Text_(), nullable=False),
        sa.Column("of_ref", app.db.Text_(), nullable=False),
        sa.Column("at", app.db.Instant(), nullable=False),
        sa.Column("freed_at", app.db.Instant(), nullable=True),
        sa.CheckConstraint("reference <> ''", name=op.f("ck_bank_line_the_bank_names_it")),
        sa.CheckConstraint("way IN ('in', 'out')", name=op.f("ck_bank_line_way")),
        sa.CheckConstraint("occurrence >= 1", name=op.f("ck_bank_line_occurrence")),
        sa.CheckConstraint(
            "desk IN ('transfer', 'funding', 'statement', 'news', 'remainder')", name=op.f("ck_bank_line_desk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sqlite_strict=True,
    )
    stands = sa.text("freed_at IS NULL")
    op.create_index(
        "ix_bank_line_one_booking",
        "bank_line",
        ["custody_account", "reference", "way", "occurrence"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_index("ix_bank_line_of", "bank_line", ["desk", "of_ref"])
    op.execute(TAKE)
    guards.stand(GUARDS)


def downgrade() -> None:
    """Drop them."""
    guards.fall(GUARDS)
    op.drop_table("bank_line")
