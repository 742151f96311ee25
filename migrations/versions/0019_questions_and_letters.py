"""Questions and letters: what a claimant is asked for item by item, and the letters of receipt and of a question."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db
from migrations import checks, guards
from migrations.guards import Guard

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KINDS = "kind IN ('certificate', 'decision', 'payout', 'bulletin', 'receipt', 'question')"
FORMER_KINDS = "kind IN ('certificate', 'decision', 'payout', 'bulletin')"
TABLES = ("claim_question", "claim_question_item", "claim_question_reply")
GUARDS = tuple(
    guard
    for table in TABLES
    for guard in (
        Guard(table, "stays", "DELETE", None, "what was asked and answered is never deleted"),
        Guard(table, "is_frozen", "UPDATE", None, "what was asked and answered is never edited"),
    )
)


def upgrade() -> None:
    """Create the tables with their triggers, and let two more letters be written."""
    op.create_table('claim_question',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('step_id', app.db.Key(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.Column('by', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('due_on', app.db.Day(), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_claim_question_number')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_claim_question_by')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_claim_question_claim_id')),
    sa.ForeignKeyConstraint(['step_id'], ['claim_step.id'], name=op.f('fk_claim_question_step_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_question')),
    sa.UniqueConstraint('claim_id', 'number', name=op.f('uq_claim_question_claim_id_number')),
    sa.UniqueConstraint('step_id', name=op.f('uq_claim_question_step_id')),
    sqlite_strict=True
    )
    op.create_table('claim_question_item',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('question_id', app.db.Key(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('line', app.db.Text_(), nullable=True),
    sa.Column('title_sealed', app.db.Sealed(), nullable=True),
    sa.Column('reason_sealed', app.db.Sealed(), nullable=True),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.CheckConstraint("(kind = 'line') = (line IS NOT NULL)", name=op.f('ck_claim_question_item_a_line_names_its_document')),
    sa.CheckConstraint("kind = 'line' OR title_sealed IS NOT NULL", name=op.f('ck_claim_question_item_says_what_is_wanted')),
    sa.CheckConstraint("kind IN ('line', 'document', 'words')", name=op.f('ck_claim_question_item_kind')),
    sa.CheckConstraint('number > 0', name=op.f('ck_claim_question_item_number')),
    sa.CheckConstraint('reason_sealed IS NOT NULL', name=op.f('ck_claim_question_item_says_why')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_claim_question_item_claim_id')),
    sa.ForeignKeyConstraint(['question_id'], ['claim_question.id'], name=op.f('fk_claim_question_item_question_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_question_item')),
    sa.UniqueConstraint('question_id', 'line', name=op.f('uq_claim_question_item_question_id_line')),
    sa.UniqueConstraint('question_id', 'number', name=op.f('uq_claim_question_item_question_id_number')),
    sqlite_strict=True
    )
    op.create_index('ix_claim_question_item_of_claim', 'claim_question_item', ['claim_id', 'id'])
    op.create_table('claim_question_reply',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('item_id', app.db.Key(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('text_sealed', app.db.Sealed(), nullable=True),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_claim_question_reply_claim_id')),
    sa.ForeignKeyConstraint(['item_id'], ['claim_question_item.id'], name=op.f('fk_claim_question_reply_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_question_reply')),
    sqlite_strict=True
    )
    op.create_index('ix_claim_question_reply_of_item', 'claim_question_reply', ['item_id', 'id'])
    guards.stand(GUARDS)
    checks.replace("notice", "kind", KINDS)


def downgrade() -> None:
    """Drop the tables with what they hold, and the letters that only they know."""
    letters = "(SELECT id FROM notice WHERE kind IN ('receipt', 'question'))"
    op.execute(f"DELETE FROM notice_file WHERE notice_id IN {letters}")
    op.execute("DELETE FROM notice WHERE kind IN ('receipt', 'question')")
    checks.replace("notice", "kind", FORMER_KINDS)
    for table in reversed(TABLES):
        op.drop_table(table)
