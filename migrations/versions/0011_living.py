"""Living with a membership: one top-up for a family, reminders as one wants them, and who comes of age takes over."""

from alembic import op
import sqlalchemy as sa

import app.db
from migrations.guards import Guard, fall, stand

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

GUARDS = (
    Guard("reminder_setting", "stays", "DELETE", None, "reminder_setting is added to, never changed"),
    Guard("reminder_setting", "is_frozen", "UPDATE", None, "reminder_setting is added to, never changed"),
    Guard("takeover", "stays", "DELETE", None, "a takeover is withdrawn or done, never deleted"),
    Guard(
        "takeover",
        "is_answered_once",
        "UPDATE",
        "OLD.state <> 'offered' OR NEW.person_id <> OLD.person_id OR NEW.from_account_id <> OLD.from_account_id "
        "OR NEW.token_hash <> OLD.token_hash OR NEW.offered_at <> OLD.offered_at OR NEW.expires_at <> OLD.expires_at",
        "a takeover is answered once, and its link stays what it was",
    ),
    Guard(
        "payment",
        "stays_together",
        "UPDATE",
        "COALESCE(NEW.together, '') <> COALESCE(OLD.together, '')",
        "which payments were asked for together stays",
    ),
)


def upgrade() -> None:
    """Create the tables, the column and their guards."""
    op.create_table('reminder_setting',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('membership_id', app.db.Key(), nullable=False),
    sa.Column('pool_id', app.db.Key(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('below_fen', app.db.Fen(), nullable=True),
    sa.Column('by_mail', app.db.Flag(), nullable=False),
    sa.Column('set_at', app.db.Instant(), nullable=False),
    sa.CheckConstraint('below_fen > 0', name=op.f('ck_reminder_setting_something')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_reminder_setting_account_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_reminder_setting_membership_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_reminder_setting_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_setting')),
    sqlite_strict=True
    )
    op.create_index('ix_reminder_setting_in_pool', 'reminder_setting', ['pool_id', 'membership_id', 'id'])
    op.create_index('ix_reminder_setting_of_membership', 'reminder_setting', ['membership_id', 'id'])
    op.create_table('takeover',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('person_id', app.db.Key(), nullable=False),
    sa.Column('from_account_id', app.db.Key(), nullable=False),
    sa.Column('token_hash', app.db.Sealed(), nullable=False),
    sa.Column('offered_at', app.db.Instant(), nullable=False),
    sa.Column('expires_at', app.db.Instant(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('proved_by', app.db.Key(), nullable=True),
    sa.Column('proved_at', app.db.Instant(), nullable=True),
    sa.Column('to_account_id', app.db.Key(), nullable=True),
    sa.Column('ended_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("state IN ('offered', 'withdrawn', 'done')", name=op.f('ck_takeover_state')),
    sa.CheckConstraint("(state = 'offered') = (ended_at IS NULL)", name=op.f('ck_takeover_an_end_has_its_time')),
    sa.CheckConstraint("(state = 'done') = (to_account_id IS NOT NULL)", name=op.f('ck_takeover_done_has_its_account')),
    sa.CheckConstraint("(proved_by IS NULL) = (proved_at IS NULL)", name=op.f('ck_takeover_a_proof_has_time_and_account')),
    sa.CheckConstraint("state <> 'done' OR to_account_id = proved_by", name=op.f('ck_takeover_whoever_proved_takes_over')),
    sa.CheckConstraint("to_account_id <> from_account_id", name=op.f('ck_takeover_goes_to_another_account')),
    sa.CheckConstraint("expires_at > offered_at", name=op.f('ck_takeover_lives_for_a_while')),
    sa.ForeignKeyConstraint(['from_account_id'], ['account.id'], name=op.f('fk_takeover_from_account_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_takeover_person_id')),
    sa.ForeignKeyConstraint(['proved_by'], ['account.id'], name=op.f('fk_takeover_proved_by')),
    sa.ForeignKeyConstraint(['to_account_id'], ['account.id'], name=op.f('fk_takeover_to_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_takeover')),
    sa.UniqueConstraint('ref', name=op.f('uq_takeover_ref')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_takeover_token_hash')),
    sqlite_strict=True
    )
    offered, together, child = sa.text("state = 'offered'"), sa.text("together IS NOT NULL"), sa.text("relation = 'child'")
    op.create_index('ix_takeover_one_offer', 'takeover', ['person_id'], unique=True, sqlite_where=offered, postgresql_where=offered)
    op.add_column('payment', sa.Column('together', app.db.Ref(), nullable=True))
    op.create_index('ix_payment_together', 'payment', ['together', 'membership_id'], unique=True, sqlite_where=together, postgresql_where=together)
    op.create_index('ix_person_child_born', 'person', ['birth_on'], sqlite_where=child, postgresql_where=child)
    stand(GUARDS)


def downgrade() -> None:
    """Drop them."""
    fall(GUARDS)
    op.drop_index('ix_person_child_born', table_name='person')
    op.drop_index('ix_payment_together', table_name='payment')
    op.drop_column('payment', 'together')
    op.drop_table('takeover')
    op.drop_table('reminder_setting')
