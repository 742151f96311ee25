"""the first house."""

from alembic import op
import sqlalchemy as sa

import app.db

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('email', app.db.Text_(), nullable=False),
    sa.Column('email_confirmed_at', app.db.Instant(), nullable=True),
    sa.Column('name', app.db.Text_(), nullable=False),
    sa.Column('password_hash', app.db.Text_(), nullable=False),
    sa.Column('password_set_at', app.db.Instant(), nullable=True),
    sa.Column('language', app.db.Text_(), nullable=False),
    sa.Column('created_at', app.db.Instant(), nullable=False),
    sa.Column('closed_at', app.db.Instant(), nullable=True),
    sa.Column('demo_label', app.db.Text_(), nullable=True),
    sa.CheckConstraint("language IN ('zh', 'en')", name=op.f('ck_account_language')),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_account_email_is_lower_case')),
    sa.CheckConstraint("closed_at IS NULL OR (email = '' AND email_confirmed_at IS NULL)", name=op.f('ck_account_closed_keeps_no_address')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('demo_label', name=op.f('uq_account_demo_label')),
    sa.UniqueConstraint('ref', name=op.f('uq_account_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index('ix_account_email', ['email'], unique=True, sqlite_where=sa.text('email_confirmed_at IS NOT NULL'), postgresql_where=sa.text('email_confirmed_at IS NOT NULL'))
        batch_op.create_index('ix_account_unconfirmed', ['email', 'created_at'], unique=False, sqlite_where=sa.text('email_confirmed_at IS NULL AND closed_at IS NULL'), postgresql_where=sa.text('email_confirmed_at IS NULL AND closed_at IS NULL'))

    op.create_table('allowance',
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('subject_hash', app.db.Sealed(), nullable=False),
    sa.Column('busy_until', app.db.Instant(), nullable=False),
    sa.CheckConstraint('length(subject_hash) = 32', name=op.f('ck_allowance_subject_is_a_keyed_hash')),
    sa.PrimaryKeyConstraint('kind', 'subject_hash', name=op.f('pk_allowance')),
    sqlite_strict=True
    )
    with op.batch_alter_table('allowance', schema=None) as batch_op:
        batch_op.create_index('ix_allowance_busy_until', ['busy_until'], unique=False)

    op.create_table('browser_session',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('key_hash', app.db.Sealed(), nullable=False),
    sa.Column('device', app.db.Text_(), nullable=False),
    sa.Column('created_at', app.db.Instant(), nullable=False),
    sa.Column('seen_at', app.db.Instant(), nullable=False),
    sa.Column('ends_at', app.db.Instant(), nullable=False),
    sa.Column('ended_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint('length(key_hash) = 32', name=op.f('ck_browser_session_key_is_a_hash')),
    sa.CheckConstraint('ends_at > created_at', name=op.f('ck_browser_session_ends_after_it_began')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_browser_session_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_browser_session')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_browser_session_key_hash')),
    sa.UniqueConstraint('ref', name=op.f('uq_browser_session_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('browser_session', schema=None) as batch_op:
        batch_op.create_index('ix_browser_session_of_account', ['account_id', 'ends_at'], unique=False)
        batch_op.create_index('ix_browser_session_ends_at', ['ends_at'], unique=False)

    op.create_table('mail_link',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('purpose', app.db.Text_(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=True),
    sa.Column('email_sealed', app.db.Sealed(), nullable=False),
    sa.Column('former_email_sealed', app.db.Sealed(), nullable=True),
    sa.Column('token_hash', app.db.Sealed(), nullable=False),
    sa.Column('created_at', app.db.Instant(), nullable=False),
    sa.Column('expires_at', app.db.Instant(), nullable=False),
    sa.Column('used_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("purpose IN ('confirm', 'change', 'reset')", name=op.f('ck_mail_link_purpose')),
    sa.CheckConstraint("(purpose = 'reset') = (account_id IS NULL)", name=op.f('ck_mail_link_belongs_to_somebody')),
    sa.CheckConstraint('length(token_hash) = 32', name=op.f('ck_mail_link_token_is_a_hash')),
    sa.CheckConstraint('expires_at > created_at', name=op.f('ck_mail_link_expires_after_it_was_made')),
    sa.CheckConstraint('used_at IS NULL OR used_at >= created_at', name=op.f('ck_mail_link_used_after_it_was_made')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mail_link_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_link')),
    sa.UniqueConstraint('ref', name=op.f('uq_mail_link_ref')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_mail_link_token_hash')),
    sqlite_strict=True
    )
    with op.batch_alter_table('mail_link', schema=None) as batch_op:
        batch_op.create_index('ix_mail_link_of_account', ['account_id'], unique=False)
        batch_op.create_index('ix_mail_link_expires_at', ['expires_at'], unique=False)

    op.create_table('parked_form',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('key_hash', app.db.Sealed(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=True),
    sa.Column('path', app.db.Text_(), nullable=False),
    sa.Column('page', app.db.Text_(), nullable=False),
    sa.Column('typed_sealed', app.db.Sealed(), nullable=False),
    sa.Column('parked_at', app.db.Instant(), nullable=False),
    sa.Column('expires_at', app.db.Instant(), nullable=False),
    sa.CheckConstraint('length(key_hash) = 32', name=op.f('ck_parked_form_key_is_a_hash')),
    sa.CheckConstraint('expires_at > parked_at', name=op.f('ck_parked_form_expires_after_it_was_parked')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_parked_form_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parked_form')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_parked_form_key_hash')),
    sqlite_strict=True
    )
    with op.batch_alter_table('parked_form', schema=None) as batch_op:
        batch_op.create_index('ix_parked_form_account_id', ['account_id'], unique=False)
        batch_op.create_index('ix_parked_form_expires_at', ['expires_at'], unique=False)

    op.create_table('account_balance',
    sa.Column('account', app.db.Text_(), nullable=False),
    sa.Column('slot', app.db.Whole(), autoincrement=False, nullable=False),
    sa.Column('net_fen', app.db.Fen(), nullable=False),
    sa.CheckConstraint('slot >= 0', name=op.f('ck_account_balance_slot_not_negative')),
    sa.PrimaryKeyConstraint('account', 'slot', name=op.f('pk_account_balance')),
    sqlite_strict=True
    )
    op.create_table('check_run',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('trigger', app.db.Text_(), nullable=False),
    sa.Column('about', app.db.Text_(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('duration_ms', app.db.Whole(), nullable=False),
    sa.Column('questions', app.db.Whole(), nullable=False),
    sa.Column('findings', app.db.Whole(), nullable=False),
    sa.Column('answers', app.db.Record(), nullable=False),
    sa.CheckConstraint("(trigger IN ('before-settlement', 'after-settlement')) = (about <> '')", name=op.f('ck_check_run_about')),
    sa.CheckConstraint("trigger IN ('nightly', 'by-hand', 'command', 'before-settlement', 'after-settlement')", name=op.f('ck_check_run_trigger')),
    sa.CheckConstraint('questions > 0 AND findings >= 0 AND duration_ms >= 0', name=op.f('ck_check_run_counts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_run')),
    sqlite_strict=True
    )
    with op.batch_alter_table('check_run', schema=None) as batch_op:
        batch_op.create_index('ix_check_run_about', ['about'], unique=False)
        batch_op.create_index('ix_check_run_whole', ['id'], unique=False, sqlite_where=sa.text("about = ''"), postgresql_where=sa.text("about = ''"))

    op.create_table('fact',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('type', app.db.Text_(), nullable=False),
    sa.Column('about', app.db.Text_(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('body', app.db.Text_(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fact')),
    sqlite_strict=True
    )
    with op.batch_alter_table('fact', schema=None) as batch_op:
        batch_op.create_index('ix_fact_about', ['type', 'about'], unique=False)

    op.create_table('heartbeat',
    sa.Column('name', app.db.Text_(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_heartbeat')),
    sqlite_strict=True
    )
    op.create_table('instance',
    sa.Column('id', app.db.Key(), autoincrement=False, nullable=False),
    sa.Column('mode', app.db.Text_(), nullable=False),
    sa.Column('created_at', app.db.Instant(), nullable=False),
    sa.Column('clock_offset_seconds', app.db.Whole(), nullable=False),
    sa.CheckConstraint("mode = 'demo' OR clock_offset_seconds = 0", name=op.f('ck_instance_only_the_demo_moves_its_clock')),
    sa.CheckConstraint("mode IN ('demo', 'production')", name=op.f('ck_instance_mode')),
    sa.CheckConstraint('id = 1', name=op.f('ck_instance_single')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instance')),
    sqlite_strict=True
    )
    op.create_table('outbox',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('key', app.db.Text_(), nullable=False),
    sa.Column('payload', app.db.Record(), nullable=False),
    sa.Column('created_at', app.db.Instant(), nullable=False),
    sa.Column('due_at', app.db.Instant(), nullable=False),
    sa.Column('attempts', app.db.Whole(), nullable=False),
    sa.Column('last_error', app.db.Text_(), nullable=True),
    sa.Column('leased_until', app.db.Instant(), nullable=True),
    sa.Column('leased_by', app.db.Text_(), nullable=True),
    sa.Column('done_at', app.db.Instant(), nullable=True),
    sa.Column('dead_at', app.db.Instant(), nullable=True),
    sa.Column('given_up_at', app.db.Instant(), nullable=True),
    sa.Column('given_up_because', app.db.Text_(), nullable=True),
    sa.CheckConstraint("given_up_because <> ''", name=op.f('ck_outbox_a_reason_has_words')),
    sa.CheckConstraint('(given_up_at IS NULL) = (given_up_because IS NULL)', name=op.f('ck_outbox_given_up_for_a_reason')),
    sa.CheckConstraint('(leased_until IS NULL) = (leased_by IS NULL)', name=op.f('ck_outbox_a_lease_has_its_holder')),
    sa.CheckConstraint('attempts >= 0', name=op.f('ck_outbox_attempts')),
    sa.CheckConstraint('dead_at IS NULL OR (leased_by IS NULL AND attempts > 0)', name=op.f('ck_outbox_a_dead_letter_was_tried')),
    sa.CheckConstraint('done_at IS NULL OR (leased_by IS NULL AND dead_at IS NULL)', name=op.f('ck_outbox_done_is_done')),
    sa.CheckConstraint('given_up_at IS NULL OR dead_at IS NOT NULL', name=op.f('ck_outbox_only_a_dead_letter_is_given_up')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_key')),
    sqlite_strict=True
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_dead', ['dead_at'], unique=False, sqlite_where=sa.text('dead_at IS NOT NULL AND given_up_at IS NULL'), postgresql_where=sa.text('dead_at IS NOT NULL AND given_up_at IS NULL'))
        batch_op.create_index('ix_outbox_due', ['due_at', 'id'], unique=False, sqlite_where=sa.text('done_at IS NULL AND dead_at IS NULL'), postgresql_where=sa.text('done_at IS NULL AND dead_at IS NULL'))

    op.create_table('plan',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('slug', app.db.Text_(), nullable=False),
    sa.Column('position', app.db.Whole(), nullable=False),
    sa.Column('custody_account', app.db.Text_(), nullable=False),
    sa.Column('opened_on', app.db.Day(), nullable=False),
    sa.CheckConstraint('position >= 0', name=op.f('ck_plan_position')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan')),
    sa.UniqueConstraint('slug', name=op.f('uq_plan_slug')),
    sqlite_strict=True
    )
    op.create_table('audit',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=True),
    sa.Column('role', app.db.Text_(), nullable=False),
    sa.Column('deed', app.db.Text_(), nullable=False),
    sa.Column('about_kind', app.db.Text_(), nullable=False),
    sa.Column('about_ref', app.db.Text_(), nullable=False),
    sa.Column('detail', app.db.Text_(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_audit_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    sqlite_strict=True
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index('ix_audit_about', ['about_kind', 'about_ref'], unique=False)
        batch_op.create_index('ix_audit_by', ['account_id', 'at'], unique=False)

    op.create_table('journal_entry',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('ref', app.db.Text_(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('by', app.db.Key(), nullable=True),
    sa.Column('reverses', app.db.Key(), nullable=True),
    sa.CheckConstraint('reverses IS NULL OR reverses < id', name=op.f('ck_journal_entry_reverses_something_older')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_journal_entry_by')),
    sa.ForeignKeyConstraint(['reverses'], ['journal_entry.id'], name=op.f('fk_journal_entry_reverses')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_entry')),
    sa.UniqueConstraint('ref', name=op.f('uq_journal_entry_ref')),
    sa.UniqueConstraint('reverses', name=op.f('uq_journal_entry_reverses')),
    sqlite_strict=True
    )
    op.create_table('message',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('key', app.db.Text_(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('values', app.db.Record(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('read_at', app.db.Instant(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_message_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('key', name=op.f('uq_message_key')),
    sqlite_strict=True
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix_message_inbox', ['account_id', 'at'], unique=False)

    op.create_table('notice',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=True),
    sa.Column('about', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.CheckConstraint("(kind = 'bulletin') = (account_id IS NULL)", name=op.f('ck_notice_only_bulletins_are_public')),
    sa.CheckConstraint("kind IN ('certificate', 'decision', 'payout', 'bulletin')", name=op.f('ck_notice_kind')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_notice_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('kind', 'about', name=op.f('uq_notice_kind_about')),
    sa.UniqueConstraint('ref', name=op.f('uq_notice_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_account_id'), ['account_id'], unique=False)

    op.create_table('person',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('relation', app.db.Text_(), nullable=False),
    sa.Column('name_sealed', app.db.Sealed(), nullable=False),
    sa.Column('birth_on', app.db.Day(), nullable=False),
    sa.Column('province', app.db.Text_(), nullable=False),
    sa.Column('document_type', app.db.Text_(), nullable=False),
    sa.Column('document_sealed', app.db.Sealed(), nullable=False),
    sa.Column('identity_hash', app.db.Sealed(), nullable=False),
    sa.Column('created_at', app.db.Instant(), nullable=False),
    sa.Column('died_on', app.db.Day(), nullable=True),
    sa.CheckConstraint("document_type IN ('resident', 'passport')", name=op.f('ck_person_document_type')),
    sa.CheckConstraint("relation IN ('self', 'child', 'spouse', 'parent', 'member')", name=op.f('ck_person_relation')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_person_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('ref', name=op.f('uq_person_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index('ix_person_of_account', ['account_id', 'identity_hash'], unique=True)

    op.create_table('pool',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('plan_id', app.db.Key(), nullable=False),
    sa.Column('band', app.db.Text_(), nullable=False),
    sa.Column('name', app.db.Text_(), nullable=False),
    sa.Column('index_fen', app.db.Fen(), nullable=False),
    sa.Column('seq', app.db.Whole(), nullable=False),
    sa.Column('surplus_fen', app.db.Fen(), nullable=False),
    sa.Column('credits_fen', app.db.Fen(), nullable=False),
    sa.CheckConstraint('credits_fen >= 0', name=op.f('ck_pool_credits_not_negative')),
    sa.CheckConstraint('index_fen >= 0', name=op.f('ck_pool_index_not_negative')),
    sa.CheckConstraint('seq >= 0', name=op.f('ck_pool_seq_not_negative')),
    sa.CheckConstraint('surplus_fen >= 0', name=op.f('ck_pool_surplus_not_negative')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_pool_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pool')),
    sa.UniqueConstraint('name', name=op.f('uq_pool_name')),
    sa.UniqueConstraint('plan_id', 'band', name=op.f('uq_pool_plan_id_band')),
    sqlite_strict=True
    )
    op.create_table('rule_version',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('plan_id', app.db.Key(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.Column('valid_from', app.db.Day(), nullable=False),
    sa.Column('published_at', app.db.Instant(), nullable=False),
    sa.Column('published_by', app.db.Key(), nullable=True),
    sa.Column('fingerprint', app.db.Text_(), nullable=False),
    sa.Column('rules', app.db.Record(), nullable=False),
    sa.CheckConstraint('number >= 1', name=op.f('ck_rule_version_number')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_rule_version_plan_id')),
    sa.ForeignKeyConstraint(['published_by'], ['account.id'], name=op.f('fk_rule_version_published_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_version')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_rule_version_fingerprint')),
    sa.UniqueConstraint('plan_id', 'number', name=op.f('uq_rule_version_plan_id_number')),
    sa.UniqueConstraint('plan_id', 'valid_from', name=op.f('uq_rule_version_plan_id_valid_from')),
    sqlite_strict=True
    )
    op.create_table('staff_role',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('role', app.db.Text_(), nullable=False),
    sa.Column('appointed_at', app.db.Instant(), nullable=False),
    sa.Column('appointed_by', app.db.Key(), nullable=True),
    sa.Column('ended_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("role IN ('caseworker', 'treasurer', 'operator', 'auditor')", name=op.f('ck_staff_role_role')),
    sa.CheckConstraint('ended_at IS NULL OR ended_at >= appointed_at', name=op.f('ck_staff_role_ends_after_it_began')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_staff_role_account_id')),
    sa.ForeignKeyConstraint(['appointed_by'], ['account.id'], name=op.f('fk_staff_role_appointed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_role')),
    sqlite_strict=True
    )
    with op.batch_alter_table('staff_role', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_role_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_staff_role_held', ['account_id', 'role'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('member_terms',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('rule_version_id', app.db.Key(), nullable=False),
    sa.Column('terms', app.db.Record(), nullable=False),
    sa.ForeignKeyConstraint(['rule_version_id'], ['rule_version.id'], name=op.f('fk_member_terms_rule_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_terms')),
    sa.UniqueConstraint('rule_version_id', name=op.f('uq_member_terms_rule_version_id')),
    sqlite_strict=True
    )
    op.create_table('notice_file',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('notice_id', app.db.Key(), nullable=False),
    sa.Column('language', app.db.Text_(), nullable=False),
    sa.Column('object', app.db.Text_(), nullable=False),
    sa.Column('sha256', app.db.Text_(), nullable=False),
    sa.Column('size_bytes', app.db.Whole(), nullable=False),
    sa.Column('rendered_at', app.db.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_notice_file_notice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_file')),
    sa.UniqueConstraint('notice_id', 'language', name=op.f('uq_notice_file_notice_id_language')),
    sa.UniqueConstraint('object', name=op.f('uq_notice_file_object')),
    sqlite_strict=True
    )
    op.create_table('pool_counter',
    sa.Column('pool_id', app.db.Key(), nullable=False),
    sa.Column('slot', app.db.Whole(), nullable=False),
    sa.Column('members', app.db.Whole(), nullable=False),
    sa.Column('thresholds_fen', app.db.Fen(), nullable=False),
    sa.CheckConstraint('slot >= 0', name=op.f('ck_pool_counter_slot_not_negative')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_pool_counter_pool_id')),
    sa.PrimaryKeyConstraint('pool_id', 'slot', name=op.f('pk_pool_counter')),
    sqlite_strict=True
    )
    op.create_table('pool_terms',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('rule_version_id', app.db.Key(), nullable=False),
    sa.Column('terms', app.db.Record(), nullable=False),
    sa.ForeignKeyConstraint(['rule_version_id'], ['rule_version.id'], name=op.f('fk_pool_terms_rule_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pool_terms')),
    sa.UniqueConstraint('rule_version_id', name=op.f('uq_pool_terms_rule_version_id')),
    sqlite_strict=True
    )
    op.create_table('posting',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('entry_id', app.db.Key(), nullable=False),
    sa.Column('debit_account', app.db.Text_(), nullable=False),
    sa.Column('credit_account', app.db.Text_(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_posting_amount_positive')),
    sa.CheckConstraint('debit_account <> credit_account', name=op.f('ck_posting_two_accounts')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_posting_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting')),
    sqlite_strict=True
    )
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posting_credit_account'), ['credit_account'], unique=False)
        batch_op.create_index(batch_op.f('ix_posting_debit_account'), ['debit_account'], unique=False)
        batch_op.create_index(batch_op.f('ix_posting_entry_id'), ['entry_id'], unique=False)

    op.create_table('application',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('plan_id', app.db.Key(), nullable=False),
    sa.Column('person_id', app.db.Key(), nullable=True),
    sa.Column('member_terms_id', app.db.Key(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('created_at', app.db.Instant(), nullable=False),
    sa.Column('decided_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("state = 'draft' OR person_id IS NOT NULL", name=op.f('ck_application_past_draft_it_names_a_person')),
    sa.CheckConstraint("state IN ('draft', 'to_be_checked', 'invited', 'accepted', 'refused')", name=op.f('ck_application_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_application_account_id')),
    sa.ForeignKeyConstraint(['member_terms_id'], ['member_terms.id'], name=op.f('fk_application_member_terms_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_application_person_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_application_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application')),
    sa.UniqueConstraint('ref', name=op.f('uq_application_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.create_index('ix_application_open', ['account_id', 'plan_id', 'person_id'], unique=True, sqlite_where=sa.text("state IN ('draft', 'to_be_checked', 'invited')"), postgresql_where=sa.text("state IN ('draft', 'to_be_checked', 'invited')"))

    op.create_table('period',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('plan_id', app.db.Key(), nullable=False),
    sa.Column('pool_id', app.db.Key(), nullable=False),
    sa.Column('name', app.db.Text_(), nullable=False),
    sa.Column('year', app.db.Whole(), nullable=False),
    sa.Column('month', app.db.Whole(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('publication_day', app.db.Day(), nullable=False),
    sa.Column('objections_last_day', app.db.Day(), nullable=False),
    sa.Column('settle_day', app.db.Day(), nullable=False),
    sa.Column('pay_by_day', app.db.Day(), nullable=False),
    sa.Column('seq', app.db.Whole(), nullable=True),
    sa.Column('members', app.db.Whole(), nullable=True),
    sa.Column('locked_at', app.db.Instant(), nullable=True),
    sa.Column('pool_terms_id', app.db.Key(), nullable=True),
    sa.Column('checked_digest', app.db.Text_(), nullable=True),
    sa.Column('checked_by', app.db.Key(), nullable=True),
    sa.Column('checked_at', app.db.Instant(), nullable=True),
    sa.Column('approved_digest', app.db.Text_(), nullable=True),
    sa.Column('approved_by', app.db.Key(), nullable=True),
    sa.Column('approved_at', app.db.Instant(), nullable=True),
    sa.Column('settled_at', app.db.Instant(), nullable=True),
    sa.Column('paid_at', app.db.Instant(), nullable=True),
    sa.Column('cancelled_at', app.db.Instant(), nullable=True),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.Column('received', app.db.Record(), nullable=True),
    sa.Column('run_off', app.db.Flag(), nullable=False),
    sa.CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f('ck_period_cancelled_has_its_time')),
    sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name=op.f('ck_period_paid_has_its_time')),
    sa.CheckConstraint("(state IN ('settled', 'paid')) = (settled_at IS NOT NULL)", name=op.f('ck_period_settled_has_its_time')),
    sa.CheckConstraint('(approved_digest IS NULL) = (approved_by IS NULL) AND (approved_digest IS NULL) = (approved_at IS NULL)', name=op.f('ck_period_an_approval_is_whole')),
    sa.CheckConstraint('(locked_at IS NULL) = (pool_terms_id IS NULL)', name=op.f('ck_period_locked_has_its_terms')),
    sa.CheckConstraint("state IN ('planned', 'postponed', 'cancelled') OR locked_at IS NOT NULL", name=op.f('ck_period_published_is_locked')),
    sa.CheckConstraint("state IN ('planned', 'postponed', 'locked', 'checked', 'approved', 'settled', 'paid', 'cancelled')", name=op.f('ck_period_state')),
    sa.CheckConstraint("state <> 'checked' OR checked_digest IS NOT NULL", name=op.f('ck_period_checked_has_its_check')),
    sa.CheckConstraint('(checked_digest IS NULL) = (checked_by IS NULL) AND (checked_digest IS NULL) = (checked_at IS NULL)', name=op.f('ck_period_a_check_is_whole')),
    sa.CheckConstraint('approved_digest IS NULL OR (checked_digest IS NOT NULL AND approved_digest = checked_digest AND approved_by <> checked_by)', name=op.f('ck_period_two_treasurers_one_sum')),
    sa.CheckConstraint("state NOT IN ('approved', 'settled', 'paid') OR approved_digest IS NOT NULL", name=op.f('ck_period_settled_was_approved')),
    sa.CheckConstraint("state NOT IN ('postponed', 'cancelled') OR reason <> ''", name=op.f('ck_period_a_change_has_its_reason')),
    sa.CheckConstraint('(members IS NULL) = (locked_at IS NULL)', name=op.f('ck_period_locked_has_its_count')),
    sa.CheckConstraint('(members IS NULL) = (seq IS NULL)', name=op.f('ck_period_locked_has_its_seq')),
    sa.CheckConstraint('members > 0 OR (run_off AND members = 0)', name=op.f('ck_period_somebody_shares')),
    sa.CheckConstraint('objections_last_day >= publication_day AND settle_day > objections_last_day AND pay_by_day >= settle_day', name=op.f('ck_period_days_in_order')),
    sa.ForeignKeyConstraint(['approved_by'], ['account.id'], name=op.f('fk_period_approved_by')),
    sa.ForeignKeyConstraint(['checked_by'], ['account.id'], name=op.f('fk_period_checked_by')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_period_plan_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_period_pool_id')),
    sa.ForeignKeyConstraint(['pool_terms_id'], ['pool_terms.id'], name=op.f('fk_period_pool_terms_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period')),
    sa.UniqueConstraint('name', name=op.f('uq_period_name')),
    sa.UniqueConstraint('pool_id', 'year', 'month', 'number', name=op.f('uq_period_pool_id_year_month_number')),
    sqlite_strict=True
    )
    with op.batch_alter_table('period', schema=None) as batch_op:
        batch_op.create_index('ix_period_one_open_lock', ['pool_id'], unique=True, sqlite_where=sa.text("state IN ('locked', 'checked', 'approved')"), postgresql_where=sa.text("state IN ('locked', 'checked', 'approved')"))
        batch_op.create_index('ix_period_seq', ['pool_id', 'seq'], unique=True, sqlite_where=sa.text("state <> 'cancelled'"), postgresql_where=sa.text("state <> 'cancelled'"))
        batch_op.create_index('ix_period_settle_day', ['settle_day', 'id'], unique=False)

    op.create_table('declaration_answer',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('application_id', app.db.Key(), nullable=False),
    sa.Column('item', app.db.Text_(), nullable=False),
    sa.Column('asked', app.db.Text_(), nullable=False),
    sa.Column('language', app.db.Text_(), nullable=False),
    sa.Column('yes', app.db.Flag(), nullable=False),
    sa.Column('answered_at', app.db.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_declaration_answer_application_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declaration_answer')),
    sa.UniqueConstraint('application_id', 'item', name=op.f('uq_declaration_answer_application_id_item')),
    sqlite_strict=True
    )
    op.create_table('membership',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('plan_id', app.db.Key(), nullable=False),
    sa.Column('pool_id', app.db.Key(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('person_id', app.db.Key(), nullable=False),
    sa.Column('application_id', app.db.Key(), nullable=True),
    sa.Column('member_terms_id', app.db.Key(), nullable=False),
    sa.Column('identity_hash', app.db.Sealed(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('joined_at', app.db.Instant(), nullable=False),
    sa.Column('joined_on', app.db.Day(), nullable=False),
    sa.Column('join_seq', app.db.Whole(), nullable=True),
    sa.Column('join_index_fen', app.db.Fen(), nullable=True),
    sa.Column('paid_net_fen', app.db.Fen(), nullable=False),
    sa.Column('threshold_fen', app.db.Fen(), sa.Computed('join_index_fen + paid_net_fen', persisted=True), nullable=True),
    sa.Column('ends_after_seq', app.db.Whole(), nullable=True),
    sa.Column('ends_as', app.db.Text_(), nullable=True),
    sa.Column('end_seq', app.db.Whole(), nullable=True),
    sa.Column('ended_at', app.db.Instant(), nullable=True),
    sa.Column('ends_at_lock', app.db.Flag(), nullable=False),
    sa.Column('age_out_on', app.db.Day(), nullable=True),
    sa.Column('waits_from', app.db.Day(), nullable=True),
    sa.Column('moved_from_id', app.db.Key(), nullable=True),
    sa.CheckConstraint("(state IN ('pending', 'sharing')) = (end_seq IS NULL)", name=op.f('ck_membership_ended_has_end_seq')),
    sa.CheckConstraint('NOT ends_at_lock OR ends_as IS NOT NULL', name=op.f('ck_membership_an_end_at_a_lock_is_an_end')),
    sa.CheckConstraint("(state IN ('pending', 'sharing')) = (ended_at IS NULL)", name=op.f('ck_membership_ended_has_ended_at')),
    sa.CheckConstraint("ends_as IN ('left', 'lapsed', 'helped', 'rescinded', 'aged_out', 'died', 'closed')", name=op.f('ck_membership_ends_as')),
    sa.CheckConstraint("state <> 'pending' OR join_seq IS NULL", name=op.f('ck_membership_pending_has_no_join_seq')),
    sa.CheckConstraint("state <> 'sharing' OR join_seq IS NOT NULL", name=op.f('ck_membership_sharing_has_join_seq')),
    sa.CheckConstraint("state IN ('pending', 'sharing', 'left', 'lapsed', 'helped', 'rescinded', 'aged_out', 'died', 'closed')", name=op.f('ck_membership_state')),
    sa.CheckConstraint('(ends_after_seq IS NULL) = (ends_as IS NULL)', name=op.f('ck_membership_an_end_has_its_reason')),
    sa.CheckConstraint('(join_seq IS NULL) = (join_index_fen IS NULL)', name=op.f('ck_membership_joins_at_one_point')),
    sa.CheckConstraint('end_seq IS NULL OR join_seq IS NULL OR end_seq >= join_seq', name=op.f('ck_membership_ends_after_it_joined')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_membership_account_id')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_membership_application_id')),
    sa.ForeignKeyConstraint(['member_terms_id'], ['member_terms.id'], name=op.f('fk_membership_member_terms_id')),
    sa.ForeignKeyConstraint(['moved_from_id'], ['membership.id'], name=op.f('fk_membership_moved_from_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_person_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_membership_plan_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_membership_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('application_id', name=op.f('uq_membership_application_id')),
    sa.UniqueConstraint('moved_from_id', name=op.f('uq_membership_moved_from_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_membership_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index('ix_membership_account', ['account_id'], unique=False)
        batch_op.create_index('ix_membership_aging', ['pool_id', 'age_out_on'], unique=False, sqlite_where=sa.text("state = 'sharing' AND age_out_on IS NOT NULL"), postgresql_where=sa.text("state = 'sharing' AND age_out_on IS NOT NULL"))
        batch_op.create_index('ix_membership_ended', ['pool_id', 'end_seq'], unique=False, sqlite_where=sa.text('end_seq IS NOT NULL'), postgresql_where=sa.text('end_seq IS NOT NULL'))
        batch_op.create_index('ix_membership_ending', ['pool_id', 'ends_after_seq'], unique=False, sqlite_where=sa.text("state = 'sharing' AND ends_after_seq IS NOT NULL"), postgresql_where=sa.text("state = 'sharing' AND ends_after_seq IS NOT NULL"))
        batch_op.create_index('ix_membership_live_identity', ['plan_id', 'identity_hash'], unique=True, sqlite_where=sa.text("state IN ('pending', 'sharing')"), postgresql_where=sa.text("state IN ('pending', 'sharing')"))
        batch_op.create_index('ix_membership_pending', ['pool_id'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.create_index('ix_membership_person', ['person_id'], unique=False)
        batch_op.create_index('ix_membership_threshold', ['pool_id', 'threshold_fen', 'id'], unique=False, sqlite_where=sa.text("state = 'sharing'"), postgresql_where=sa.text("state = 'sharing'"))

    op.create_table('acknowledgement',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('membership_id', app.db.Key(), nullable=False),
    sa.Column('member_terms_id', app.db.Key(), nullable=False),
    sa.Column('replaces_id', app.db.Key(), nullable=False),
    sa.Column('from_on', app.db.Day(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.CheckConstraint('member_terms_id > replaces_id', name=op.f('ck_acknowledgement_to_something_newer')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_acknowledgement_account_id')),
    sa.ForeignKeyConstraint(['member_terms_id'], ['member_terms.id'], name=op.f('fk_acknowledgement_member_terms_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_acknowledgement_membership_id')),
    sa.ForeignKeyConstraint(['replaces_id'], ['member_terms.id'], name=op.f('fk_acknowledgement_replaces_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acknowledgement')),
    sa.UniqueConstraint('membership_id', 'member_terms_id', name=op.f('uq_acknowledgement_membership_id_member_terms_id')),
    sa.UniqueConstraint('membership_id', 'replaces_id', name=op.f('uq_acknowledgement_membership_id_replaces_id')),
    sqlite_strict=True
    )
    op.create_table('settlement',
    sa.Column('pool_id', app.db.Key(), nullable=False),
    sa.Column('seq', app.db.Whole(), autoincrement=False, nullable=False),
    sa.Column('period_id', app.db.Key(), nullable=False),
    sa.Column('pool_terms_id', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('cases', app.db.Whole(), nullable=False),
    sa.Column('members', app.db.Whole(), nullable=False),
    sa.Column('room_fen', app.db.Fen(), nullable=True),
    sa.Column('index_at_new_year_fen', app.db.Fen(), nullable=False),
    sa.Column('settlements_left', app.db.Whole(), nullable=False),
    sa.Column('unpaid_waiting_fen', app.db.Fen(), nullable=False),
    sa.Column('credits_fen', app.db.Fen(), nullable=False),
    sa.Column('reserve_before_fen', app.db.Fen(), nullable=False),
    sa.Column('approved_fen', app.db.Fen(), nullable=False),
    sa.Column('shared_payouts_fen', app.db.Fen(), nullable=False),
    sa.Column('fee_fen', app.db.Fen(), nullable=False),
    sa.Column('unpaid_fen', app.db.Fen(), nullable=False),
    sa.Column('need_fen', app.db.Fen(), nullable=False),
    sa.Column('from_reserve_fen', app.db.Fen(), nullable=False),
    sa.Column('from_operator_fen', app.db.Fen(), nullable=False),
    sa.Column('share_fen', app.db.Fen(), nullable=False),
    sa.Column('index_before_fen', app.db.Fen(), nullable=False),
    sa.Column('index_after_fen', app.db.Fen(), nullable=False),
    sa.Column('surplus_before_fen', app.db.Fen(), nullable=False),
    sa.Column('surplus_after_fen', app.db.Fen(), nullable=False),
    sa.Column('entry_id', app.db.Key(), nullable=True),
    sa.CheckConstraint('(entry_id IS NULL) = (need_fen = 0 AND from_reserve_fen = 0 AND from_operator_fen = 0)', name=op.f('ck_settlement_money_moves_with_an_entry')),
    sa.CheckConstraint('approved_fen >= 0 AND shared_payouts_fen >= 0 AND fee_fen >= 0 AND unpaid_fen >= 0 AND from_reserve_fen >= 0 AND from_operator_fen >= 0 AND credits_fen >= 0 AND surplus_before_fen >= 0 AND surplus_after_fen >= 0', name=op.f('ck_settlement_terms_not_negative')),
    sa.CheckConstraint('cases >= 0', name=op.f('ck_settlement_cases_not_negative')),
    sa.CheckConstraint('index_after_fen = index_before_fen + share_fen', name=op.f('ck_settlement_index_moves_by_the_share')),
    sa.CheckConstraint('members > 0 OR (members = 0 AND share_fen = 0 AND fee_fen = 0)', name=op.f('ck_settlement_members_positive')),
    sa.CheckConstraint('need_fen = shared_payouts_fen + fee_fen + unpaid_fen', name=op.f('ck_settlement_need_is_its_terms')),
    sa.CheckConstraint('room_fen IS NULL OR room_fen >= 0', name=op.f('ck_settlement_room_not_negative')),
    sa.CheckConstraint('share_fen * members + surplus_before_fen = need_fen + surplus_after_fen', name=op.f('ck_settlement_nothing_is_lost')),
    sa.CheckConstraint('share_fen >= 0', name=op.f('ck_settlement_share_not_negative')),
    sa.CheckConstraint('shared_payouts_fen + from_reserve_fen + from_operator_fen <= approved_fen', name=op.f('ck_settlement_never_more_than_approved')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_settlement_entry_id')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_settlement_period_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_settlement_pool_id')),
    sa.ForeignKeyConstraint(['pool_terms_id'], ['pool_terms.id'], name=op.f('fk_settlement_pool_terms_id')),
    sa.PrimaryKeyConstraint('pool_id', 'seq', name=op.f('pk_settlement')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_settlement_entry_id')),
    sa.UniqueConstraint('period_id', name=op.f('uq_settlement_period_id')),
    sqlite_strict=True
    )
    op.create_table('claim',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('membership_id', app.db.Key(), nullable=False),
    sa.Column('member_terms_id', app.db.Key(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('benefit', app.db.Text_(), nullable=True),
    sa.Column('disease_group', app.db.Text_(), nullable=True),
    sa.Column('province', app.db.Text_(), nullable=True),
    sa.Column('event_on', app.db.Day(), nullable=True),
    sa.Column('account_sealed', app.db.Sealed(), nullable=True),
    sa.Column('story_sealed', app.db.Sealed(), nullable=True),
    sa.Column('publication_level', app.db.Whole(), nullable=False),
    sa.Column('salt', app.db.Text_(), nullable=False),
    sa.Column('created_at', app.db.Instant(), nullable=False),
    sa.Column('submitted_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'evidence_asked', 'in_review', 'recommended', 'approved', 'refused', 'published', 'settled', 'paid', 'returned', 'closed_unpaid', 'appealed', 'refused_finally', 'withdrawn')", name=op.f('ck_claim_state')),
    sa.CheckConstraint("state IN ('draft', 'withdrawn') OR (event_on IS NOT NULL AND benefit IS NOT NULL)", name=op.f('ck_claim_submitted_names_its_event')),
    sa.CheckConstraint("state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name=op.f('ck_claim_submitted_has_its_time')),
    sa.CheckConstraint('publication_level IN (0, 1, 2, 3)', name=op.f('ck_claim_publication_level')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_claim_account_id')),
    sa.ForeignKeyConstraint(['member_terms_id'], ['member_terms.id'], name=op.f('fk_claim_member_terms_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_claim_membership_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim')),
    sa.UniqueConstraint('ref', name=op.f('uq_claim_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index('ix_claim_of_account', ['account_id', 'created_at'], unique=False)
        batch_op.create_index('ix_claim_of_membership', ['membership_id'], unique=False)
        batch_op.create_index('ix_claim_one_draft', ['membership_id'], unique=True, sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'"))
        batch_op.create_index('ix_claim_one_open_event', ['membership_id', 'event_on', 'benefit'], unique=True, sqlite_where=sa.text("state IN ('submitted', 'evidence_asked', 'in_review', 'recommended', 'approved', 'published', 'appealed')"), postgresql_where=sa.text("state IN ('submitted', 'evidence_asked', 'in_review', 'recommended', 'approved', 'published', 'appealed')"))
        batch_op.create_index('ix_claim_queue', ['state', 'submitted_at', 'id'], unique=False, sqlite_where=sa.text("state IN ('submitted', 'in_review', 'recommended', 'appealed')"), postgresql_where=sa.text("state IN ('submitted', 'in_review', 'recommended', 'appealed')"))

    op.create_table('payment',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('reference', app.db.Text_(), nullable=False),
    sa.Column('adapter', app.db.Text_(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('application_id', app.db.Key(), nullable=True),
    sa.Column('membership_id', app.db.Key(), nullable=True),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('asked_at', app.db.Instant(), nullable=False),
    sa.Column('received_at', app.db.Instant(), nullable=True),
    sa.Column('failed_at', app.db.Instant(), nullable=True),
    sa.Column('reversed_at', app.db.Instant(), nullable=True),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.CheckConstraint("(state = 'reversed') = (reversed_at IS NOT NULL)", name=op.f('ck_payment_reversed_has_its_time')),
    sa.CheckConstraint("state <> 'failed' OR failed_at IS NOT NULL", name=op.f('ck_payment_failed_has_its_time')),
    sa.CheckConstraint("state NOT IN ('failed', 'reversed') OR reason <> ''", name=op.f('ck_payment_what_went_wrong_is_said')),
    sa.CheckConstraint("(state IN ('received', 'reversed')) = (received_at IS NOT NULL)", name=op.f('ck_payment_received_has_its_time')),
    sa.CheckConstraint("adapter IN ('sandbox', 'manual', 'webhook', 'list')", name=op.f('ck_payment_adapter')),
    sa.CheckConstraint("state IN ('asked', 'received', 'failed', 'reversed')", name=op.f('ck_payment_state')),
    sa.CheckConstraint('(application_id IS NULL) <> (membership_id IS NULL)', name=op.f('ck_payment_is_for_one_thing')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_payment_something')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_payment_account_id')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_payment_application_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_payment_membership_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment')),
    sa.UniqueConstraint('ref', name=op.f('uq_payment_ref')),
    sa.UniqueConstraint('reference', name=op.f('uq_payment_reference')),
    sqlite_strict=True
    )
    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.create_index('ix_payment_in_state', ['state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_payment_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_payment_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_payment_membership_id'), ['membership_id'], unique=False)

    op.create_table('award',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('period_id', app.db.Key(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_award_something')),
    sa.CheckConstraint('number >= 1', name=op.f('ck_award_number')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_award_claim_id')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_award_period_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award')),
    sa.UniqueConstraint('period_id', 'number', name=op.f('uq_award_period_id_number')),
    sqlite_strict=True
    )
    with op.batch_alter_table('award', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_award_claim_id'), ['claim_id'], unique=False)

    op.create_table('claim_step',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('move', app.db.Text_(), nullable=False),
    sa.Column('from_state', app.db.Text_(), nullable=False),
    sa.Column('to_state', app.db.Text_(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('role', app.db.Text_(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=True),
    sa.Column('note_sealed', app.db.Sealed(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_claim_step_account_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_claim_step_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_step')),
    sqlite_strict=True
    )
    with op.batch_alter_table('claim_step', schema=None) as batch_op:
        batch_op.create_index('ix_claim_step_of_claim', ['claim_id', 'id'], unique=False)

    op.create_table('consent',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('application_id', app.db.Key(), nullable=True),
    sa.Column('claim_id', app.db.Key(), nullable=True),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('text_version', app.db.Text_(), nullable=False),
    sa.Column('given_at', app.db.Instant(), nullable=False),
    sa.Column('withdrawn_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("kind IN ('joining', 'declaration', 'claim_file', 'investigator', 'publication')", name=op.f('ck_consent_kind')),
    sa.CheckConstraint('(application_id IS NULL) <> (claim_id IS NULL)', name=op.f('ck_consent_belongs_to_one_thing')),
    sa.CheckConstraint('withdrawn_at IS NULL OR withdrawn_at >= given_at', name=op.f('ck_consent_withdrawn_after_given')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_consent_account_id')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_consent_application_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_consent_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent')),
    sa.UniqueConstraint('application_id', 'kind', 'given_at', name=op.f('uq_consent_application_id_kind_given_at')),
    sa.UniqueConstraint('claim_id', 'kind', 'given_at', name=op.f('uq_consent_claim_id_kind_given_at')),
    sqlite_strict=True
    )
    op.create_table('deposit',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('membership_id', app.db.Key(), nullable=False),
    sa.Column('entry_id', app.db.Key(), nullable=False),
    sa.Column('payment_id', app.db.Key(), nullable=True),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.CheckConstraint("(kind IN ('topup', 'credit', 'moved_in')) = (amount_fen > 0)", name=op.f('ck_deposit_sign_follows_kind')),
    sa.CheckConstraint("kind IN ('topup', 'credit', 'moved_in', 'refund', 'reversal', 'moved_out')", name=op.f('ck_deposit_kind')),
    sa.CheckConstraint('amount_fen <> 0', name=op.f('ck_deposit_not_nothing')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_deposit_entry_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_deposit_membership_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_deposit_payment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deposit')),
    sa.UniqueConstraint('payment_id', name=op.f('uq_deposit_payment_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('deposit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deposit_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index('ix_deposit_statement', ['membership_id', 'at'], unique=False)

    op.create_table('recommendation',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('round', app.db.Whole(), nullable=False),
    sa.Column('by', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('verdict', app.db.Text_(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('clause', app.db.Text_(), nullable=False),
    sa.Column('reason_sealed', app.db.Sealed(), nullable=True),
    sa.Column('caused_by_accident', app.db.Flag(), nullable=False),
    sa.CheckConstraint("(verdict = 'approve') = (amount_fen > 0)", name=op.f('ck_recommendation_approval_has_an_amount')),
    sa.CheckConstraint("verdict IN ('approve', 'refuse')", name=op.f('ck_recommendation_verdict')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_recommendation_by')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_recommendation_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recommendation')),
    sa.UniqueConstraint('claim_id', 'round', name=op.f('uq_recommendation_claim_id_round')),
    sqlite_strict=True
    )
    op.create_table('decision',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('recommendation_id', app.db.Key(), nullable=False),
    sa.Column('round', app.db.Whole(), nullable=False),
    sa.Column('by', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('verdict', app.db.Text_(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('clause', app.db.Text_(), nullable=False),
    sa.Column('evidence', app.db.Text_(), nullable=False),
    sa.Column('reason_sealed', app.db.Sealed(), nullable=True),
    sa.Column('would_change_sealed', app.db.Sealed(), nullable=True),
    sa.Column('appeal_until', app.db.Day(), nullable=True),
    sa.Column('caused_by_accident', app.db.Flag(), nullable=False),
    sa.Column('salt', app.db.Text_(), nullable=False),
    sa.CheckConstraint("(verdict = 'approve') = (amount_fen > 0)", name=op.f('ck_decision_approval_has_an_amount')),
    sa.CheckConstraint("clause <> '' AND evidence <> ''", name=op.f('ck_decision_rests_on_clause_and_evidence')),
    sa.CheckConstraint("verdict = 'approve' OR (would_change_sealed IS NOT NULL AND appeal_until IS NOT NULL)", name=op.f('ck_decision_refusal_says_what_would_change_it')),
    sa.CheckConstraint("verdict IN ('approve', 'refuse')", name=op.f('ck_decision_verdict')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_decision_by')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_decision_claim_id')),
    sa.ForeignKeyConstraint(['recommendation_id'], ['recommendation.id'], name=op.f('fk_decision_recommendation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('claim_id', 'round', name=op.f('uq_decision_claim_id_round')),
    sa.UniqueConstraint('recommendation_id', name=op.f('uq_decision_recommendation_id')),
    sqlite_strict=True
    )
    op.create_table('published_case',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('award_id', app.db.Key(), nullable=False),
    sa.Column('period_id', app.db.Key(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.Column('level', app.db.Whole(), nullable=False),
    sa.Column('age_band', app.db.Text_(), nullable=False),
    sa.Column('place', app.db.Text_(), nullable=False),
    sa.Column('disease_group', app.db.Text_(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('decided_on', app.db.Day(), nullable=False),
    sa.Column('published_on', app.db.Day(), nullable=False),
    sa.Column('salt', app.db.Text_(), nullable=False),
    sa.Column('true_age_band', app.db.Text_(), nullable=False),
    sa.Column('true_province', app.db.Text_(), nullable=False),
    sa.Column('true_disease_group', app.db.Text_(), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_published_case_something')),
    sa.CheckConstraint('level IN (0, 1, 2, 3)', name=op.f('ck_published_case_level')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_published_case_award_id')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_published_case_period_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_published_case')),
    sa.UniqueConstraint('award_id', name=op.f('uq_published_case_award_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_published_case_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('published_case', schema=None) as batch_op:
        batch_op.create_index('ix_published_case_of_period', ['period_id', 'number'], unique=False)
        batch_op.create_index('ix_published_case_true_attributes', ['published_on', 'true_age_band', 'true_province', 'true_disease_group'], unique=False)

    op.create_table('settlement_award',
    sa.Column('award_id', app.db.Key(), autoincrement=False, nullable=False),
    sa.Column('pool_id', app.db.Key(), nullable=False),
    sa.Column('seq', app.db.Whole(), nullable=False),
    sa.Column('asked_fen', app.db.Fen(), nullable=False),
    sa.Column('shared_fen', app.db.Fen(), nullable=False),
    sa.Column('from_reserve_fen', app.db.Fen(), nullable=False),
    sa.Column('from_operator_fen', app.db.Fen(), nullable=False),
    sa.CheckConstraint('asked_fen > 0 AND shared_fen >= 0 AND from_reserve_fen >= 0 AND from_operator_fen >= 0', name=op.f('ck_settlement_award_parts_not_negative')),
    sa.CheckConstraint('shared_fen + from_reserve_fen + from_operator_fen <= asked_fen', name=op.f('ck_settlement_award_never_more_than_asked')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_settlement_award_award_id')),
    sa.ForeignKeyConstraint(['pool_id', 'seq'], ['settlement.pool_id', 'settlement.seq'], name='fk_settlement_award_settlement'),
    sa.PrimaryKeyConstraint('award_id', name=op.f('pk_settlement_award')),
    sqlite_strict=True
    )
    op.create_table('payout',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('award_id', app.db.Key(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('due_at', app.db.Instant(), nullable=False),
    sa.Column('waiting_since', app.db.Instant(), nullable=True),
    sa.Column('waiting_by', app.db.Key(), nullable=True),
    sa.Column('released_at', app.db.Instant(), nullable=True),
    sa.Column('released_by', app.db.Key(), nullable=True),
    sa.Column('paid_at', app.db.Instant(), nullable=True),
    sa.Column('attempt', app.db.Whole(), nullable=False),
    sa.Column('account_given_at', app.db.Instant(), nullable=True),
    sa.Column('reference', app.db.Text_(), nullable=True),
    sa.Column('entry_id', app.db.Key(), nullable=True),
    sa.Column('salt', app.db.Text_(), nullable=False),
    sa.CheckConstraint("(state = 'due') = (released_at IS NULL)", name=op.f('ck_payout_released_has_its_time')),
    sa.CheckConstraint("state NOT IN ('paid', 'returned') OR paid_at IS NOT NULL", name=op.f('ck_payout_paid_has_its_time')),
    sa.CheckConstraint("state IN ('due', 'released', 'paid', 'returned', 'failed')", name=op.f('ck_payout_state')),
    sa.CheckConstraint('(paid_at IS NULL) = (entry_id IS NULL)', name=op.f('ck_payout_paid_is_booked')),
    sa.CheckConstraint("waiting_since IS NULL OR state = 'due'", name=op.f('ck_payout_only_what_is_due_waits')),
    sa.CheckConstraint('(released_at IS NULL) = (released_by IS NULL)', name=op.f('ck_payout_released_has_its_treasurer')),
    sa.CheckConstraint('(waiting_since IS NULL) = (waiting_by IS NULL)', name=op.f('ck_payout_waiting_was_wanted')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_payout_something')),
    sa.CheckConstraint('attempt >= 1', name=op.f('ck_payout_attempt')),
    sa.ForeignKeyConstraint(['award_id'], ['settlement_award.award_id'], name=op.f('fk_payout_award_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_payout_entry_id')),
    sa.ForeignKeyConstraint(['released_by'], ['account.id'], name=op.f('fk_payout_released_by')),
    sa.ForeignKeyConstraint(['waiting_by'], ['account.id'], name=op.f('fk_payout_waiting_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payout')),
    sa.UniqueConstraint('award_id', name=op.f('uq_payout_award_id')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_payout_entry_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_payout_ref')),
    sa.UniqueConstraint('reference', name=op.f('uq_payout_reference')),
    sqlite_strict=True
    )
    op.create_table('payout_return',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('payout_id', app.db.Key(), nullable=False),
    sa.Column('attempt', app.db.Whole(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('by', app.db.Key(), nullable=True),
    sa.Column('reference', app.db.Text_(), nullable=True),
    sa.Column('entry_id', app.db.Key(), nullable=True),
    sa.CheckConstraint("(kind = 'returned') = (entry_id IS NOT NULL)", name=op.f('ck_payout_return_returned_is_booked')),
    sa.CheckConstraint("kind IN ('returned', 'failed')", name=op.f('ck_payout_return_kind')),
    sa.CheckConstraint("reason IN ('account_unknown', 'account_closed', 'name_differs', 'other')", name=op.f('ck_payout_return_reason')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_payout_return_by')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_payout_return_entry_id')),
    sa.ForeignKeyConstraint(['payout_id'], ['payout.id'], name=op.f('fk_payout_return_payout_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payout_return')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_payout_return_entry_id')),
    sa.UniqueConstraint('payout_id', 'attempt', name=op.f('uq_payout_return_payout_id_attempt')),
    sqlite_strict=True
    )
    op.create_table('period_change',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('period_id', app.db.Key(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('by', app.db.Key(), nullable=True),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.Column('publication_day_before', app.db.Day(), nullable=False),
    sa.Column('publication_day_after', app.db.Day(), nullable=False),
    sa.Column('settle_day_before', app.db.Day(), nullable=False),
    sa.Column('settle_day_after', app.db.Day(), nullable=False),
    sa.CheckConstraint("by IS NOT NULL OR kind IN ('late', 'cancelled')", name=op.f('ck_period_change_people_answer_for_changes')),
    sa.CheckConstraint("kind <> 'late' OR by IS NULL", name=op.f('ck_period_change_only_the_clock_is_late')),
    sa.CheckConstraint("kind IN ('postponed', 'cancelled', 'late', 'explained')", name=op.f('ck_period_change_kind')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_period_change_says_why')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_period_change_by')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_period_change_period_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period_change')),
    sqlite_strict=True
    )
    with op.batch_alter_table('period_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_period_change_period_id'), ['period_id'], unique=False)

    op.create_table('period_approval',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('period_id', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('by', app.db.Key(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('digest', app.db.Text_(), nullable=False),
    sa.Column('figures', app.db.Record(), nullable=False),
    sa.CheckConstraint("kind IN ('checked', 'approved')", name=op.f('ck_period_approval_kind')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_period_approval_by')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_period_approval_period_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period_approval')),
    sqlite_strict=True
    )
    with op.batch_alter_table('period_approval', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_period_approval_period_id'), ['period_id'], unique=False)

    op.create_table('carry',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('award_id', app.db.Key(), nullable=False),
    sa.Column('from_period_id', app.db.Key(), nullable=False),
    sa.Column('from_number', app.db.Whole(), nullable=False),
    sa.Column('to_period_id', app.db.Key(), nullable=True),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.CheckConstraint('from_number >= 1', name=op.f('ck_carry_number')),
    sa.CheckConstraint('to_period_id IS NULL OR to_period_id <> from_period_id', name=op.f('ck_carry_moves_on')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_carry_award_id')),
    sa.ForeignKeyConstraint(['from_period_id'], ['period.id'], name=op.f('fk_carry_from_period_id')),
    sa.ForeignKeyConstraint(['to_period_id'], ['period.id'], name=op.f('fk_carry_to_period_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carry')),
    sa.UniqueConstraint('award_id', 'from_period_id', name=op.f('uq_carry_award_id_from_period_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('carry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_carry_from_period_id'), ['from_period_id'], unique=False)

    op.create_table('funding',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('plan_id', app.db.Key(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('source', app.db.Text_(), nullable=False),
    sa.Column('reference', app.db.Text_(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('recorded_by', app.db.Key(), nullable=False),
    sa.Column('recorded_at', app.db.Instant(), nullable=False),
    sa.Column('decided_by', app.db.Key(), nullable=True),
    sa.Column('decided_at', app.db.Instant(), nullable=True),
    sa.Column('entry_id', app.db.Key(), nullable=True),
    sa.CheckConstraint("(state = 'confirmed') = (entry_id IS NOT NULL)", name=op.f('ck_funding_confirmed_is_booked')),
    sa.CheckConstraint("(state = 'recorded') = (decided_at IS NULL)", name=op.f('ck_funding_an_answer_has_its_time')),
    sa.CheckConstraint("kind IN ('subsidy', 'donation', 'promised')", name=op.f('ck_funding_kind')),
    sa.CheckConstraint("source <> ''", name=op.f('ck_funding_says_where_it_comes_from')),
    sa.CheckConstraint("state IN ('recorded', 'confirmed', 'refused')", name=op.f('ck_funding_state')),
    sa.CheckConstraint('(decided_at IS NULL) = (decided_by IS NULL)', name=op.f('ck_funding_an_answer_has_its_treasurer')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_funding_something')),
    sa.CheckConstraint('decided_by <> recorded_by', name=op.f('ck_funding_two_people')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_funding_decided_by')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_funding_entry_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_funding_plan_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_funding_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_funding')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_funding_entry_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_funding_ref')),
    sa.UniqueConstraint('reference', name=op.f('uq_funding_reference')),
    sqlite_strict=True
    )
    with op.batch_alter_table('funding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_funding_plan_id'), ['plan_id'], unique=False)

    op.create_table('sandbox_order',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('direction', app.db.Text_(), nullable=False),
    sa.Column('does', app.db.Text_(), nullable=False),
    sa.Column('days', app.db.Whole(), nullable=False),
    sa.Column('asked_at', app.db.Instant(), nullable=False),
    sa.Column('used_by', app.db.Text_(), nullable=True),
    sa.CheckConstraint("direction IN ('in', 'out')", name=op.f('ck_sandbox_order_direction')),
    sa.CheckConstraint("does IN ('arrive', 'fail', 'arrive_twice', 'come_back', 'by_file')", name=op.f('ck_sandbox_order_does')),
    sa.CheckConstraint("does <> 'by_file' OR direction = 'out'", name=op.f('ck_sandbox_order_files_go_out')),
    sa.CheckConstraint('days >= 0', name=op.f('ck_sandbox_order_days')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sandbox_order')),
    sa.UniqueConstraint('used_by', name=op.f('uq_sandbox_order_used_by')),
    sqlite_strict=True
    )


    op.create_table('rescission',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('membership_id', app.db.Key(), nullable=False),
    sa.Column('clause', app.db.Text_(), nullable=False),
    sa.Column('reason_sealed', app.db.Sealed(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('decided_at', app.db.Instant(), nullable=False),
    sa.Column('decided_by', app.db.Key(), nullable=False),
    sa.Column('contest_until', app.db.Day(), nullable=False),
    sa.Column('contest_sealed', app.db.Sealed(), nullable=True),
    sa.Column('answered_at', app.db.Instant(), nullable=True),
    sa.Column('answered_by', app.db.Key(), nullable=True),
    sa.CheckConstraint("(state = 'decided') = (contest_sealed IS NULL)", name=op.f('ck_rescission_contested_says_why')),
    sa.CheckConstraint("(state IN ('upheld', 'lifted')) = (answered_at IS NOT NULL) AND (answered_at IS NULL) = (answered_by IS NULL)", name=op.f('ck_rescission_an_answer_has_time_and_person')),
    sa.CheckConstraint("clause <> ''", name=op.f('ck_rescission_rests_on_a_clause')),
    sa.CheckConstraint("state IN ('decided', 'contested', 'upheld', 'lifted')", name=op.f('ck_rescission_state')),
    sa.CheckConstraint('answered_by IS NULL OR answered_by <> decided_by', name=op.f('ck_rescission_another_person_answers')),
    sa.ForeignKeyConstraint(['answered_by'], ['account.id'], name=op.f('fk_rescission_answered_by')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_rescission_decided_by')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_rescission_membership_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rescission')),
    sa.UniqueConstraint('ref', name=op.f('uq_rescission_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('rescission', schema=None) as batch_op:
        batch_op.create_index('ix_rescission_contested', ['decided_at'], unique=False, sqlite_where=sa.text("state = 'contested'"), postgresql_where=sa.text("state = 'contested'"))
        batch_op.create_index(batch_op.f('ix_rescission_membership_id'), ['membership_id'], unique=False)

    op.create_table('report',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('relation', app.db.Text_(), nullable=False),
    sa.Column('name_sealed', app.db.Sealed(), nullable=False),
    sa.Column('document_type', app.db.Text_(), nullable=False),
    sa.Column('document_sealed', app.db.Sealed(), nullable=False),
    sa.Column('identity_hash', app.db.Sealed(), nullable=False),
    sa.Column('happened_on', app.db.Day(), nullable=False),
    sa.Column('takes_over', app.db.Flag(), nullable=False),
    sa.Column('payee_sealed', app.db.Sealed(), nullable=True),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('reported_at', app.db.Instant(), nullable=False),
    sa.Column('proposed_at', app.db.Instant(), nullable=True),
    sa.Column('proposed_by', app.db.Key(), nullable=True),
    sa.Column('decided_at', app.db.Instant(), nullable=True),
    sa.Column('decided_by', app.db.Key(), nullable=True),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.CheckConstraint("(state = 'reported') = (decided_at IS NULL) AND (state = 'reported') = (decided_by IS NULL)", name=op.f('ck_report_an_answer_has_time_and_person')),
    sa.CheckConstraint("(proposed_by IS NULL) = (proposed_at IS NULL)", name=op.f('ck_report_a_proposal_has_time_and_person')),
    sa.CheckConstraint("state <> 'confirmed' OR NOT takes_over OR (proposed_by IS NOT NULL AND proposed_by <> decided_by)", name=op.f('ck_report_an_account_goes_over_by_two')),
    sa.CheckConstraint("document_type IN ('resident', 'passport')", name=op.f('ck_report_document_type')),
    sa.CheckConstraint("kind <> 'death' OR payee_sealed IS NOT NULL", name=op.f('ck_report_a_death_names_its_payee')),
    sa.CheckConstraint("kind = 'death' OR takes_over", name=op.f('ck_report_incapacity_takes_over')),
    sa.CheckConstraint("kind IN ('death', 'incapacity')", name=op.f('ck_report_kind')),
    sa.CheckConstraint("relation IN ('spouse', 'child', 'parent', 'sibling', 'guardian')", name=op.f('ck_report_relation')),
    sa.CheckConstraint("state <> 'dismissed' OR reason <> ''", name=op.f('ck_report_a_no_has_its_reason')),
    sa.CheckConstraint("state IN ('reported', 'confirmed', 'dismissed')", name=op.f('ck_report_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_report_account_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_report_decided_by')),
    sa.ForeignKeyConstraint(['proposed_by'], ['account.id'], name=op.f('fk_report_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('ref', name=op.f('uq_report_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index('ix_report_of_account', ['account_id', 'reported_at'], unique=False)
        batch_op.create_index('ix_report_one_death', ['identity_hash'], unique=True, sqlite_where=sa.text("kind = 'death' AND state = 'confirmed'"), postgresql_where=sa.text("kind = 'death' AND state = 'confirmed'"))
        batch_op.create_index('ix_report_once', ['account_id', 'identity_hash', 'kind'], unique=True, sqlite_where=sa.text("state = 'reported'"), postgresql_where=sa.text("state = 'reported'"))
        batch_op.create_index('ix_report_waiting', ['reported_at'], unique=False, sqlite_where=sa.text("state = 'reported'"), postgresql_where=sa.text("state = 'reported'"))

    op.create_table('suspense_item',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('payment_id', app.db.Key(), nullable=False),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.Column('held_at', app.db.Instant(), nullable=False),
    sa.Column('closed_at', app.db.Instant(), nullable=True),
    sa.Column('closed_as', app.db.Text_(), nullable=True),
    sa.CheckConstraint("closed_as IN ('returned', 'accepted')", name=op.f('ck_suspense_item_closed_as')),
    sa.CheckConstraint("reason IN ('application', 'membership_ended', 'plan_closes')", name=op.f('ck_suspense_item_reason')),
    sa.CheckConstraint('(closed_at IS NULL) = (closed_as IS NULL)', name=op.f('ck_suspense_item_closed_has_its_way')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_suspense_item_payment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suspense_item')),
    sa.UniqueConstraint('payment_id', name=op.f('uq_suspense_item_payment_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('suspense_item', schema=None) as batch_op:
        batch_op.create_index('ix_suspense_item_held', ['held_at'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('refund',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('membership_id', app.db.Key(), nullable=True),
    sa.Column('suspense_id', app.db.Key(), nullable=True),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('payee_sealed', app.db.Sealed(), nullable=True),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('due_at', app.db.Instant(), nullable=False),
    sa.Column('released_at', app.db.Instant(), nullable=True),
    sa.Column('released_by', app.db.Key(), nullable=True),
    sa.Column('paid_at', app.db.Instant(), nullable=True),
    sa.Column('attempt', app.db.Whole(), nullable=False),
    sa.Column('reference', app.db.Text_(), nullable=True),
    sa.Column('entry_id', app.db.Key(), nullable=True),
    sa.CheckConstraint("(state = 'due') = (released_at IS NULL)", name=op.f('ck_refund_released_has_its_time')),
    sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name=op.f('ck_refund_paid_has_its_time')),
    sa.CheckConstraint("state IN ('due', 'released', 'paid', 'returned')", name=op.f('ck_refund_state')),
    sa.CheckConstraint('(membership_id IS NULL) <> (suspense_id IS NULL)', name=op.f('ck_refund_comes_from_one_thing')),
    sa.CheckConstraint('(released_at IS NULL) = (released_by IS NULL)', name=op.f('ck_refund_released_has_its_treasurer')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_refund_something')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_refund_account_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_refund_entry_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_refund_membership_id')),
    sa.ForeignKeyConstraint(['released_by'], ['account.id'], name=op.f('fk_refund_released_by')),
    sa.ForeignKeyConstraint(['suspense_id'], ['suspense_item.id'], name=op.f('fk_refund_suspense_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_refund_entry_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_refund_ref')),
    sa.UniqueConstraint('reference', name=op.f('uq_refund_reference')),
    sa.UniqueConstraint('suspense_id', name=op.f('uq_refund_suspense_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_refund_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_refund_of_membership', ['membership_id'], unique=False)
        batch_op.create_index('ix_refund_one_open', ['membership_id'], unique=True, sqlite_where=sa.text("membership_id IS NOT NULL AND state <> 'paid'"), postgresql_where=sa.text("membership_id IS NOT NULL AND state <> 'paid'"))
        batch_op.create_index('ix_refund_waiting', ['state', 'due_at'], unique=False, sqlite_where=sa.text("state <> 'paid'"), postgresql_where=sa.text("state <> 'paid'"))


def downgrade() -> None:
    op.drop_table('sandbox_order')
    with op.batch_alter_table('funding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_funding_plan_id'))

    op.drop_table('funding')
    with op.batch_alter_table('carry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_carry_from_period_id'))

    op.drop_table('carry')
    with op.batch_alter_table('period_approval', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_period_approval_period_id'))

    op.drop_table('period_approval')
    with op.batch_alter_table('period_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_period_change_period_id'))

    op.drop_table('period_change')
    op.drop_table('payout_return')
    op.drop_table('refund')
    op.drop_table('suspense_item')
    op.drop_table('rescission')
    op.drop_table('report')
    op.drop_table('payout')
    op.drop_table('settlement_award')
    with op.batch_alter_table('published_case', schema=None) as batch_op:
        batch_op.drop_index('ix_published_case_true_attributes')
        batch_op.drop_index('ix_published_case_of_period')

    op.drop_table('published_case')
    op.drop_table('decision')
    op.drop_table('recommendation')
    with op.batch_alter_table('deposit', schema=None) as batch_op:
        batch_op.drop_index('ix_deposit_statement')
        batch_op.drop_index(batch_op.f('ix_deposit_entry_id'))

    op.drop_table('deposit')
    op.drop_table('consent')
    with op.batch_alter_table('claim_step', schema=None) as batch_op:
        batch_op.drop_index('ix_claim_step_of_claim')

    op.drop_table('claim_step')
    with op.batch_alter_table('award', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_award_claim_id'))

    op.drop_table('award')
    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.drop_index('ix_payment_in_state')
        batch_op.drop_index(batch_op.f('ix_payment_membership_id'))
        batch_op.drop_index(batch_op.f('ix_payment_application_id'))
        batch_op.drop_index(batch_op.f('ix_payment_account_id'))

    op.drop_table('payment')
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_index('ix_claim_queue', sqlite_where=sa.text("state IN ('submitted', 'in_review', 'recommended', 'appealed')"), postgresql_where=sa.text("state IN ('submitted', 'in_review', 'recommended', 'appealed')"))
        batch_op.drop_index('ix_claim_one_open_event', sqlite_where=sa.text("state IN ('submitted', 'evidence_asked', 'in_review', 'recommended', 'approved', 'published', 'appealed')"), postgresql_where=sa.text("state IN ('submitted', 'evidence_asked', 'in_review', 'recommended', 'approved', 'published', 'appealed')"))
        batch_op.drop_index('ix_claim_one_draft', sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'"))
        batch_op.drop_index('ix_claim_of_membership')
        batch_op.drop_index('ix_claim_of_account')

    op.drop_table('claim')
    op.drop_table('settlement')
    op.drop_table('acknowledgement')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index('ix_membership_threshold', sqlite_where=sa.text("state = 'sharing'"), postgresql_where=sa.text("state = 'sharing'"))
        batch_op.drop_index('ix_membership_person')
        batch_op.drop_index('ix_membership_pending', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.drop_index('ix_membership_live_identity', sqlite_where=sa.text("state IN ('pending', 'sharing')"), postgresql_where=sa.text("state IN ('pending', 'sharing')"))
        batch_op.drop_index('ix_membership_ending', sqlite_where=sa.text("state = 'sharing' AND ends_after_seq IS NOT NULL"), postgresql_where=sa.text("state = 'sharing' AND ends_after_seq IS NOT NULL"))
        batch_op.drop_index('ix_membership_account')

    op.drop_table('membership')
    op.drop_table('declaration_answer')
    with op.batch_alter_table('period', schema=None) as batch_op:
        batch_op.drop_index('ix_period_settle_day')
        batch_op.drop_index('ix_period_seq', sqlite_where=sa.text("state <> 'cancelled'"), postgresql_where=sa.text("state <> 'cancelled'"))
        batch_op.drop_index('ix_period_one_open_lock', sqlite_where=sa.text("state IN ('locked', 'checked', 'approved')"), postgresql_where=sa.text("state IN ('locked', 'checked', 'approved')"))

    op.drop_table('period')
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.drop_index('ix_application_open', sqlite_where=sa.text("state IN ('draft', 'to_be_checked', 'invited')"), postgresql_where=sa.text("state IN ('draft', 'to_be_checked', 'invited')"))

    op.drop_table('application')
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_posting_entry_id'))
        batch_op.drop_index(batch_op.f('ix_posting_debit_account'))
        batch_op.drop_index(batch_op.f('ix_posting_credit_account'))

    op.drop_table('posting')
    op.drop_table('pool_terms')
    op.drop_table('pool_counter')
    op.drop_table('notice_file')
    op.drop_table('member_terms')
    with op.batch_alter_table('staff_role', schema=None) as batch_op:
        batch_op.drop_index('ix_staff_role_held', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_staff_role_account_id'))

    op.drop_table('staff_role')
    op.drop_table('rule_version')
    op.drop_table('pool')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index('ix_person_of_account')

    op.drop_table('person')
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notice_account_id'))

    op.drop_table('notice')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_inbox')

    op.drop_table('message')
    op.drop_table('journal_entry')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_by')
        batch_op.drop_index('ix_audit_about')

    op.drop_table('audit')
    op.drop_table('plan')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_due', sqlite_where=sa.text('done_at IS NULL AND dead_at IS NULL'), postgresql_where=sa.text('done_at IS NULL AND dead_at IS NULL'))
        batch_op.drop_index('ix_outbox_dead', sqlite_where=sa.text('dead_at IS NOT NULL AND given_up_at IS NULL'), postgresql_where=sa.text('dead_at IS NOT NULL AND given_up_at IS NULL'))

    op.drop_table('outbox')
    op.drop_table('instance')
    op.drop_table('heartbeat')
    with op.batch_alter_table('fact', schema=None) as batch_op:
        batch_op.drop_index('ix_fact_about')

    op.drop_table('fact')
    with op.batch_alter_table('allowance', schema=None) as batch_op:
        batch_op.drop_index('ix_allowance_busy_until')

    op.drop_table('allowance')
    with op.batch_alter_table('check_run', schema=None) as batch_op:
        batch_op.drop_index('ix_check_run_whole', sqlite_where=sa.text("about = ''"), postgresql_where=sa.text("about = ''"))
        batch_op.drop_index('ix_check_run_about')

    op.drop_table('check_run')
    op.drop_table('account_balance')
    op.drop_table('parked_form')
    op.drop_table('mail_link')
    op.drop_table('browser_session')
    op.drop_table('account')
