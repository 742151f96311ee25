"""What one may ask about oneself: complaints, look-ups, corrections and exports."""

from alembic import op
import sqlalchemy as sa

import app.db
from migrations import guards
from migrations.guards import Guard

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _erased_at_most(column: str) -> str:
    return f"(NEW.{column} IS NOT NULL AND (OLD.{column} IS NULL OR NEW.{column} <> OLD.{column}))"


GUARDS = (
    Guard("complaint", "stays", "DELETE", None, "a complaint is answered, never deleted"),
    Guard(
        "complaint",
        "is_what_was_said",
        "UPDATE",
        "NEW.ref <> OLD.ref OR NEW.about_ref <> OLD.about_ref OR NEW.filed_at <> OLD.filed_at "
        "OR NEW.due_on <> OLD.due_on OR (OLD.again_due_on IS NOT NULL AND NEW.again_due_on <> OLD.again_due_on) "
        f"OR {_erased_at_most('text_sealed')} "
        "OR (OLD.again_at IS NOT NULL AND (NEW.again_at IS NULL OR NEW.again_at <> OLD.again_at "
        f"OR {_erased_at_most('again_sealed')}))",
        "what was said is erased at most, never edited",
    ),
    Guard("complaint_answer", "stays", "DELETE", None, "an answer is erased at most, never edited"),
    Guard(
        "complaint_answer",
        "is_what_was_said",
        "UPDATE",
        'NEW.complaint_id <> OLD.complaint_id OR NEW.round <> OLD.round OR NEW."by" <> OLD."by" OR NEW.at <> OLD.at '
        f"OR {_erased_at_most('text_sealed')}",
        "an answer is erased at most, never edited",
    ),
    Guard("look_up", "stays", "DELETE", None, "look_up is added to, never changed"),
    Guard("look_up", "is_frozen", "UPDATE", None, "look_up is added to, never changed"),
    Guard("person_correction", "stays", "DELETE", None, "a correction is answered, never deleted"),
    Guard(
        "person_correction",
        "is_what_was_asked",
        "UPDATE",
        "NEW.ref <> OLD.ref OR NEW.person_id <> OLD.person_id OR NEW.fields <> OLD.fields "
        "OR NEW.asked_at <> OLD.asked_at OR (OLD.state <> 'asked' AND NEW.state <> OLD.state) "
        f"OR {_erased_at_most('before_sealed')} OR {_erased_at_most('after_sealed')}",
        "a correction is answered once, and what was asked is never edited",
    ),
    Guard(
        "data_export",
        "is_gone_for_good",
        "UPDATE",
        "OLD.state = 'gone' AND (NEW.state <> OLD.state OR NEW.wrapped_key IS NOT NULL)",
        "the key of a file that is gone never comes back",
    ),
)


def upgrade() -> None:
    """Create the tables with their triggers."""
    op.create_table('complaint',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=True),
    sa.Column('language', app.db.Text_(), nullable=False),
    sa.Column('about_ref', app.db.Text_(), nullable=False),
    sa.Column('text_sealed', app.db.Sealed(), nullable=True),
    sa.Column('contact_sealed', app.db.Sealed(), nullable=True),
    sa.Column('filed_at', app.db.Instant(), nullable=False),
    sa.Column('due_on', app.db.Day(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('claimed_by', app.db.Key(), nullable=True),
    sa.Column('claimed_at', app.db.Instant(), nullable=True),
    sa.Column('again_at', app.db.Instant(), nullable=True),
    sa.Column('again_due_on', app.db.Day(), nullable=True),
    sa.Column('again_sealed', app.db.Sealed(), nullable=True),
    sa.CheckConstraint("(state IN ('open', 'answered')) = (again_at IS NULL)", name=op.f('ck_complaint_asked_again_has_its_time')),
    sa.CheckConstraint("language IN ('zh', 'en')", name=op.f('ck_complaint_language')),
    sa.CheckConstraint("state <> 'asked_again' OR again_sealed IS NOT NULL", name=op.f('ck_complaint_asked_again_says_why')),
    sa.CheckConstraint("state IN ('open', 'answered', 'asked_again', 'answered_again')", name=op.f('ck_complaint_state')),
    sa.CheckConstraint("state NOT IN ('open', 'asked_again') OR text_sealed IS NOT NULL", name=op.f('ck_complaint_open_says_something')),
    sa.CheckConstraint('(again_at IS NULL) = (again_due_on IS NULL)', name=op.f('ck_complaint_asked_again_has_its_day')),
    sa.CheckConstraint('(claimed_by IS NULL) = (claimed_at IS NULL)', name=op.f('ck_complaint_claimed_has_its_time')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_complaint_account_id')),
    sa.ForeignKeyConstraint(['claimed_by'], ['account.id'], name=op.f('fk_complaint_claimed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint')),
    sa.UniqueConstraint('ref', name=op.f('uq_complaint_ref')),
    sqlite_strict=True
    )
    op.create_index('ix_complaint_of_account', 'complaint', ['account_id', 'id'], unique=False)
    op.create_index('ix_complaint_waiting', 'complaint', ['due_on', 'id'], unique=False, sqlite_where=sa.text("state IN ('open', 'asked_again')"), postgresql_where=sa.text("state IN ('open', 'asked_again')"))
    op.create_table('data_export',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('language', app.db.Text_(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('asked_at', app.db.Instant(), nullable=False),
    sa.Column('made_at', app.db.Instant(), nullable=True),
    sa.Column('expires_at', app.db.Instant(), nullable=True),
    sa.Column('gone_at', app.db.Instant(), nullable=True),
    sa.Column('object', app.db.Text_(), nullable=True),
    sa.Column('wrapped_key', app.db.Sealed(), nullable=True),
    sa.Column('size_bytes', app.db.Whole(), nullable=True),
    sa.CheckConstraint("(state = 'gone') = (gone_at IS NOT NULL)", name=op.f('ck_data_export_gone_has_its_time')),
    sa.CheckConstraint("language IN ('zh', 'en')", name=op.f('ck_data_export_language')),
    sa.CheckConstraint("state <> 'gone' OR wrapped_key IS NULL", name=op.f('ck_data_export_what_is_gone_has_no_key')),
    sa.CheckConstraint("state <> 'ready' OR (object IS NOT NULL AND wrapped_key IS NOT NULL AND size_bytes > 0 AND made_at IS NOT NULL AND expires_at IS NOT NULL)", name=op.f('ck_data_export_a_file_has_its_key')),
    sa.CheckConstraint("state IN ('asked', 'ready', 'gone')", name=op.f('ck_data_export_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_data_export_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_export')),
    sa.UniqueConstraint('object', name=op.f('uq_data_export_object')),
    sa.UniqueConstraint('ref', name=op.f('uq_data_export_ref')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_data_export_expires_at'), 'data_export', ['expires_at'], unique=False)
    op.create_index('ix_data_export_of_account', 'data_export', ['account_id', 'id'], unique=False)
    op.create_index('ix_data_export_one', 'data_export', ['account_id'], unique=True, sqlite_where=sa.text("state IN ('asked', 'ready')"), postgresql_where=sa.text("state IN ('asked', 'ready')"))
    op.create_table('look_up',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('by', app.db.Key(), nullable=False),
    sa.Column('role', app.db.Text_(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('reason_sealed', app.db.Sealed(), nullable=False),
    sa.Column('hits', app.db.Whole(), nullable=False),
    sa.CheckConstraint("kind IN ('e-mail', 'reference', 'document')", name=op.f('ck_look_up_kind')),
    sa.CheckConstraint('hits >= 0', name=op.f('ck_look_up_hits')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_look_up_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_look_up')),
    sa.UniqueConstraint('ref', name=op.f('uq_look_up_ref')),
    sqlite_strict=True
    )
    op.create_index('ix_look_up_by', 'look_up', ['by', 'at'], unique=False)
    op.create_table('complaint_answer',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('complaint_id', app.db.Key(), nullable=False),
    sa.Column('round', app.db.Whole(), nullable=False),
    sa.Column('text_sealed', app.db.Sealed(), nullable=True),
    sa.Column('by', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.CheckConstraint('round IN (1, 2)', name=op.f('ck_complaint_answer_round')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_complaint_answer_by')),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_complaint_answer_complaint_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_answer')),
    sa.UniqueConstraint('complaint_id', 'by', name=op.f('uq_complaint_answer_complaint_id_by')),
    sa.UniqueConstraint('complaint_id', 'round', name=op.f('uq_complaint_answer_complaint_id_round')),
    sqlite_strict=True
    )
    op.create_table('person_correction',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('person_id', app.db.Key(), nullable=False),
    sa.Column('fields', app.db.Text_(), nullable=False),
    sa.Column('before_sealed', app.db.Sealed(), nullable=True),
    sa.Column('after_sealed', app.db.Sealed(), nullable=True),
    sa.Column('asked_at', app.db.Instant(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('decided_at', app.db.Instant(), nullable=True),
    sa.Column('decided_by', app.db.Key(), nullable=True),
    sa.Column('reason_sealed', app.db.Sealed(), nullable=True),
    sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name=op.f('ck_person_correction_an_answer_has_its_time')),
    sa.CheckConstraint("fields <> ''", name=op.f('ck_person_correction_corrects_something')),
    sa.CheckConstraint("state <> 'asked' OR (before_sealed IS NOT NULL AND after_sealed IS NOT NULL)", name=op.f('ck_person_correction_waits_with_both')),
    sa.CheckConstraint("state <> 'asked' OR decided_by IS NULL", name=op.f('ck_person_correction_nobody_has_answered_what_waits')),
    sa.CheckConstraint("state <> 'refused' OR decided_by IS NOT NULL", name=op.f('ck_person_correction_a_no_has_its_person')),
    sa.CheckConstraint("state IN ('asked', 'accepted', 'refused', 'withdrawn')", name=op.f('ck_person_correction_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_person_correction_account_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_person_correction_decided_by')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_correction_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_correction')),
    sa.UniqueConstraint('ref', name=op.f('uq_person_correction_ref')),
    sqlite_strict=True
    )
    op.create_index('ix_person_correction_of_account', 'person_correction', ['account_id', 'id'], unique=False)
    op.create_index('ix_person_correction_one', 'person_correction', ['person_id'], unique=True, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))
    op.create_index('ix_person_correction_waiting', 'person_correction', ['asked_at', 'id'], unique=False, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))
    op.create_table('correction_paper',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('correction_id', app.db.Key(), nullable=False),
    sa.Column('name_sealed', app.db.Sealed(), nullable=False),
    sa.Column('media_type', app.db.Text_(), nullable=False),
    sa.Column('size_bytes', app.db.Whole(), nullable=False),
    sa.Column('pages', app.db.Whole(), nullable=False),
    sa.Column('wrapped_key', app.db.Sealed(), nullable=False),
    sa.Column('original_object', app.db.Text_(), nullable=False),
    sa.Column('view_object', app.db.Text_(), nullable=False),
    sa.Column('view_media_type', app.db.Text_(), nullable=False),
    sa.Column('uploaded_at', app.db.Instant(), nullable=False),
    sa.Column('removed_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("media_type IN ('image/jpeg', 'image/png', 'application/pdf')", name=op.f('ck_correction_paper_media_type')),
    sa.CheckConstraint('size_bytes > 0', name=op.f('ck_correction_paper_not_empty')),
    sa.ForeignKeyConstraint(['correction_id'], ['person_correction.id'], name=op.f('fk_correction_paper_correction_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_paper')),
    sa.UniqueConstraint('original_object', name=op.f('uq_correction_paper_original_object')),
    sa.UniqueConstraint('ref', name=op.f('uq_correction_paper_ref')),
    sa.UniqueConstraint('view_object', name=op.f('uq_correction_paper_view_object')),
    sqlite_strict=True
    )
    op.create_index('ix_correction_paper_of_correction', 'correction_paper', ['correction_id', 'id'], unique=False)
    guards.stand(GUARDS)


def downgrade() -> None:
    """Drop them."""
    guards.fall(GUARDS)
    for table in ("correction_paper", "person_correction", "complaint_answer", "look_up", "data_export", "complaint"):
        op.drop_table(table)
