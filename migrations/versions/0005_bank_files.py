"""Bank files: batches of transfers, their answers, and statements of custody accounts."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

IMMUTABLE = ("bank_transfer", "bank_answer", "custody_line", "custody_match")
_FROZEN = {
    "bank_batch": ("ref", "custody_account", "transfers", "sum_fen", "digest", "made_by", "made_at"),
    "bank_batch_line": ("batch_id", "number", "transfer_id"),
    "bank_import": ("ref", "batch_id", "digest", "lines", "content_sealed", "read_by", "read_at"),
    "custody_statement": (
        "ref", "custody_account", "number", "first_day", "last_day", "opening_fen", "closing_fen", "books_before_fen",
        "books_fen", "digest", "imported_by", "imported_at",
    ),
    "custody_explanation": ("ref", "statement_id", "kind", "amount_fen", "note", "proposed_by", "proposed_at"),
}


def _any_changed(table: str) -> str:
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in _FROZEN[table])


# table, name, verb, what is refused (condition on OLD and NEW; None: always), sentence
GUARDS = (
    *((table, "stays", "DELETE", None, "what was written stays") for table in (*IMMUTABLE, *_FROZEN)),
    *((table, "is_frozen", "UPDATE", None, "what was written stays") for table in IMMUTABLE),
    *((table, "keeps_its_words", "UPDATE", _any_changed(table), "what was written stays") for table in _FROZEN),
    (
        "bank_batch",
        "goes_once",
        "UPDATE",
        "OLD.state <> 'made' AND (NEW.state <> OLD.state OR NEW.released_by <> OLD.released_by "
        "OR NEW.cancelled_by <> OLD.cancelled_by)",
        "a batch is let go or cancelled once",
    ),
    (
        "bank_batch_line",
        "is_dropped_once",
        "UPDATE",
        "OLD.dropped_at IS NOT NULL AND (NEW.dropped_at IS NULL OR NEW.dropped_at <> OLD.dropped_at)",
        "a line of a cancelled batch stays dropped",
    ),
    (
        "bank_import",
        "is_carried_out_once",
        "UPDATE",
        "OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at IS NULL OR NEW.confirmed_at <> OLD.confirmed_at "
        "OR NEW.confirmed_by <> OLD.confirmed_by OR NEW.verdicts <> OLD.verdicts)",
        "an answer is carried out once",
    ),
    (
        "custody_statement",
        "is_explained_once",
        "UPDATE",
        "OLD.explained_at IS NOT NULL AND (NEW.explained_at IS NULL OR NEW.explained_at <> OLD.explained_at)",
        "what is explained stays explained",
    ),
    (
        "custody_explanation",
        "is_decided_once",
        "UPDATE",
        "OLD.state <> 'proposed' AND (NEW.state <> OLD.state OR NEW.decided_by <> OLD.decided_by)",
        "an explanation is confirmed or refused once",
    ),
)


def upgrade() -> None:
    """Create the tables with their triggers."""
    op.create_table('bank_transfer',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Text_(), nullable=False),
    sa.Column('custody_account', app.db.Text_(), nullable=False),
    sa.Column('payout_id', app.db.Key(), nullable=True),
    sa.Column('refund_id', app.db.Key(), nullable=True),
    sa.Column('attempt', app.db.Whole(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.CheckConstraint('(payout_id IS NULL) <> (refund_id IS NULL)', name=op.f('ck_bank_transfer_is_one_thing')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_bank_transfer_something')),
    sa.CheckConstraint('attempt >= 1', name=op.f('ck_bank_transfer_attempt')),
    sa.ForeignKeyConstraint(['payout_id'], ['payout.id'], name=op.f('fk_bank_transfer_payout_id')),
    sa.ForeignKeyConstraint(['refund_id'], ['refund.id'], name=op.f('fk_bank_transfer_refund_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_transfer')),
    sa.UniqueConstraint('payout_id', 'attempt', name=op.f('uq_bank_transfer_payout_id_attempt')),
    sa.UniqueConstraint('ref', name=op.f('uq_bank_transfer_ref')),
    sa.UniqueConstraint('refund_id', 'attempt', name=op.f('uq_bank_transfer_refund_id_attempt')),
    sqlite_strict=True
    )
    op.create_index('ix_bank_transfer_of_custody', 'bank_transfer', ['custody_account', 'id'], unique=False)
    op.create_table('bank_batch',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('custody_account', app.db.Text_(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('transfers', app.db.Whole(), nullable=False),
    sa.Column('sum_fen', app.db.Fen(), nullable=False),
    sa.Column('digest', app.db.Text_(), nullable=False),
    sa.Column('made_by', app.db.Key(), nullable=False),
    sa.Column('made_at', app.db.Instant(), nullable=False),
    sa.Column('released_by', app.db.Key(), nullable=True),
    sa.Column('released_at', app.db.Instant(), nullable=True),
    sa.Column('cancelled_by', app.db.Key(), nullable=True),
    sa.Column('cancelled_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("(state = 'cancelled') = (cancelled_by IS NOT NULL)", name=op.f('ck_bank_batch_cancelled_has_its_treasurer')),
    sa.CheckConstraint("(state = 'released') = (released_by IS NOT NULL)", name=op.f('ck_bank_batch_released_has_its_treasurer')),
    sa.CheckConstraint("state IN ('made', 'released', 'cancelled')", name=op.f('ck_bank_batch_state')),
    sa.CheckConstraint('(cancelled_by IS NULL) = (cancelled_at IS NULL)', name=op.f('ck_bank_batch_cancelled_has_its_time')),
    sa.CheckConstraint('(released_by IS NULL) = (released_at IS NULL)', name=op.f('ck_bank_batch_released_has_its_time')),
    sa.CheckConstraint('released_by IS NULL OR released_by <> made_by', name=op.f('ck_bank_batch_two_treasurers')),
    sa.CheckConstraint('transfers > 0 AND sum_fen > 0', name=op.f('ck_bank_batch_something')),
    sa.ForeignKeyConstraint(['cancelled_by'], ['account.id'], name=op.f('fk_bank_batch_cancelled_by')),
    sa.ForeignKeyConstraint(['made_by'], ['account.id'], name=op.f('fk_bank_batch_made_by')),
    sa.ForeignKeyConstraint(['released_by'], ['account.id'], name=op.f('fk_bank_batch_released_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_batch')),
    sa.UniqueConstraint('ref', name=op.f('uq_bank_batch_ref')),
    sqlite_strict=True
    )
    op.create_table('bank_batch_line',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('batch_id', app.db.Key(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.Column('transfer_id', app.db.Key(), nullable=False),
    sa.Column('dropped_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint('number >= 1', name=op.f('ck_bank_batch_line_number')),
    sa.ForeignKeyConstraint(['batch_id'], ['bank_batch.id'], name=op.f('fk_bank_batch_line_batch_id')),
    sa.ForeignKeyConstraint(['transfer_id'], ['bank_transfer.id'], name=op.f('fk_bank_batch_line_transfer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_batch_line')),
    sa.UniqueConstraint('batch_id', 'number', name=op.f('uq_bank_batch_line_batch_id_number')),
    sqlite_strict=True
    )
    op.create_index('ix_bank_batch_line_one_batch', 'bank_batch_line', ['transfer_id'], unique=True, sqlite_where=sa.text('dropped_at IS NULL'), postgresql_where=sa.text('dropped_at IS NULL'))
    op.create_table('bank_import',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('batch_id', app.db.Key(), nullable=False),
    sa.Column('digest', app.db.Text_(), nullable=False),
    sa.Column('lines', app.db.Whole(), nullable=False),
    sa.Column('content_sealed', app.db.Sealed(), nullable=False),
    sa.Column('read_by', app.db.Key(), nullable=False),
    sa.Column('read_at', app.db.Instant(), nullable=False),
    sa.Column('confirmed_by', app.db.Key(), nullable=True),
    sa.Column('confirmed_at', app.db.Instant(), nullable=True),
    sa.Column('verdicts', app.db.Record(), nullable=True),
    sa.CheckConstraint('(confirmed_by IS NULL) = (confirmed_at IS NULL)', name=op.f('ck_bank_import_confirmed_has_its_time')),
    sa.CheckConstraint('(confirmed_by IS NULL) = (verdicts IS NULL)', name=op.f('ck_bank_import_confirmed_has_its_verdicts')),
    sa.CheckConstraint('lines > 0', name=op.f('ck_bank_import_something')),
    sa.ForeignKeyConstraint(['batch_id'], ['bank_batch.id'], name=op.f('fk_bank_import_batch_id')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['account.id'], name=op.f('fk_bank_import_confirmed_by')),
    sa.ForeignKeyConstraint(['read_by'], ['account.id'], name=op.f('fk_bank_import_read_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_import')),
    sa.UniqueConstraint('batch_id', 'digest', name=op.f('uq_bank_import_batch_id_digest')),
    sa.UniqueConstraint('ref', name=op.f('uq_bank_import_ref')),
    sqlite_strict=True
    )
    op.create_table('bank_answer',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('import_id', app.db.Key(), nullable=False),
    sa.Column('line_id', app.db.Key(), nullable=False),
    sa.Column('result', app.db.Text_(), nullable=False),
    sa.Column('bank_reference', app.db.Text_(), nullable=False),
    sa.Column('day', app.db.Day(), nullable=False),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.Column('entry_id', app.db.Key(), nullable=True),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.CheckConstraint("(result = 'failed') = (entry_id IS NULL)", name=op.f('ck_bank_answer_what_moved_is_booked')),
    sa.CheckConstraint("bank_reference <> '' OR result = 'failed'", name=op.f('ck_bank_answer_has_the_banks_reference')),
    sa.CheckConstraint("result IN ('paid', 'returned', 'failed')", name=op.f('ck_bank_answer_result')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_bank_answer_entry_id')),
    sa.ForeignKeyConstraint(['import_id'], ['bank_import.id'], name=op.f('fk_bank_answer_import_id')),
    sa.ForeignKeyConstraint(['line_id'], ['bank_batch_line.id'], name=op.f('fk_bank_answer_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_answer')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_bank_answer_entry_id')),
    sa.UniqueConstraint('line_id', 'result', name=op.f('uq_bank_answer_line_id_result')),
    sqlite_strict=True
    )
    op.create_index('ix_bank_answer_reference', 'bank_answer', ['bank_reference', 'result'], unique=True, sqlite_where=sa.text("bank_reference <> ''"), postgresql_where=sa.text("bank_reference <> ''"))
    op.create_table('custody_statement',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('custody_account', app.db.Text_(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.Column('first_day', app.db.Day(), nullable=False),
    sa.Column('last_day', app.db.Day(), nullable=False),
    sa.Column('opening_fen', app.db.Fen(), nullable=False),
    sa.Column('closing_fen', app.db.Fen(), nullable=False),
    sa.Column('books_before_fen', app.db.Fen(), nullable=False),
    sa.Column('books_fen', app.db.Fen(), nullable=False),
    sa.Column('digest', app.db.Text_(), nullable=False),
    sa.Column('imported_by', app.db.Key(), nullable=False),
    sa.Column('imported_at', app.db.Instant(), nullable=False),
    sa.Column('explained_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint('last_day >= first_day', name=op.f('ck_custody_statement_days')),
    sa.CheckConstraint('number >= 1', name=op.f('ck_custody_statement_number')),
    sa.ForeignKeyConstraint(['imported_by'], ['account.id'], name=op.f('fk_custody_statement_imported_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custody_statement')),
    sa.UniqueConstraint('custody_account', 'digest', name=op.f('uq_custody_statement_custody_account_digest')),
    sa.UniqueConstraint('custody_account', 'first_day', name=op.f('uq_custody_statement_custody_account_first_day')),
    sa.UniqueConstraint('custody_account', 'last_day', name=op.f('uq_custody_statement_custody_account_last_day')),
    sa.UniqueConstraint('custody_account', 'number', name=op.f('uq_custody_statement_custody_account_number')),
    sa.UniqueConstraint('ref', name=op.f('uq_custody_statement_ref')),
    sqlite_strict=True
    )
    op.create_table('custody_line',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('statement_id', app.db.Key(), nullable=False),
    sa.Column('custody_account', app.db.Text_(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.Column('day', app.db.Day(), nullable=False),
    sa.Column('bank_reference', app.db.Text_(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('balance_fen', app.db.Fen(), nullable=False),
    sa.Column('text_sealed', app.db.Sealed(), nullable=False),
    sa.CheckConstraint("bank_reference <> ''", name=op.f('ck_custody_line_has_the_banks_reference')),
    sa.CheckConstraint('amount_fen <> 0', name=op.f('ck_custody_line_something')),
    sa.ForeignKeyConstraint(['statement_id'], ['custody_statement.id'], name=op.f('fk_custody_line_statement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custody_line')),
    sa.UniqueConstraint('custody_account', 'bank_reference', 'day', 'amount_fen', name=op.f('uq_custody_line_custody_account_bank_reference_day_amount_fen')),
    sa.UniqueConstraint('statement_id', 'number', name=op.f('uq_custody_line_statement_id_number')),
    sqlite_strict=True
    )
    op.create_index('ix_custody_line_of_day', 'custody_line', ['custody_account', 'day'], unique=False)
    op.create_table('custody_match',
    sa.Column('entry_id', app.db.Key(), autoincrement=False, nullable=False),
    sa.Column('line_id', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_custody_match_entry_id')),
    sa.ForeignKeyConstraint(['line_id'], ['custody_line.id'], name=op.f('fk_custody_match_line_id')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_custody_match')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_custody_match_line_id'), 'custody_match', ['line_id'], unique=False)
    op.create_table('custody_explanation',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('statement_id', app.db.Key(), nullable=False),
    sa.Column('line_id', app.db.Key(), nullable=True),
    sa.Column('entry_id', app.db.Key(), nullable=True),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('plan_id', app.db.Key(), nullable=True),
    sa.Column('returns_id', app.db.Key(), nullable=True),
    sa.Column('note', app.db.Text_(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('proposed_by', app.db.Key(), nullable=False),
    sa.Column('proposed_at', app.db.Instant(), nullable=False),
    sa.Column('decided_by', app.db.Key(), nullable=True),
    sa.Column('decided_at', app.db.Instant(), nullable=True),
    sa.Column('booked_id', app.db.Key(), nullable=True),
    sa.CheckConstraint("(booked_id IS NOT NULL) = (state = 'confirmed' AND kind NOT IN ('in_transit', 'before'))", name=op.f('ck_custody_explanation_booked')),
    sa.CheckConstraint("(kind = 'before') = (line_id IS NULL AND entry_id IS NULL)", name=op.f('ck_custody_explanation_before_is_of_nothing')),
    sa.CheckConstraint("(kind = 'deposit_returned') = (returns_id IS NOT NULL)", name=op.f('ck_custody_explanation_returned_is_named')),
    sa.CheckConstraint("(state = 'proposed') = (decided_by IS NULL)", name=op.f('ck_custody_explanation_decided_has_its_treasurer')),
    sa.CheckConstraint("kind IN ('in_transit', 'before') OR line_id IS NOT NULL", name=op.f('ck_custody_explanation_booked_is_of_a_line')),
    sa.CheckConstraint("kind IN ('in_transit', 'before', 'bank_charge', 'interest', 'unknown_deposit', 'deposit_returned', 'operator_pays')", name=op.f('ck_custody_explanation_kind')),
    sa.CheckConstraint("kind NOT IN ('bank_charge', 'deposit_returned') OR amount_fen < 0", name=op.f('ck_custody_explanation_what_went')),
    sa.CheckConstraint("kind NOT IN ('bank_charge', 'interest', 'operator_pays') OR plan_id IS NOT NULL", name=op.f('ck_custody_explanation_plan')),
    sa.CheckConstraint("kind NOT IN ('interest', 'unknown_deposit', 'operator_pays') OR amount_fen > 0", name=op.f('ck_custody_explanation_what_came')),
    sa.CheckConstraint("state IN ('proposed', 'confirmed', 'refused')", name=op.f('ck_custody_explanation_state')),
    sa.CheckConstraint('(decided_by IS NULL) = (decided_at IS NULL)', name=op.f('ck_custody_explanation_decided_has_its_time')),
    sa.CheckConstraint('amount_fen <> 0', name=op.f('ck_custody_explanation_something')),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> proposed_by', name=op.f('ck_custody_explanation_two_treasurers')),
    sa.CheckConstraint('line_id IS NULL OR entry_id IS NULL', name=op.f('ck_custody_explanation_is_of_one_thing')),
    sa.ForeignKeyConstraint(['booked_id'], ['journal_entry.id'], name=op.f('fk_custody_explanation_booked_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_custody_explanation_decided_by')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_custody_explanation_entry_id')),
    sa.ForeignKeyConstraint(['line_id'], ['custody_line.id'], name=op.f('fk_custody_explanation_line_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_custody_explanation_plan_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['account.id'], name=op.f('fk_custody_explanation_proposed_by')),
    sa.ForeignKeyConstraint(['returns_id'], ['custody_explanation.id'], name=op.f('fk_custody_explanation_returns_id')),
    sa.ForeignKeyConstraint(['statement_id'], ['custody_statement.id'], name=op.f('fk_custody_explanation_statement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custody_explanation')),
    sa.UniqueConstraint('booked_id', name=op.f('uq_custody_explanation_booked_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_custody_explanation_ref')),
    sqlite_strict=True
    )
    op.create_index('ix_custody_explanation_books_once', 'custody_explanation', ['line_id'], unique=True, sqlite_where=sa.text("state <> 'refused' AND kind NOT IN ('in_transit', 'before')"), postgresql_where=sa.text("state <> 'refused' AND kind NOT IN ('in_transit', 'before')"))
    op.create_index('ix_custody_explanation_given_back', 'custody_explanation', ['returns_id'], unique=True, sqlite_where=sa.text("state <> 'refused' AND returns_id IS NOT NULL"), postgresql_where=sa.text("state <> 'refused' AND returns_id IS NOT NULL"))
    op.create_index('ix_custody_explanation_of_entry', 'custody_explanation', ['statement_id', 'entry_id'], unique=True, sqlite_where=sa.text("state <> 'refused' AND entry_id IS NOT NULL"), postgresql_where=sa.text("state <> 'refused' AND entry_id IS NOT NULL"))
    op.create_index('ix_custody_explanation_of_line', 'custody_explanation', ['statement_id', 'line_id'], unique=True, sqlite_where=sa.text("state <> 'refused' AND line_id IS NOT NULL"), postgresql_where=sa.text("state <> 'refused' AND line_id IS NOT NULL"))
    op.create_index('ix_custody_explanation_of_opening', 'custody_explanation', ['statement_id'], unique=True, sqlite_where=sa.text("state <> 'refused' AND kind = 'before'"), postgresql_where=sa.text("state <> 'refused' AND kind = 'before'"))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, verb, refused, sentence in GUARDS:
        when = f"WHEN ({refused}) " if refused else ""
        deed = (
            f"{when}BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            if on_sqlite
            else f"FOR EACH ROW {when}EXECUTE FUNCTION juntan_refuse('{sentence}')"
        )
        op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} {deed}")


def downgrade() -> None:
    """Drop them."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, *_ in GUARDS:
        op.execute(f"DROP TRIGGER {table}_{name}" + ("" if on_sqlite else f" ON {table}"))
    op.drop_index('ix_custody_explanation_books_once', table_name='custody_explanation')
    op.drop_index('ix_custody_explanation_given_back', table_name='custody_explanation')
    op.drop_index('ix_custody_explanation_of_entry', table_name='custody_explanation')
    op.drop_index('ix_custody_explanation_of_line', table_name='custody_explanation')
    op.drop_index('ix_custody_explanation_of_opening', table_name='custody_explanation')
    op.drop_table('custody_explanation')
    op.drop_index('ix_custody_match_line_id', table_name='custody_match')
    op.drop_table('custody_match')
    op.drop_index('ix_custody_line_of_day', table_name='custody_line')
    op.drop_table('custody_line')
    op.drop_table('custody_statement')
    op.drop_index('ix_bank_answer_reference', table_name='bank_answer')
    op.drop_table('bank_answer')
    op.drop_table('bank_import')
    op.drop_index('ix_bank_batch_line_one_batch', table_name='bank_batch_line')
    op.drop_table('bank_batch_line')
    op.drop_table('bank_batch')
    op.drop_index('ix_bank_transfer_of_custody', table_name='bank_transfer')
    op.drop_table('bank_transfer')
