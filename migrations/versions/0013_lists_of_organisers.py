"""Lists that organisers hand in: groups, their lists, what was wrong with lines, and invitations."""

from alembic import op
import sqlalchemy as sa

import app.db
from migrations import guards
from migrations.guards import Guard

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

GUARDS = (
    Guard("organiser_group", "stays", "DELETE", None, "a group ends, it is never deleted"),
    Guard(
        "organiser_group",
        "decided_stays_decided",
        "UPDATE",
        "OLD.state IN ('refused', 'ended') AND NEW.state <> OLD.state",
        "a group that was refused or has ended stays so",
    ),
    Guard("member_list", "stays", "DELETE", None, "a list ends, it is never deleted"),
    Guard(
        "member_list",
        "ended_stays_ended",
        "UPDATE",
        "OLD.state IN ('dropped', 'over') AND NEW.state <> OLD.state",
        "a list that has ended stays so",
    ),
    Guard(
        "invitation",
        "sent_stays",
        "DELETE",
        "OLD.state <> 'waiting'",
        "an invitation that was sent is answered, expires or is withdrawn, never deleted",
    ),
    Guard(
        "invitation",
        "is_for_one_person",
        "UPDATE",
        "NEW.ref <> OLD.ref OR NEW.list_id <> OLD.list_id OR NEW.group_id <> OLD.group_id "
        "OR NEW.plan_id <> OLD.plan_id OR NEW.identity_hash <> OLD.identity_hash OR NEW.code_hash <> OLD.code_hash",
        "an invitation is for one person, one plan and one list",
    ),
    Guard(
        "invitation",
        "is_answered_once",
        "UPDATE",
        "OLD.state IN ('taken', 'declined', 'expired', 'withdrawn') AND NEW.state <> OLD.state",
        "an invitation is answered once",
    ),
)


def upgrade() -> None:
    """Create the tables with their triggers."""
    op.create_table('organiser_group',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('name', app.db.Text_(), nullable=False),
    sa.Column('contact_sealed', app.db.Sealed(), nullable=True),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('asked_at', app.db.Instant(), nullable=False),
    sa.Column('decided_at', app.db.Instant(), nullable=True),
    sa.Column('decided_by', app.db.Key(), nullable=True),
    sa.Column('reason', app.db.Text_(), nullable=True),
    sa.CheckConstraint("kind IN ('company', 'village', 'school')", name=op.f('ck_organiser_group_kind')),
    sa.CheckConstraint("state IN ('asked', 'admitted', 'refused', 'ended')", name=op.f('ck_organiser_group_state')),
    sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name=op.f('ck_organiser_group_decided_once')),
    sa.CheckConstraint("state <> 'refused' OR (reason IS NOT NULL AND reason <> '')", name=op.f('ck_organiser_group_refused_for_a_reason')),
    sa.CheckConstraint("decided_by IS NULL OR decided_by <> account_id", name=op.f('ck_organiser_group_nobody_admits_the_own_group')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_organiser_group_account_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_organiser_group_decided_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organiser_group')),
    sa.UniqueConstraint('ref', name=op.f('uq_organiser_group_ref')),
    sqlite_strict=True
    )
    waits = sa.text("state = 'asked'")
    lives = sa.text("state IN ('asked', 'admitted')")
    op.create_index('ix_organiser_group_waiting', 'organiser_group', ['asked_at'], sqlite_where=waits, postgresql_where=waits)
    op.create_index('ix_organiser_group_name', 'organiser_group', ['account_id', 'name'], unique=True, sqlite_where=lives, postgresql_where=lives)
    op.create_table('member_list',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('group_id', app.db.Key(), nullable=False),
    sa.Column('plan_id', app.db.Key(), nullable=False),
    sa.Column('digest', app.db.Sealed(), nullable=False),
    sa.Column('file_sealed', app.db.Sealed(), nullable=True),
    sa.Column('file_lines', app.db.Whole(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('lines_read', app.db.Whole(), nullable=False),
    sa.Column('good', app.db.Whole(), nullable=False),
    sa.Column('bad', app.db.Whole(), nullable=False),
    sa.Column('problem', app.db.Text_(), nullable=True),
    sa.Column('uploaded_at', app.db.Instant(), nullable=False),
    sa.Column('expires_at', app.db.Instant(), nullable=True),
    sa.Column('ended_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("state IN ('checking', 'checked', 'sending', 'sent', 'dropped', 'over')", name=op.f('ck_member_list_state')),
    sa.CheckConstraint("(state = 'checking') = (file_sealed IS NOT NULL)", name=op.f('ck_member_list_the_file_goes_when_it_is_read')),
    sa.CheckConstraint("(state IN ('sending', 'sent', 'over')) = (expires_at IS NOT NULL)", name=op.f('ck_member_list_sent_until_a_day')),
    sa.CheckConstraint("(state IN ('dropped', 'over')) = (ended_at IS NOT NULL)", name=op.f('ck_member_list_ended_at_an_instant')),
    sa.CheckConstraint("lines_read >= 0 AND good >= 0 AND bad >= 0 AND good + bad = lines_read", name=op.f('ck_member_list_lines_add_up')),
    sa.ForeignKeyConstraint(['group_id'], ['organiser_group.id'], name=op.f('fk_member_list_group_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_member_list_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_list')),
    sa.UniqueConstraint('ref', name=op.f('uq_member_list_ref')),
    sqlite_strict=True
    )
    lives = sa.text("state IN ('checking', 'checked', 'sending', 'sent')")
    op.create_index('ix_member_list_same_file', 'member_list', ['group_id', 'plan_id', 'digest'], unique=True, sqlite_where=lives, postgresql_where=lives)
    op.create_index('ix_member_list_of_group', 'member_list', ['group_id', 'id'])
    op.create_index('ix_member_list_lives', 'member_list', ['expires_at', 'uploaded_at'], sqlite_where=lives, postgresql_where=lives)
    op.create_table('list_refusal',
    sa.Column('list_id', app.db.Key(), nullable=False),
    sa.Column('line', app.db.Whole(), nullable=False),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.Column('day', app.db.Day(), nullable=True),
    sa.ForeignKeyConstraint(['list_id'], ['member_list.id'], name=op.f('fk_list_refusal_list_id')),
    sa.PrimaryKeyConstraint('list_id', 'line', name=op.f('pk_list_refusal')),
    sqlite_strict=True
    )
    op.create_table('invitation',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('list_id', app.db.Key(), nullable=False),
    sa.Column('group_id', app.db.Key(), nullable=False),
    sa.Column('plan_id', app.db.Key(), nullable=False),
    sa.Column('line', app.db.Whole(), nullable=False),
    sa.Column('identity_hash', app.db.Sealed(), nullable=False),
    sa.Column('document_type', app.db.Text_(), nullable=False),
    sa.Column('name_sealed', app.db.Sealed(), nullable=True),
    sa.Column('email_sealed', app.db.Sealed(), nullable=True),
    sa.Column('birth_on', app.db.Day(), nullable=True),
    sa.Column('province', app.db.Text_(), nullable=True),
    sa.Column('code_hash', app.db.Sealed(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('answered_at', app.db.Instant(), nullable=True),
    sa.Column('account_id', app.db.Key(), nullable=True),
    sa.CheckConstraint("state IN ('waiting', 'invited', 'taken', 'declined', 'expired', 'withdrawn')", name=op.f('ck_invitation_state')),
    sa.CheckConstraint("(state = 'taken') = (account_id IS NOT NULL)", name=op.f('ck_invitation_taken_by_an_account')),
    sa.CheckConstraint("(state IN ('taken', 'declined')) = (answered_at IS NOT NULL)", name=op.f('ck_invitation_answered_at_an_instant')),
    sa.CheckConstraint("state IN ('waiting', 'invited') OR email_sealed IS NULL", name=op.f('ck_invitation_the_address_goes_first')),
    sa.CheckConstraint("state NOT IN ('waiting', 'invited') OR (name_sealed IS NOT NULL AND birth_on IS NOT NULL)", name=op.f('ck_invitation_an_open_one_names_somebody')),
    sa.CheckConstraint("length(identity_hash) = 32 AND length(code_hash) = 32", name=op.f('ck_invitation_hashes')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_invitation_account_id')),
    sa.ForeignKeyConstraint(['group_id'], ['organiser_group.id'], name=op.f('fk_invitation_group_id')),
    sa.ForeignKeyConstraint(['list_id'], ['member_list.id'], name=op.f('fk_invitation_list_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_invitation_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_invitation_code_hash')),
    sa.UniqueConstraint('list_id', 'identity_hash', name=op.f('uq_invitation_list_id_identity_hash')),
    sa.UniqueConstraint('list_id', 'line', name=op.f('uq_invitation_list_id_line')),
    sa.UniqueConstraint('ref', name=op.f('uq_invitation_ref')),
    sqlite_strict=True
    )
    unanswered = sa.text("state IN ('waiting', 'invited')")
    op.create_index('ix_invitation_open', 'invitation', ['group_id', 'plan_id', 'identity_hash'], unique=True, sqlite_where=unanswered, postgresql_where=unanswered)
    op.create_index('ix_invitation_of_list', 'invitation', ['list_id', 'state', 'id'])
    op.create_index('ix_invitation_of_account', 'invitation', ['account_id'])
    guards.stand(GUARDS)


def downgrade() -> None:
    """Drop the tables with what they hold."""
    for table in ("invitation", "list_refusal", "member_list", "organiser_group"):
        op.drop_table(table)
