"""Objections to published cases, cases deferred or removed because of them, documents, and what reviewers judged."""

from alembic import op
import sqlalchemy as sa

import app.db

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# table, name, verb, what is refused (condition on OLD and NEW; None: always), sentence
GUARDS = (
    ("objection", "stays", "DELETE", None, "an objection is filed and answered, never deleted"),
    (
        "objection",
        "is_what_was_filed",
        "UPDATE",
        "NEW.ref <> OLD.ref OR NEW.public_ref <> OLD.public_ref "
        "OR NEW.case_id <> OLD.case_id OR NEW.period_id <> OLD.period_id "
        "OR NEW.filed_at <> OLD.filed_at OR NEW.salt <> OLD.salt "
        "OR (NEW.text_sealed IS NOT NULL AND (OLD.text_sealed IS NULL OR NEW.text_sealed <> OLD.text_sealed)) "
        "OR (NEW.name_sealed IS NOT NULL AND (OLD.name_sealed IS NULL OR NEW.name_sealed <> OLD.name_sealed)) "
        "OR (NEW.contact_sealed IS NOT NULL "
        "AND (OLD.contact_sealed IS NULL OR NEW.contact_sealed <> OLD.contact_sealed))",
        "what was filed is erased at most, never edited",
    ),
    (
        "objection",
        "is_answered_once",
        "UPDATE",
        "OLD.state <> 'open' AND (NEW.state <> OLD.state OR NEW.answered_at <> OLD.answered_at "
        "OR NEW.answered_by <> OLD.answered_by OR NEW.public_reason <> OLD.public_reason)",
        "an objection is answered once",
    ),
    ("deferral", "stays", "DELETE", None, "a deferral is written once"),
    (
        "deferral",
        "is_frozen",
        "UPDATE",
        "NEW.award_id <> OLD.award_id OR NEW.from_period_id <> OLD.from_period_id "
        "OR NEW.from_number <> OLD.from_number OR NEW.at <> OLD.at "
        "OR (OLD.to_period_id IS NOT NULL AND (NEW.to_period_id IS NULL OR NEW.to_period_id <> OLD.to_period_id))",
        "a deferral is written once",
    ),
    ("removal", "stays", "DELETE", None, "a removal is written once"),
    ("removal", "is_frozen", "UPDATE", None, "a removal is written once"),
    ("claim_key", "stays", "DELETE", None, "the key of a claim is destroyed, its row stays"),
    (
        "claim_key",
        "is_drawn_once",
        "UPDATE",
        "NEW.claim_id <> OLD.claim_id OR NEW.wrapped_key IS NOT NULL",
        "the key of a claim is drawn once, and at most destroyed",
    ),
    ("judgement", "stays", "DELETE", None, "a judgement is added to, never changed"),
    ("judgement", "is_frozen", "UPDATE", None, "a judgement is added to, never changed"),
)


def upgrade() -> None:
    """Create both tables with their triggers."""
    op.create_table('deferral',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('award_id', app.db.Key(), nullable=False),
    sa.Column('from_period_id', app.db.Key(), nullable=False),
    sa.Column('from_number', app.db.Whole(), nullable=False),
    sa.Column('to_period_id', app.db.Key(), nullable=True),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.CheckConstraint('from_number >= 1', name=op.f('ck_deferral_number')),
    sa.CheckConstraint('to_period_id IS NULL OR to_period_id <> from_period_id', name=op.f('ck_deferral_moves_on')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_deferral_award_id')),
    sa.ForeignKeyConstraint(['from_period_id'], ['period.id'], name=op.f('fk_deferral_from_period_id')),
    sa.ForeignKeyConstraint(['to_period_id'], ['period.id'], name=op.f('fk_deferral_to_period_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deferral')),
    sa.UniqueConstraint('award_id', name=op.f('uq_deferral_award_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('deferral', schema=None) as batch_op:
        batch_op.create_index('ix_deferral_from_period', ['from_period_id'], unique=False)

    op.create_table('objection',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('public_ref', app.db.Ref(), nullable=False),
    sa.Column('case_id', app.db.Key(), nullable=False),
    sa.Column('period_id', app.db.Key(), nullable=False),
    sa.Column('filed_at', app.db.Instant(), nullable=False),
    sa.Column('text_sealed', app.db.Sealed(), nullable=True),
    sa.Column('name_sealed', app.db.Sealed(), nullable=True),
    sa.Column('contact_sealed', app.db.Sealed(), nullable=True),
    sa.Column('sender_hash', app.db.Sealed(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('answered_at', app.db.Instant(), nullable=True),
    sa.Column('answered_by', app.db.Key(), nullable=True),
    sa.Column('public_reason', app.db.Text_(), nullable=False),
    sa.Column('salt', app.db.Text_(), nullable=False),
    sa.CheckConstraint("(state = 'open') = (answered_at IS NULL) AND (state IN ('open', 'moot')) = (answered_by IS NULL)", name=op.f('ck_objection_an_answer_has_time_and_person')),
    sa.CheckConstraint("(state IN ('open', 'moot')) = (public_reason = '')", name=op.f('ck_objection_an_answer_has_its_reason')),
    sa.CheckConstraint("state <> 'open' OR text_sealed IS NOT NULL", name=op.f('ck_objection_open_says_something')),
    sa.CheckConstraint("state IN ('open', 'admitted', 'dismissed', 'moot')", name=op.f('ck_objection_state')),
    sa.ForeignKeyConstraint(['answered_by'], ['account.id'], name=op.f('fk_objection_answered_by')),
    sa.ForeignKeyConstraint(['case_id'], ['published_case.id'], name=op.f('fk_objection_case_id')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_objection_period_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objection')),
    sa.UniqueConstraint('public_ref', name=op.f('uq_objection_public_ref')),
    sa.UniqueConstraint('ref', name=op.f('uq_objection_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('objection', schema=None) as batch_op:
        batch_op.create_index('ix_objection_of_case', ['case_id', 'state'], unique=False)
        batch_op.create_index('ix_objection_of_period', ['period_id', 'state'], unique=False)
        batch_op.create_index('ix_objection_sender', ['sender_hash'], unique=False)
        batch_op.create_index('ix_objection_waiting', ['state', 'filed_at'], unique=False)

    op.create_table('evidence',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=True),
    sa.Column('objection_id', app.db.Key(), nullable=True),
    sa.Column('report_id', app.db.Key(), nullable=True),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('name_sealed', app.db.Sealed(), nullable=False),
    sa.Column('media_type', app.db.Text_(), nullable=False),
    sa.Column('size_bytes', app.db.Whole(), nullable=False),
    sa.Column('pages', app.db.Whole(), nullable=False),
    sa.Column('original_hash', app.db.Sealed(), nullable=False),
    sa.Column('wrapped_key', app.db.Sealed(), nullable=False),
    sa.Column('original_object', app.db.Text_(), nullable=False),
    sa.Column('view_object', app.db.Text_(), nullable=False),
    sa.Column('view_media_type', app.db.Text_(), nullable=False),
    sa.Column('uploaded_at', app.db.Instant(), nullable=False),
    sa.Column('removed_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint('(CASE WHEN claim_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN objection_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN report_id IS NULL THEN 0 ELSE 1 END) = 1', name=op.f('ck_evidence_belongs_to_one')),
    sa.CheckConstraint("media_type IN ('image/jpeg', 'image/png', 'application/pdf')", name=op.f('ck_evidence_media_type')),
    sa.CheckConstraint('size_bytes > 0', name=op.f('ck_evidence_not_empty')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_evidence_claim_id')),
    sa.ForeignKeyConstraint(['objection_id'], ['objection.id'], name=op.f('fk_evidence_objection_id')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_evidence_report_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence')),
    sa.UniqueConstraint('original_object', name=op.f('uq_evidence_original_object')),
    sa.UniqueConstraint('ref', name=op.f('uq_evidence_ref')),
    sa.UniqueConstraint('view_object', name=op.f('uq_evidence_view_object')),
    sqlite_strict=True
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index('ix_evidence_of_claim', ['claim_id', 'id'], unique=False)
        batch_op.create_index('ix_evidence_of_objection', ['objection_id', 'id'], unique=False)
        batch_op.create_index('ix_evidence_of_report', ['report_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_original_hash'), ['original_hash'], unique=False)

    op.create_table('removal',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('case_id', app.db.Key(), nullable=False),
    sa.Column('period_id', app.db.Key(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.Column('cause', app.db.Text_(), nullable=False),
    sa.Column('objection_id', app.db.Key(), nullable=True),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.CheckConstraint("(cause = 'objection') = (objection_id IS NOT NULL)", name=op.f('ck_removal_objection_is_named')),
    sa.CheckConstraint("cause IN ('withdrawn', 'objection')", name=op.f('ck_removal_cause')),
    sa.CheckConstraint('number >= 1', name=op.f('ck_removal_number')),
    sa.ForeignKeyConstraint(['case_id'], ['published_case.id'], name=op.f('fk_removal_case_id')),
    sa.ForeignKeyConstraint(['objection_id'], ['objection.id'], name=op.f('fk_removal_objection_id')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_removal_period_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_removal')),
    sa.UniqueConstraint('case_id', name=op.f('uq_removal_case_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('removal', schema=None) as batch_op:
        batch_op.create_index('ix_removal_from_period', ['period_id', 'number'], unique=False)

    op.create_table('claim_key',
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('wrapped_key', app.db.Sealed(), nullable=True),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_claim_key_claim_id')),
    sa.PrimaryKeyConstraint('claim_id', name=op.f('pk_claim_key')),
    sqlite_strict=True
    )
    op.create_table('judgement',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('recommendation_id', app.db.Key(), nullable=False),
    sa.Column('point', app.db.Text_(), nullable=False),
    sa.Column('answer', app.db.Text_(), nullable=False),
    sa.CheckConstraint("answer IN ('fits', 'fails', 'open')", name=op.f('ck_judgement_answer')),
    sa.CheckConstraint("point <> ''", name=op.f('ck_judgement_point')),
    sa.ForeignKeyConstraint(['recommendation_id'], ['recommendation.id'], name=op.f('fk_judgement_recommendation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_judgement')),
    sa.UniqueConstraint('recommendation_id', 'point', name=op.f('uq_judgement_recommendation_id_point')),
    sqlite_strict=True
    )
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
    op.drop_table('judgement')
    op.drop_table('claim_key')
    with op.batch_alter_table('removal', schema=None) as batch_op:
        batch_op.drop_index('ix_removal_from_period')

    op.drop_table('removal')
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_original_hash'))
        batch_op.drop_index('ix_evidence_of_report')
        batch_op.drop_index('ix_evidence_of_objection')
        batch_op.drop_index('ix_evidence_of_claim')

    op.drop_table('evidence')
    with op.batch_alter_table('objection', schema=None) as batch_op:
        batch_op.drop_index('ix_objection_waiting')
        batch_op.drop_index('ix_objection_sender')
        batch_op.drop_index('ix_objection_of_period')
        batch_op.drop_index('ix_objection_of_case')

    op.drop_table('objection')
    with op.batch_alter_table('deferral', schema=None) as batch_op:
        batch_op.drop_index('ix_deferral_from_period')

    op.drop_table('deferral')
